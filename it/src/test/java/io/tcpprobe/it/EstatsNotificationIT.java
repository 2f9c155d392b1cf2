package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Notifications of TCP-ESTATS-MIB, as net-snmp's snmptrapd receives them. */
@Needs({"snmptrapd", "snmpset", "snmpget", "root"})
class EstatsNotificationIT {
    private static final int CONNECTIONS = 7;
    private static final String PASSPHRASE = "a passphrase of the test";
    private static final String ESTABLISHED = EstatsRow.ROOT + ".0.1";
    private static final String CLOSED = EstatsRow.ROOT + ".0.2";

    @RegisterExtension
    final Agents agents = Agents.ofTest();

    @TempDir
    Path folder;

    private TrafficProcess traffic;
    private Process receiver;
    private Path received;

    @BeforeEach
    void startTraffic() {
        traffic = TrafficProcess.start(Tools.here());
        received = folder.resolve("received");
    }

    @AfterEach
    void stop() throws InterruptedException {
        traffic.close();
        if (receiver != null) {
            receiver.destroy();
            receiver.waitFor();
        }
    }

    /** Both endpoints of the test's connections are on this host, each a connection of its own. */
    @ParameterizedTest
    @CsvSource({"bpf, v2c", "diag, v2c", "bpf, v3"})
    void shouldNotifyOfEveryConnectionWhenEnabled(String source, String version) throws IOException {
        if (source.equals("bpf")) {
            NeedsCondition.require("bpf");
        }
        int target = freePort();
        AgentOptions options = AgentOptions.in(folder.resolve("state"))
                .set("probe.source", source)
                .set("snapshotage", 100)
                .set("snmp.notify", "127.0.0.1:" + target);
        options.addUser("writer", PASSPHRASE, true);
        AgentProcess agent = agents.start(version.equals("v3") ? options.set("snmp.notifyuser", "writer") : options);
        Snmp snmp = Snmp.v3(Tools.here(), agent, "writer", PASSPHRASE);
        receive(target, snmp);
        int port = traffic.listen("127.0.0.1");
        traffic.connect("127.0.0.1", port);
        snmp.set(EstatsRow.ROOT + ".1.2.5.0", "i", "1").expectSuccess();
        int[] locals = Stream.generate(() -> traffic.connect("127.0.0.1", port))
                .limit(CONNECTIONS)
                .mapToInt(Integer::intValue)
                .toArray();
        Waiting.until("all to be established", () -> count(ESTABLISHED, port), count -> count >= 2 * CONNECTIONS);
        assertEquals(0, count(CLOSED, port));
        for (int local : locals) {
            traffic.disconnect(local);
        }
        Waiting.until("all to be closed", () -> count(CLOSED, port), count -> count >= 2 * CONNECTIONS);
        assertEquals(2 * CONNECTIONS, count(ESTABLISHED, port), "each once, and none from before it was wanted");
        assertEquals(2 * CONNECTIONS, count(CLOSED, port));
    }

    private static int freePort() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private void receive(int port, Snmp agent) throws IOException {
        Path configuration = folder.resolve("snmptrapd.conf");
        String engine = agent.get("1.3.6.1.6.3.10.2.1.1.0").value().replaceAll("\\s", "");
        Files.writeString(
                configuration,
                "createUser -e 0x" + engine + " writer SHA-256 \"" + PASSPHRASE + "\" AES\nauthUser log writer priv\n"
                        + "authCommunity log public\n");
        List<String> line = List.of(
                "snmptrapd",
                "-f",
                "-Lf",
                received.toString(),
                "-On",
                "-C",
                "-c",
                configuration.toString(),
                "127.0.0.1:" + port);
        Map<String, String> environment =
                Map.of("SNMP_PERSISTENT_DIR", folder.resolve("persistent").toString(), "MIBS", "");
        receiver = Tools.here().start(line, environment);
        Waiting.until("snmptrapd", () -> Files.exists(received) && logged().contains("NET-SNMP version"), yes -> yes);
    }

    private String logged() {
        try {
            return Files.readString(received);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Returns the number of notifications of a kind about connections with this port at either endpoint. */
    private long count(String notification, int port) {
        String index = "(?s).*\\." + EstatsRow.ROOT.replace(".", "\\.") + "\\.1\\.1\\.2\\.1\\.1"
                + "\\.1\\.4\\.127\\.0\\.0\\.1\\.(" + port
                + "\\.1\\.4\\.127\\.0\\.0\\.1\\.\\d+|\\d+\\.1\\.4\\.127\\.0\\.0\\.1\\." + port
                + ") = .*";
        return logged().lines()
                .filter(line -> line.contains("OID: ." + notification) && line.matches(index))
                .count();
    }
}
