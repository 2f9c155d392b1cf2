package io.tcpprobe.agent.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.connector.ConnectorType;
import io.tcpprobe.agent.connector.ConnectorType.Transport;
import io.tcpprobe.agent.doctor.Finding.Level;
import io.tcpprobe.config.Configuration;
import io.tcpprobe.config.Settings;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortsCheckTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final String HEADING =
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

    private static final ConnectorType SNMP =
            ConnectorType.listening("snmp", Settings.SNMP_LISTEN, Transport.UDP, ConnectorType.Placement.FIRST, _ -> {
                throw new IOException("not opened");
            });
    private static final ConnectorType HTTP =
            ConnectorType.listening("http", Settings.HTTP_LISTEN, Transport.TCP, ConnectorType.Placement.FIRST, _ -> {
                throw new IOException("not opened");
            });

    @TempDir
    private Path root;

    private static Configuration configuration(String... assignments) {
        return Configuration.read(null, Map.of(), List.of(assignments));
    }

    private static List<Finding> check(HostFiles host, String... assignments) {
        return new PortsCheck(configuration(assignments), List.of(SNMP, HTTP), new PortHolders(host)).run();
    }

    @Test
    void shouldFindFreePortsAndThoseOfThisProcess() throws Exception {
        try (DatagramSocket udp = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0));
                ServerSocket tcp = new ServerSocket(0, 1, LOOPBACK)) {
            List<Finding> found = check(
                    HostFiles.here(),
                    "snmp.listen=127.0.0.1:" + udp.getLocalPort(),
                    "http.listen=127.0.0.1:" + tcp.getLocalPort());
            String self = "(process " + ProcessHandle.current().pid() + ")";
            assertEquals(Level.FAILS, found.get(0).level());
            assertEquals("snmp udp", found.get(0).check());
            assertTrue(found.get(0).fact().endsWith(self), found::toString);
            assertTrue(found.get(0).remedy().endsWith("--set snmp.listen=HOST:PORT"), found::toString);
            assertEquals("http tcp", found.get(1).check());
            assertTrue(found.get(1).fact().endsWith(self), found::toString);
        }
        List<Finding> free = check(HostFiles.here(), "snmp.listen=127.0.0.1:0", "http.listen=127.0.0.1:0");
        assertEquals(Finding.ok("snmp udp", "127.0.0.1:0 is free"), free.get(0));
        assertEquals(Finding.ok("http tcp", "127.0.0.1:0 is free"), free.get(1));
    }

    @Test
    void shouldReportAnAddressThatThisHostDoesNotHave() {
        Finding found = check(HostFiles.here(), "snmp.listen=192.0.2.1:1161", "http.listen=127.0.0.1:0")
                .getFirst();
        assertEquals(Level.FAILS, found.level());
        assertTrue(found.remedy().startsWith("this host does not have that address"), found::toString);
    }

    private HostFiles host(String udp, String tcp6, int pid, String command, int inode) throws IOException {
        Path net = Files.createDirectories(root.resolve("proc/net"));
        Files.writeString(net.resolve("udp"), HEADING + udp);
        Files.writeString(net.resolve("tcp6"), HEADING + tcp6);
        Path descriptors = Files.createDirectories(root.resolve("proc/" + pid + "/fd"));
        Files.createSymbolicLink(descriptors.resolve("3"), Path.of("socket:[" + inode + "]"));
        Files.writeString(root.resolve("proc/" + pid + "/comm"), command + "\n");
        return new HostFiles(root);
    }

    private static String line(String local, String state, int uid, int inode) {
        return "  1: " + local + " 00000000:0000 " + state + " 00000000:00000000 00:00000000 00000000 " + uid + " 0 "
                + inode + " 2 0000000000000000 0\n";
    }

    private static Optional<String> holder(HostFiles host, Transport transport, String address, int port) {
        return new PortHolders(host)
                .find(transport, new InetSocketAddress(InetAddress.ofLiteral(address), port))
                .map(PortHolders.Holder::toString);
    }

    @Test
    void shouldFindTheHolderByAddressPortAndState() throws Exception {
        HostFiles host = host(
                line("0100007F:00A1", "07", 104, 71) + line("0A00000A:00A2", "07", 0, 72),
                line("B80D0120000000000000000001000000:1F90", "0A", 0, 73)
                        + line("00000000000000000000000000000000:1F91", "01", 0, 74),
                811,
                "snmpd",
                71);
        assertEquals(Optional.of("snmpd (process 811)"), holder(host, Transport.UDP, "127.0.0.1", 161));
        assertEquals(Optional.of("snmpd (process 811)"), holder(host, Transport.UDP, "0.0.0.0", 161));
        assertEquals(Optional.empty(), holder(host, Transport.UDP, "127.0.0.2", 161));
        assertEquals(Optional.empty(), holder(host, Transport.UDP, "127.0.0.1", 162));
        assertEquals(Optional.of("a process of user 0"), holder(host, Transport.UDP, "10.0.0.10", 162));
        assertEquals(Optional.of("a process of user 0"), holder(host, Transport.TCP, "2001:db8::1", 8080));
        assertEquals(Optional.empty(), holder(host, Transport.TCP, "::1", 8081), "it does not listen");
    }

    @Test
    void shouldNameSnmpdBesideTheAgent() throws Exception {
        HostFiles host = host(line("00000000:00A1", "07", 104, 71), "", 811, "snmpd", 71);
        List<Finding> found = check(host, "snmp.listen=127.0.0.1:0", "http.listen=127.0.0.1:0");
        assertEquals(
                Finding.ok("snmp port 161", "snmpd (process 811) has it; the agent runs beside it"), found.getLast());
    }
}
