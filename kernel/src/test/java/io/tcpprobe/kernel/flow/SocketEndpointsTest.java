package io.tcpprobe.kernel.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class SocketEndpointsTest {
    private static byte[] address(String text) {
        return InetAddress.ofLiteral(text).getAddress();
    }

    private static byte[] zoned(String text, int zone) {
        return ByteBuffer.allocate(20).put(address(text)).putInt(zone).array();
    }

    @Test
    void shouldReturnItsEndpoints() {
        SocketEndpoints ipv4 = SocketEndpoints.of(address("10.0.0.1"), 80, address("192.0.2.200"), 65535);
        assertEquals("10.0.0.1:80 - 192.0.2.200:65535", ipv4.toString());
        assertEquals(80, ipv4.localPort());
        assertEquals(65535, ipv4.remotePort());
        SocketEndpoints ipv6 = SocketEndpoints.of(zoned("fe80::1", 3), 443, zoned("fe80::2", 3), 1);
        assertEquals("[fe80::1%3]:443 - [fe80::2%3]:1", ipv6.toString());
        assertEquals(
                "*:80",
                SocketEndpoints.at(new byte[SocketEndpoints.SIZE + 1], 1)
                        .local()
                        .replace(":0", ":80"));
    }

    @Test
    void shouldHaveZoneOfLinkLocalAddressesOnly() {
        assertEquals(
                SocketEndpoints.of(address("2001:db8::1"), 1, address("2001:db8::2"), 2),
                SocketEndpoints.of(zoned("2001:db8::1", 3), 1, zoned("2001:db8::2", 3), 2));
        assertEquals(
                SocketEndpoints.of(address("fe80::1"), 1, address("fe80::2"), 2),
                SocketEndpoints.of(zoned("fe80::1", 0), 1, zoned("fe80::2", 0), 2));
        assertNotEquals(
                SocketEndpoints.of(zoned("fe80::1", 2), 1, zoned("fe80::2", 2), 2),
                SocketEndpoints.of(zoned("fe80::1", 3), 1, zoned("fe80::2", 3), 2));
    }

    @Test
    void shouldMatchTheSameBytesOnly() {
        SocketEndpoints endpoints = SocketEndpoints.of(address("10.0.0.1"), 80, address("10.0.0.2"), 81);
        SocketColumns.Builder builder = new SocketColumns.Builder(1);
        byte[] bytes = new byte[SocketEndpoints.SIZE];
        bytes[SocketEndpoints.LOCAL] = 1;
        builder.add(bytes, 1, 0, 1, 0, 0);
        assertNotEquals(endpoints, builder.build().endpoints(0));
        assertTrue(builder.build().endpoints(0).matches(bytes, 0));
        assertFalse(endpoints.matches(bytes, 0));
    }

    @Test
    void shouldRefuseWhatIsNoAddress() {
        assertThrows(IllegalArgumentException.class, () -> SocketEndpoints.of(new byte[5], 1, new byte[4], 1));
    }
}
