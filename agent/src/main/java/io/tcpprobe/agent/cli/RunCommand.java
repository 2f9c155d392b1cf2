package io.tcpprobe.agent.cli;

import io.tcpprobe.agent.Agent;
import io.tcpprobe.agent.core.AgentFacts;
import io.tcpprobe.agent.service.ServiceManager;
import io.tcpprobe.agent.service.Watchdog;
import io.tcpprobe.agent.state.ConfigurationReload;
import io.tcpprobe.agent.state.StartException;
import io.tcpprobe.config.ProgramName;
import io.tcpprobe.kernel.ffi.EarlyBindings;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs the agent until it is stopped. */
@Command(name = "run", mixinStandardHelpOptions = true, description = "Run the agent until Ctrl-C or SIGTERM.")
final class RunCommand implements Callable<Integer> {
    /** Reading the sockets of a host with millions of them may take longer than a service manager allows for a start. */
    private static final Duration START_LIMIT = Duration.ofMinutes(5);

    @Mixin
    private ConfigurationOptions configuration = new ConfigurationOptions();

    @SuppressWarnings("UnusedMethod") // for picocli
    private RunCommand() {}

    private RunCommand(ConfigurationOptions configuration) {
        this.configuration = configuration;
    }

    /**
     * Returns the command of a command line without mistakes and without the options for help; empty for another, which picocli reads
     * and explains. Picocli takes a quarter of the time until the first answer: its classes cannot be in the start-up cache, because the
     * version of their format is too old.
     */
    static Optional<RunCommand> plainly(String[] arguments) {
        boolean file = Stream.of(arguments).anyMatch(argument -> argument.startsWith("@")); // of arguments
        if (file || arguments.length == 0 || !arguments[0].equals("run")) {
            return Optional.empty();
        }
        List<String> assignments = new ArrayList<>();
        List<String> files = new ArrayList<>();
        for (int i = 1; i < arguments.length; i++) {
            String[] option = arguments[i].split("=", 2);
            if (option.length == 1 && i + 1 < arguments.length) {
                option = new String[] {option[0], arguments[++i]};
            }
            if (option.length == 1 || option[1].isEmpty() || option[1].startsWith("-")) {
                return Optional.empty();
            }
            switch (option[0]) {
                case "--set" -> assignments.add(option[1]);
                case "--config" -> files.add(option[1]);
                default -> {
                    return Optional.empty();
                }
            }
        }
        if (files.size() > 1) {
            return Optional.empty();
        }
        try {
            Path configuration = files.isEmpty() ? null : Path.of(files.getFirst());
            return Optional.of(new RunCommand(new ConfigurationOptions(assignments, configuration)));
        } catch (InvalidPathException _) {
            return Optional.empty();
        }
    }

    ConfigurationOptions configuration() {
        return configuration;
    }

    @Override
    public Integer call() throws StartException, InterruptedException {
        EarlyBindings.make();
        Signals.handle("TERM", () -> System.exit(0)); // stopped on request, also during the start
        ServiceManager manager =
                ServiceManager.of(System.getenv(), ProcessHandle.current().pid());
        Agent agent = start(manager);
        if (!ShutdownHooks.add("tcpprobe-stop", () -> stop(agent, manager))) {
            return 0; // stopped by a signal during the start
        }
        if (!ControllingTerminal.exists()) { // otherwise SIGHUP reports a hang-up, and ends the agent
            ConfigurationReload reload =
                    new ConfigurationReload(configuration.file(), agent.state().settings());
            Signals.handle("HUP", () -> reload(reload, agent, manager));
        }
        manager.ready(status(agent));
        Optional<AutoCloseable> _ = Watchdog.start(manager, agent.vitalParts()); // runs until the process ends
        PrintWriter out = new PrintWriter(System.out, false, System.out.charset());
        announce(agent, out);
        out.flush();
        new CountDownLatch(1).await(); // until a signal ends the process
        return 0;
    }

    private Agent start(ServiceManager manager) throws StartException {
        manager.starting(START_LIMIT);
        try {
            return Agent.start(configuration.read());
        } catch (StartException refused) {
            manager.failed(refused.problems().getFirst().toString());
            throw refused;
        }
    }

    private static void stop(Agent agent, ServiceManager manager) {
        manager.stopping();
        agent.close();
    }

    private static void reload(ConfigurationReload reload, Agent agent, ServiceManager manager) {
        manager.reloading(System.nanoTime());
        try {
            reload.run();
        } finally {
            manager.ready(status(agent));
        }
    }

    /** Returns the source and the addresses: "source bpf; snmp udp 127.0.0.1:1161, jmx pid 123, http http://127.0.0.1:8778/". */
    private static String status(Agent agent) {
        return agent.connectors().entrySet().stream()
                .flatMap(connector ->
                        connector.getValue().access().stream().map(access -> connector.getKey() + ' ' + access.where()))
                .collect(Collectors.joining(", ", "source " + agent.sourceName() + "; ", ""));
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
