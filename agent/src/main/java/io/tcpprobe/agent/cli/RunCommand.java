package io.tcpprobe.agent.cli;

import io.tcpprobe.agent.Agent;
import io.tcpprobe.agent.core.AgentFacts;
import io.tcpprobe.agent.state.ConfigurationReload;
import io.tcpprobe.agent.state.StartException;
import io.tcpprobe.config.AddressText;
import io.tcpprobe.config.Settings;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
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
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Mixin
    private ConfigurationOptions configuration = new ConfigurationOptions();

    @Override
    public Integer call() throws StartException, InterruptedException {
        Agent agent = Agent.start(configuration.read());
        Runtime.getRuntime().addShutdownHook(new Thread(agent::close, "tcpprobe-stop"));
        Signals.handle("TERM", () -> System.exit(0)); // asked to stop, and it has
        if (!ControllingTerminal.exists()) { // else SIGHUP means that the terminal is gone, and so should we be
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
        long pid = ProcessHandle.current().pid();
        var settings = agent.state().settings();
        out.println("tcpprobe " + AgentFacts.builtVersion() + ", flows from source " + agent.sourceName()
                + ", state in " + agent.state().folder());
        String community = settings.get(Settings.SNMP_COMMUNITY);
        for (InetSocketAddress address : agent.snmp()) {
            String shown = AddressText.of(address);
            String agentAddress = ToolAddress.of(shown);
            line(
                    out,
                    "snmp",
                    "udp " + shown,
                    community.isEmpty()
                            ? "snmpwalk -v3 -l authPriv -a SHA-256 -x AES -u USER -A ... -X ... " + agentAddress
                                    + " 1.3.6.1.2.1.6"
                            : "snmpwalk -v2c -c " + shown(community) + " " + agentAddress + " 1.3.6.1.2.1.6");
        }
        for (InetSocketAddress address : agent.http()) {
            String url = "http://" + AddressText.of(address) + "/";
            line(out, "http", url, "curl -s '" + url + "jolokia/read/tcpprobe:type=Tcp'");
        }
        line(out, "jmx", "pid " + pid, "jconsole " + pid);
        for (InetSocketAddress address : agent.jmx()) {
            String url = "service:jmx:rmi:///jndi/rmi://" + AddressText.of(address) + "/jmxrmi";
            line(out, "jmx", AddressText.of(address), "jconsole " + url);
        }
        line(out, "terminal", "", "./tcpprobe flows --top 10");
        long started = ManagementFactory.getRuntimeMXBean().getStartTime();
        out.println(String.format(
                Locale.ROOT, "ready after %.1f s; stop with Ctrl-C", (System.currentTimeMillis() - started) / 1000.0));
    }

    /** A community that somebody has chosen is a secret. */
    private static String shown(String community) {
        return community.equals(Settings.SNMP_COMMUNITY.defaultText()) ? community : "COMMUNITY";
    }

    private static void line(PrintWriter out, String connector, String where, String command) {
        out.println(String.format(Locale.ROOT, "  %-9s %-26s %s", connector, where, command));
    }
}
