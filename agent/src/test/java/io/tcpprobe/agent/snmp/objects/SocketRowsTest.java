package io.tcpprobe.agent.snmp.objects;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.parts.Sockets;
import io.tcpprobe.agent.snmp.model.ConnectionIndex;
import io.tcpprobe.agent.snmp.model.TableRows;
import io.tcpprobe.agent.sockets.SocketOrder;
import io.tcpprobe.kernel.flow.SocketEndpoints;
import io.tcpprobe.kernel.flow.TcpState;
import io.tcpprobe.mibs.Oid;
import io.tcpprobe.test.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Indexes of TCP-MIB's tables: their forms, and the order of the rows. */
class SocketRowsTest {
    private static List<String> indexes(Sockets sockets, SocketOrder order) {
        SocketRows rows = SocketRows.of(sockets.snapshot(), order);
        List<String> indexes = new ArrayList<>();
        for (int row = 0; row < rows.size(); row++) {
            indexes.add(Oid.of(arcs(rows, row)).toString());
        }
        return indexes;
    }

    private static int[] arcs(SocketRows rows, int row) {
        int[] arcs = new int[TableRows.INDEX_LIMIT];
        return Arrays.copyOf(arcs, rows.index(row, arcs));
    }

    @Test
    void shouldIndexConnectionsAsRfc4022() {
        Sockets sockets = new Sockets()
                .connection(TcpState.ESTABLISHED, "fe80::1%300", 80, "fe80::2%300", 65535)
                .connection(TcpState.TIME_WAIT, "2001:db8::1", 80, "2001:db8::ff", 40000)
                .connection(TcpState.ESTABLISHED, "10.0.0.200", 80, "192.0.2.1", 40000)
                .connection(TcpState.NEW_SYN_RECEIVED, "10.0.0.200", 79, "192.0.2.1", 40000)
                .listener("10.0.0.1", 80);
        assertEquals(
                List.of(
                        "1.4.10.0.0.200.79.1.4.192.0.2.1.40000",
                        "1.4.10.0.0.200.80.1.4.192.0.2.1.40000",
                        "2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1.80.2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.255.40000",
                        "4.20.254.128.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.1.44.80"
                                + ".4.20.254.128.0.0.0.0.0.0.0.0.0.0.0.0.0.2.0.0.1.44.65535"),
                indexes(sockets, SocketOrder.CONNECTIONS));
    }

    @Test
    void shouldIndexListenersAsRfc4022() {
        Sockets sockets = new Sockets()
                .listener("::", 22)
                .listener("0.0.0.0", 22)
                .listener("*", 8080)
                .listener("*", 80)
                .listener("::1", 22)
                .listener("127.0.0.1", 21)
                .connection(TcpState.ESTABLISHED, "10.0.0.1", 22, "10.0.0.2", 1);
        assertEquals(
                List.of(
                        "0.0.80",
                        "0.0.8080",
                        "1.4.0.0.0.0.22",
                        "1.4.127.0.0.1.21",
                        "2.16.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.22",
                        "2.16.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.22"),
                indexes(sockets, SocketOrder.LISTENERS));
    }

    @Test
    void shouldIndexIpv4WithItsListenersAsRfc2012() {
        Sockets sockets = new Sockets()
                .connection(TcpState.ESTABLISHED, "127.0.0.1", 256, "127.0.0.1", 1)
                .connection(TcpState.ESTABLISHED, "127.0.0.1", 255, "127.0.0.1", 1)
                .connection(TcpState.ESTABLISHED, "2001:db8::1", 255, "2001:db8::2", 1)
                .listener("127.0.0.1", 255)
                .listener("::", 22)
                .listener("0.0.0.0", 23)
                .listener("*", 21);
        assertEquals(
                List.of(
                        "0.0.0.0.21.0.0.0.0.0",
                        "0.0.0.0.23.0.0.0.0.0",
                        "127.0.0.1.255.0.0.0.0.0",
                        "127.0.0.1.255.127.0.0.1.1",
                        "127.0.0.1.256.127.0.0.1.1"),
                indexes(sockets, SocketOrder.IPV4));
    }

    @Test
    void shouldHaveOneRowOfSeveralWithTheSameIndex() {
        Sockets sockets = new Sockets();
        for (int i = 0; i < 5; i++) {
            sockets.listener("0.0.0.0", 80).listener("*", 443).listener("10.0.0.1", 80);
        }
        sockets.listener("0.0.0.0", 443);
        assertEquals(
                List.of("0.0.443", "1.4.0.0.0.0.80", "1.4.0.0.0.0.443", "1.4.10.0.0.1.80"),
                indexes(sockets, SocketOrder.LISTENERS));
        assertEquals(
                List.of("0.0.0.0.80.0.0.0.0.0", "0.0.0.0.443.0.0.0.0.0", "10.0.0.1.80.0.0.0.0.0"),
                indexes(sockets, SocketOrder.IPV4));
        SocketRows rows = SocketRows.of(sockets.snapshot(), SocketOrder.LISTENERS);
        assertEquals(2, rows.snapshot().sockets().cookie(rows.places()[0]), "the oldest");
    }

    @Test
    void shouldHaveNoRowsWithoutSockets() {
        for (SocketOrder order : SocketOrder.values()) {
            assertEquals(List.of(), indexes(new Sockets(), order));
        }
        assertEquals(
                List.of("1.4.10.0.0.1.80"), indexes(new Sockets().listener("10.0.0.1", 80), SocketOrder.LISTENERS));
    }

    /** Many sockets of all kinds, close to one another: strictly ascending, every one found, and what is between is not. */
    @ParameterizedTest
    @EnumSource
    void shouldSortAndFindRandomRows(SocketOrder order) {
        long seed = Seed.next();
        Random random = new Random(seed);
        String[] addresses = {
            "10.0.0.1",
            "10.0.0.255",
            "9.255.255.255",
            "2001:db8::1",
            "2001:db8::8000",
            "fe80::1%2",
            "fe80::1%3",
            "*",
            "0.0.0.0",
            "::"
        };
        int[] ports = {1, 255, 256, 257, 32767, 32768, 65535};
        Sockets sockets = new Sockets();
        for (int i = 0; i < 500; i++) {
            String local = addresses[random.nextInt(addresses.length)];
            int port = ports[random.nextInt(ports.length)];
            String remote = addresses[random.nextInt(addresses.length)];
            if (random.nextInt(5) == 0) {
                sockets.listener(local, port);
            } else if (!local.equals("*") && !remote.equals("*")) {
                boolean both = local.contains(":") == remote.contains(":");
                sockets.connection(
                        TcpState.ESTABLISHED, local, port, both ? remote : local, ports[random.nextInt(ports.length)]);
            }
        }
        SocketRows rows = SocketRows.of(sockets.snapshot(), order);
        assertTrue(rows.size() > 10);
        for (int row = 0; row < rows.size(); row++) {
            int[] arcs = arcs(rows, row);
            assertTrue(
                    row == 0 || Arrays.compareUnsigned(arcs(rows, row - 1), arcs) < 0,
                    () -> Oid.of(arcs).toString());
            assertEquals(row, rows.row(arcs, 0));
            assertEquals(row + 1, rows.find(arcs, 0, false));
            assertEquals(-1, rows.row(Arrays.copyOf(arcs, arcs.length - 1), 0));
        }
    }

    @Test
    void shouldReturnAddressesAndPortsOfIpv4() {
        SocketRows rows = SocketRows.of(
                new Sockets()
                        .connection(TcpState.CLOSE_WAIT, "10.0.0.200", 40000, "192.0.2.1", 443)
                        .snapshot(),
                SocketOrder.IPV4);
        assertArrayEquals(new byte[] {10, 0, 0, (byte) 200}, rows.localIpv4(0));
        assertArrayEquals(new byte[] {(byte) 192, 0, 2, 1}, rows.remoteIpv4(0));
        assertEquals(40000, rows.localPort(0));
        assertEquals(443, rows.remotePort(0));
        assertEquals(8, rows.state(0).mib());
    }

    @Test
    void shouldReadBackTheIndexThatItWrote() {
        Sockets sockets = new Sockets()
                .connection(TcpState.ESTABLISHED, "fe80::1%300", 80, "fe80::2%300", 65535)
                .connection(TcpState.ESTABLISHED, "2001:db8::1", 80, "fe80::2%300", 65535)
                .connection(TcpState.ESTABLISHED, "2001:db8::1", 32768, "2001:db8::ff", 40000)
                .connection(TcpState.ESTABLISHED, "10.0.0.200", 80, "192.0.2.1", 40000);
        for (SocketOrder order : List.of(SocketOrder.CONNECTIONS, SocketOrder.IPV4)) {
            SocketRows rows = SocketRows.of(sockets.snapshot(), order);
            for (int row = 0; row < rows.size(); row++) {
                SocketEndpoints ends = rows.snapshot().sockets().endpoints(rows.places()[row]);
                assertEquals(ends, ConnectionIndex.read(order, arcs(rows, row), 0));
            }
        }
    }

    @Test
    void shouldReadNoIndexThatNoConnectionCanHave() {
        assertNull(read(SocketOrder.IPV4, "10.0.0.1.80.10.0.0.2"));
        assertNull(read(SocketOrder.IPV4, "10.0.0.1.80.10.0.0.2.1.1"));
        assertNull(read(SocketOrder.IPV4, "10.0.0.256.80.10.0.0.2.1"));
        assertNull(read(SocketOrder.IPV4, "10.0.0.1.65536.10.0.0.2.1"));
        assertNull(read(SocketOrder.IPV4, "10.0.0.1.4294967295.10.0.0.2.1"));
        assertNull(read(SocketOrder.CONNECTIONS, "0.0.80.0.0.81"));
        assertNull(read(SocketOrder.CONNECTIONS, "1.5.10.0.0.1.80.1.4.10.0.0.2.1"));
        assertNull(read(SocketOrder.CONNECTIONS, "3.4.10.0.0.1.80.1.4.10.0.0.2.1"));
        assertNull(read(SocketOrder.CONNECTIONS, "16.4.10.0.0.1.80.1.4.10.0.0.2.1"));
        assertNull(read(SocketOrder.CONNECTIONS, "1"));
        assertNull(read(SocketOrder.LISTENERS, "1.4.10.0.0.1.80"));
        assertEquals(
                "10.0.0.1:80 - 10.0.0.2:1",
                String.valueOf(read(SocketOrder.CONNECTIONS, "1.4.10.0.0.1.80.1.4.10.0.0.2.1")));
    }

    private static SocketEndpoints read(SocketOrder order, String index) {
        return ConnectionIndex.read(order, Oid.parse(index).toArray(), 0);
    }
}
