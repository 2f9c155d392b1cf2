package io.tcpprobe.agent.snmp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.parts.Heard;
import io.tcpprobe.agent.snmp.engine.OpenConnector;
import io.tcpprobe.config.ProblemException;
import io.tcpprobe.config.Settings;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnmpConnectorTest {
    @TempDir
    private Path state;

    private static int freePort() throws Exception {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void shouldFreeItsPortWhenItCannotBeOpened() throws Exception {
        int port = freePort();
        var settings = Map.of(
                Settings.SNMP_LISTEN, "127.0.0.1:" + port,
                Settings.SNMP_NOTIFY, "127.0.0.1:9",
                Settings.SNMP_NOTIFY_USER, "nobody"); // found out after the port was bound
        assertThrows(ProblemException.class, () -> new OpenConnector(state, Map.copyOf(settings)));
        new DatagramSocket(port, InetAddress.getLoopbackAddress()).close(); // throws if the port is in use
    }

    @Test
    void shouldNotStartWithAnUnknownUserOfNotifications() {
        var settings = Map.of(Settings.SNMP_NOTIFY, "127.0.0.1:9", Settings.SNMP_NOTIFY_USER, "nobody");
        var failed = assertThrows(ProblemException.class, () -> new OpenConnector(state, Map.copyOf(settings)));
        assertEquals(
                "notify snmp.notifyuser=nobody: there is no such user; add it with 'tcpprobe user add nobody', or name"
                        + " another ('tcpprobe user list')",
                failed.problem().toString());
    }

    /** The agent runs, and so do its notifications once the user is there again. */
    @Test
    void shouldStartWithoutTheUserOfNotificationsWhenTheUsersWereLost() throws Exception {
        var settings = Map.of(Settings.SNMP_NOTIFY, "127.0.0.1:9", Settings.SNMP_NOTIFY_USER, "ops");
        try (Heard log = Heard.of(SnmpConnector.class.getName());
                OpenConnector connector = OpenConnector.withoutUsers(state, Map.copyOf(settings))) {
            assertEquals(72, connector.get("1.3.6.1.2.1.1.7.0"), "sysServices");
            assertEquals(
                    List.of("WARN notify snmp.notifyuser=ops: there is no such user; add it with 'tcpprobe user add"
                            + " ops', or name another ('tcpprobe user list'); no notifications are sent until then,"
                            + " because the users file could not be used"),
                    log.lines());
        }
    }

    @Test
    void shouldWarnOfTheDefaultCommunity() throws Exception {
        try (Heard log = Heard.of(SnmpConnector.class.getName())) {
            new OpenConnector(state, Map.of()).close();
            new OpenConnector(state, Map.of(Settings.SNMP_LISTEN, "0.0.0.0:0", Settings.SNMP_COMMUNITY, "secret"))
                    .close();
            assertEquals(List.of(), log.lines());
            new OpenConnector(state, Map.of(Settings.SNMP_LISTEN, "0.0.0.0:0")).close();
            List<String> lines = log.lines();
            assertEquals(1, lines.size(), lines::toString);
            assertTrue(lines.getFirst().contains("snmp.community is 'public'"), lines::toString);
        }
    }

    /** A connected socket gets nothing from another address than the one it has asked. */
    @Test
    void shouldAnswerFromTheAddressThatWasAsked() throws Exception {
        byte[] get = HexFormat.of()
                .parseHex("302902010104067075626c6963a01c020401020304020100020100300e300c06082b060102010103000500");
        try (OpenConnector connector = new OpenConnector(state, Map.of(Settings.SNMP_LISTEN, "0.0.0.0:0"))) {
            for (String address : List.of("127.0.0.1", "127.0.0.2", "127.200.0.3")) {
                try (DatagramSocket manager = new DatagramSocket()) {
                    manager.connect(InetAddress.ofLiteral(address), connector.port());
                    manager.setSoTimeout(10_000);
                    manager.send(new DatagramPacket(get, get.length));
                    DatagramPacket answer = new DatagramPacket(new byte[2_000], 2_000);
                    manager.receive(answer); // throws if there is none
                    assertTrue(answer.getLength() > 0);
                }
            }
        }
    }
}
