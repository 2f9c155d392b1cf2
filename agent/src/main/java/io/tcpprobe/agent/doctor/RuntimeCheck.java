package io.tcpprobe.agent.doctor;

import java.util.List;

/**
 * The Java that runs the agent, and its start-up cache.
 *
 * @param version the version and vendor of the Java
 * @param options the options of the JVM
 */
record RuntimeCheck(String version, List<String> options) implements Check {
    private static final String NAME = "java";
    private static final String CACHE = "-XX:AOTCache=";

    @Override
    public List<Finding> run() {
        String cache = options.stream()
                .filter(option -> option.startsWith(CACHE))
                .map(option -> "start-up cache " + option.substring(CACHE.length()))
                .findFirst()
                .orElse("no start-up cache, so a start takes about twice as long");
        return List.of(Finding.ok(NAME, version + ", " + cache));
    }
}
