package io.tcpprobe.it;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The options with which the agent's program is called.
 *
 * @param tools where it runs
 * @param environment variables to add to the environment
 * @param arguments options for every command, {@code --set} and {@code --config}
 */
record AgentOptions(Tools tools, Map<String, String> environment, List<String> arguments) {
    private static final String MAIN = "io.tcpprobe.agent.cli.Main";

    /**
     * Returns options with this state folder, free ports and, where it runs, the source bpf: the source that is chosen otherwise depends on the
     * faults of the kernel.
     */
    static AgentOptions in(Path state) {
        AgentOptions options =
                bare().set("state.dir", state).set("snmp.listen", "127.0.0.1:0").set("http.listen", "127.0.0.1:0");
        return BpfFacts.missing().isEmpty() ? options.set("probe.source", "bpf") : options;
    }

    /** Returns options without any settings. */
    static AgentOptions bare() {
        return new AgentOptions(Tools.here(), Map.of(), List.of());
    }

    /** Returns the same options, run with these tools. */
    AgentOptions inside(Tools place) {
        return new AgentOptions(place, environment, arguments);
    }

    /** Sets a key; the last value wins. */
    AgentOptions set(String key, Object value) {
        return with("--set", key + "=" + value);
    }

    /** Adds options. */
    AgentOptions with(String... more) {
        List<String> longer = new ArrayList<>(arguments);
        longer.addAll(List.of(more));
        return new AgentOptions(tools, environment, longer);
    }

    /** Adds an environment variable. */
    AgentOptions environment(String name, String value) {
        Map<String, String> larger = new HashMap<>(environment);
        larger.put(name, value);
        return new AgentOptions(tools, larger, arguments);
    }

    /** Returns the command line of one of the program's commands, without the prefix that enters a namespace. */
    List<String> line(List<String> command) {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                Distribution.built().folder().resolve("lib").toAbsolutePath() + "/*",
                MAIN));
        line.addAll(command);
        line.addAll(arguments);
        return line;
    }

    /** Runs a command and waits for its end. */
    Tools.Result run(String... command) {
        return tools.run(line(List.of(command)), environment, "");
    }

    /** Adds a user with the same passphrase for authentication and privacy. */
    void addUser(String name, String passphrase, boolean write) {
        List<String> command = new ArrayList<>(List.of("user", "add", name));
        if (write) {
            command.add("--write");
        }
        tools.run(line(command), environment, passphrase + "\n" + passphrase + "\n")
                .expectSuccess();
    }

    /** Adds a user for informs to the engine of a receiver. */
    void addInformUser(String name, String passphrase, String engine) {
        tools.run(
                        line(List.of("user", "add", name, "--inform", engine)),
                        environment,
                        passphrase + "\n" + passphrase + "\n")
                .expectSuccess();
    }
}
