package io.tcpprobe.agent.cli;

import io.tcpprobe.agent.Agent;
import io.tcpprobe.agent.core.AgentFacts;
import io.tcpprobe.agent.state.ConfigurationReload;
import io.tcpprobe.agent.state.StartException;
import io.tcpprobe.config.ProgramName;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Runs the agent until it is stopped. */
@Command(name = "run", mixinStandardHelpOptions = true, description = "Run the agent until Ctrl-C or SIGTERM.")
final class RunCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private ConfigurationOptions configuration = new ConfigurationOptions();

    @Override
    public Integer call() throws StartException, InterruptedException {
        Agent agent = Agent.start(configuration.read());
        Runtime.getRuntime().addShutdownHook(new Thread(agent::close, "tcpprobe-stop"));
        Signals.handle("TERM", () -> System.exit(0)); // stopped on request
        if (!ControllingTerminal.exists()) { // otherwise SIGHUP reports a hang-up, and ends the agent
            Signals.handle(
                    "HUP",
                    new ConfigurationReload(configuration.file(), agent.state().settings())::run);
        }
        PrintWriter out = spec.commandLine().getOut();
        announce(agent, out);
        out.flush();
        new CountDownLatch(1).await(); // until a signal ends the process
        return 0;
    }

    private static void announce(Agent agent, PrintWriter out) {
        out.println("tcpprobe " + AgentFacts.builtVersion() + ", flows from source " + agent.sourceName()
                + ", state in " + agent.state().folder());
        agent.connectors()
                .forEach((name, connector) ->
                        connector.access().forEach(access -> line(out, name, access.where(), access.command())));
        line(out, "terminal", "", ProgramName.command("flows --top 10"));
        long started = ManagementFactory.getRuntimeMXBean().getStartTime();
        out.println(String.format(
                Locale.ROOT, "ready after %.1f s; stop with Ctrl-C", (System.currentTimeMillis() - started) / 1000.0));
    }

    private static void line(PrintWriter out, String connector, String where, String command) {
        out.println(String.format(Locale.ROOT, "  %-9s %-26s %s", connector, where, command));
    }
}
