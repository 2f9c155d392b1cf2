package io.tcpprobe.it.bench;

import io.tcpprobe.it.AgentProcess;
import io.tcpprobe.it.Distribution;
import io.tcpprobe.it.Tools;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The agent as its users start it: by the launcher, with the launcher's options. Closing it ends the process. */
final class LaunchedAgent implements Measured, AutoCloseable {
    private final AgentProcess process;

    private LaunchedAgent(AgentProcess process) {
        this.process = process;
    }

    /** Starts it on free ports, with a separate state folder. */
    static LaunchedAgent start(Path state, int maxflows) {
        Path launcher =
                Distribution.built().folder().resolve("../../../tcpprobe").normalize();
        List<String> command = List.of(
                launcher.toString(),
                "run",
                "--set",
                "state.dir=" + state,
                "--set",
                "snmp.listen=127.0.0.1:0",
                "--set",
                "http.listen=127.0.0.1:0",
                "--set",
                "maxflows=" + maxflows);
        return new LaunchedAgent(
                AgentProcess.start(Tools.here(), command, Map.of("JAVA_HOME", System.getProperty("java.home"))));
    }

    /** Returns a number from an MBean's attribute, read as JSON. */
    long json(String attribute, String key) throws IOException {
        URI address = process.http().resolve("/jolokia/read/" + attribute);
        try (var stream = address.toURL().openStream()) {
            String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            Matcher number = Pattern.compile("\"" + key + "\":(\\d+)").matcher(text);
            if (!number.find()) {
                throw new IOException("read " + address + ": there is no number '" + key + "' in " + text);
            }
            return Long.parseLong(number.group(1));
        }
    }

    /** Returns the heap in use after a full garbage collection, in bytes. */
    long liveHeapBytes() throws IOException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Tools.here().run(jcmd.toString(), Long.toString(pid()), "GC.run").expectSuccess();
        return json("java.lang:type=Memory/HeapMemoryUsage", "used");
    }

    /** Returns the heap that the JVM has committed, in bytes. */
    long committedHeapBytes() throws IOException {
        return json("java.lang:type=Memory/HeapMemoryUsage", "committed");
    }

    @Override
    public String name() {
        return "tcpprobe";
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public int port() {
        return Integer.parseInt(process.snmp().replaceAll(".*:", ""));
    }

    @Override
    public void close() {
        process.close();
    }
}
