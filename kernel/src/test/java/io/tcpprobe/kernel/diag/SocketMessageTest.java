package io.tcpprobe.kernel.diag;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpprobe.kernel.flow.AddressType;
import io.tcpprobe.kernel.flow.SocketColumns;
import io.tcpprobe.kernel.flow.SocketEndpoints;
import io.tcpprobe.kernel.flow.TcpState;
import io.tcpprobe.test.Seed;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SocketMessageTest {
    private static final int LISTEN = TcpState.LISTEN.kernel();
    private static final int TIME_WAIT = TcpState.TIME_WAIT.kernel();
    private static final int SEEN = 80;

    /** A message without attributes. */
    private static byte[] message(int family, int state, String source, String destination, int zone) {
        ByteBuffer message = ByteBuffer.allocate(InetDiagMsg.ATTRIBUTES).order(ByteOrder.nativeOrder());
        message.putInt(InetDiagMsg.LENGTH, InetDiagMsg.ATTRIBUTES)
                .putShort(InetDiagMsg.TYPE, (short) 20)
                .putInt(8, Capture.SEQUENCE)
                .put(InetDiagMsg.FAMILY, (byte) family)
                .put(InetDiagMsg.STATE, (byte) state)
                .putInt(InetDiagMsg.INTERFACE, zone)
                .put(InetDiagMsg.SRC, bytes(family, source))
                .put(InetDiagMsg.DST, bytes(family, destination));
        message.order(ByteOrder.BIG_ENDIAN)
                .putShort(InetDiagMsg.SPORT, (short) SEEN)
                .putShort(InetDiagMsg.DPORT, (short) (state == LISTEN ? 0 : 40_000));
        return message.array();
    }

    /** InetAddress makes IPv4 of what is mapped. */
    private static byte[] bytes(int family, String text) {
        byte[] address = InetAddress.ofLiteral(text).getAddress();
        return family == SockDiag.IPV6 && address.length == 4
                ? ByteBuffer.allocate(16)
                        .putShort(10, (short) 0xffff)
                        .put(12, address)
                        .array()
                : address;
    }

    private static SocketColumns read(byte[] message) throws IOException {
        byte[] endpoints = new byte[SocketEndpoints.SIZE];
        new Random(7).nextBytes(endpoints); // what another socket has left must not be seen
        SocketColumns.Builder sockets = new SocketColumns.Builder(0);
        Capture.walk(message, (buffer, at, length) -> {
            SocketMessage.readEndpoints(buffer, at, length, endpoints);
            sockets.add(endpoints, FlowMessage.state(buffer, at), 0, 1, 0, 0);
        });
        return sockets.build();
    }

    private static void assertEndpoints(String endpoints, AddressType local, AddressType remote, byte[] message)
            throws IOException {
        SocketColumns read = read(message);
        assertEquals(1, read.size());
        assertEquals(endpoints, read.endpoints(0).toString());
        assertEquals(local.number(), read.end(0, SocketEndpoints.LOCAL));
        assertEquals(remote.number(), read.end(0, SocketEndpoints.REMOTE));
    }

    @Test
    void shouldReadIpv4() throws IOException {
        assertEndpoints(
                "10.0.0.1:80 - 10.0.0.2:40000",
                AddressType.IPV4,
                AddressType.IPV4,
                message(SockDiag.IPV4, TIME_WAIT, "10.0.0.1", "10.0.0.2", 0));
    }

    @Test
    void shouldTakeMappedAddressesForIpv4() throws IOException {
        assertEndpoints(
                "10.0.0.1:80 - 10.0.0.2:40000",
                AddressType.IPV4,
                AddressType.IPV4,
                message(SockDiag.IPV6, 1, "10.0.0.1", "10.0.0.2", 0));
        assertEndpoints(
                "127.0.0.1:80 - 0.0.0.0:0",
                AddressType.IPV4,
                AddressType.IPV4,
                message(SockDiag.IPV6, LISTEN, "127.0.0.1", "::", 0));
    }

    @Test
    void shouldKnowLinkLocalAddressesByTheirZone() throws IOException {
        assertEndpoints(
                "[fe80::1%7]:80 - [fe80::2%7]:40000",
                AddressType.IPV6Z, AddressType.IPV6Z, message(SockDiag.IPV6, 1, "fe80::1", "fe80::2", 7));
        assertEndpoints(
                "[2001:db8::1]:80 - [fe80::2%7]:40000",
                AddressType.IPV6, AddressType.IPV6Z, message(SockDiag.IPV6, 1, "2001:db8::1", "fe80::2", 7));
        assertEndpoints(
                "[2001:db8::1]:80 - [2001:db8::2]:40000",
                AddressType.IPV6,
                AddressType.IPV6,
                message(SockDiag.IPV6, 1, "2001:db8::1", "2001:db8::2", 7));
    }

    @Test
    void shouldDistinguishDualStackListenersFromIpv6OnlyOnes() throws IOException {
        byte[] any = message(SockDiag.IPV6, LISTEN, "::", "::", 0);
        assertEndpoints("*:80 - *:0", AddressType.UNKNOWN, AddressType.UNKNOWN, any);
        byte[] both = Capture.with(any, InetDiagMsg.SKV6ONLY, new byte[] {0});
        assertEndpoints("*:80 - *:0", AddressType.UNKNOWN, AddressType.UNKNOWN, both);
        byte[] ipv6Only = Capture.with(any, InetDiagMsg.SKV6ONLY, new byte[] {1});
        assertEndpoints("[::]:80 - [::]:0", AddressType.IPV6, AddressType.IPV6, ipv6Only);
        byte[] oneAddress = message(SockDiag.IPV6, LISTEN, "::1", "::", 0);
        assertEndpoints("[::1]:80 - [::]:0", AddressType.IPV6, AddressType.IPV6, oneAddress);
        byte[] ipv4 = message(SockDiag.IPV4, LISTEN, "0.0.0.0", "0.0.0.0", 0);
        assertEndpoints("0.0.0.0:80 - 0.0.0.0:0", AddressType.IPV4, AddressType.IPV4, ipv4);
    }

    /** Garbage test: with any attributes, nothing beyond the message is read, and parsing ends. */
    @Test
    void shouldStayWithinTheMessage() throws IOException {
        long seed = Seed.next();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] content = new byte[random.nextInt(12)];
            random.nextBytes(content);
            byte[] message = Capture.with(message(SockDiag.IPV6, LISTEN, "::", "::", 0), 1, content);
            for (int at = InetDiagMsg.ATTRIBUTES; at < message.length; at++) {
                message[at] = (byte) (random.nextBoolean() ? random.nextInt(12) : message[at]);
            }
            read(message);
        }
    }

    @Test
    void shouldAgreeWithSsOnEverySocketOfTheCapture() throws IOException {
        Map<Long, String> expected = new TreeMap<>();
        for (SsLine line : SsLine.capture()) {
            List<String> columns = line.columns();
            String remote = columns.get(4).replace("*:*", "0.0.0.0:*").replace(":*", ":0"); // of a v4-mapped listener
            String endpoints = columns.get(3) + " - " + remote;
            expected.put(
                    line.cookie(),
                    state(columns.get(0)) + " "
                            + endpoints.replace("%d0", "").replace("[::ffff:127.0.0.1]", "127.0.0.1"));
        }
        Map<Long, String> found = new TreeMap<>();
        int zones = 0;
        for (byte[] message : Capture.messages()) {
            SocketColumns read = read(message);
            String endpoints = read.endpoints(0).toString();
            zones += read.end(0, SocketEndpoints.LOCAL) == AddressType.IPV6Z.number() ? 1 : 0;
            Capture.walk(
                    message,
                    (buffer, at, _) -> found.put(
                            FlowMessage.cookie(buffer, at),
                            read.state(0) + " " + endpoints.replaceAll("%\\d+\\]", "]")));
        }
        assertEquals(17, found.size());
        assertEquals(expected, found);
        assertEquals(3, zones);
    }

    private static TcpState state(String ss) {
        return switch (ss) {
            case "ESTAB" -> TcpState.ESTABLISHED;
            case "FIN-WAIT-2" -> TcpState.FIN_WAIT_2;
            default -> TcpState.valueOf(ss.replace('-', '_'));
        };
    }
}
