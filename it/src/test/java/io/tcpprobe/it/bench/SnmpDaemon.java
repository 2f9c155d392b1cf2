package io.tcpprobe.it.bench;

import io.tcpprobe.it.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** net-snmp's agent with its defaults, open to the community public, with separate files. Closing it ends the process. */
final class SnmpDaemon implements Measured, AutoCloseable {
    private static final int PORT = 10_161;
    private static final int START_MILLIS = 10_000;

    private final Process process;

    private SnmpDaemon(Process process) {
        this.process = process;
    }

    /** Starts it in the foreground and waits until it responds. */
    static SnmpDaemon start(Path folder) throws IOException, InterruptedException {
        Path configuration = Files.createDirectories(folder).resolve("snmpd.conf");
        Files.writeString(configuration, "rwcommunity public 127.0.0.1\n");
        List<String> line = List.of(
                "sh",
                "-c",
                "exec snmpd -f -C -c \"$1\" -Lf \"$2\" udp:127.0.0.1:" + PORT,
                "sh",
                configuration.toString(),
                folder.resolve("snmpd.log").toString());
        SnmpDaemon daemon = new SnmpDaemon(Tools.here()
                .start(
                        line,
                        Map.of("SNMP_PERSISTENT_DIR", folder.resolve("snmpd").toString())));
        try {
            daemon.awaitAnswer();
            return daemon;
        } catch (IOException failed) {
            daemon.close();
            throw new IOException(failed.getMessage() + ":\n" + Files.readString(folder.resolve("snmpd.log")), failed);
        }
    }

    private void awaitAnswer() throws IOException, InterruptedException {
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < START_MILLIS * 1_000_000L && process.isAlive()) {
            if (Tools.here()
                            .run(
                                    "snmpget",
                                    "-v2c",
                                    "-c",
                                    "public",
                                    "-m",
                                    "",
                                    "-t",
                                    "1",
                                    "-r",
                                    "0",
                                    "127.0.0.1:" + PORT,
                                    "1.3.6.1.2.1.6.9.0")
                            .status()
                    == 0) {
                return;
            }
            Thread.sleep(100); // until the next try
        }
        throw new IOException("start snmpd on 127.0.0.1:" + PORT + ": it does not answer; its log says");
    }

    /** Sets the maximum age of its tcpConnectionTable (nsCacheTimeout of NET-SNMP-AGENT-MIB), in seconds; the default is 60. */
    void cacheConnections(int seconds) {
        String cache = "1.3.6.1.4.1.8072.1.5.3.1.2." + TableWalks.CONNECTION_TABLE;
        Tools.here()
                .run(
                        "snmpset",
                        "-v2c",
                        "-c",
                        "public",
                        "-m",
                        "",
                        "127.0.0.1:" + PORT,
                        cache,
                        "i",
                        Integer.toString(seconds))
                .expectSuccess();
    }

    @Override
    public String name() {
        return "snmpd";
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public int port() {
        return PORT;
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit()
                .orTimeout(5, TimeUnit.SECONDS)
                .exceptionally(_ -> process.destroyForcibly())
                .join();
    }
}
