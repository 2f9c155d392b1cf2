package io.tcpprobe.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class SocketEndsTest {
    private static byte[] address(String text) {
        return InetAddress.ofLiteral(text).getAddress();
    }

    private static byte[] zoned(String text, int zone) {
        return ByteBuffer.allocate(20).put(address(text)).putInt(zone).array();
    }

    @Test
    void shouldTellItsEnds() {
        SocketEnds ipv4 = SocketEnds.of(address("10.0.0.1"), 80, address("192.0.2.200"), 65535);
        assertEquals("10.0.0.1:80 - 192.0.2.200:65535", ipv4.toString());
        assertEquals(80, ipv4.localPort());
        assertEquals(65535, ipv4.remotePort());
        SocketEnds ipv6 = SocketEnds.of(zoned("fe80::1", 3), 443, zoned("fe80::2", 3), 1);
        assertEquals("[fe80::1%3]:443 - [fe80::2%3]:1", ipv6.toString());
        assertEquals(
                "*:80", SocketEnds.at(new byte[SocketEnds.SIZE + 1], 1).local().replace(":0", ":80"));
    }

    @Test
    void shouldHaveZoneOfLinkLocalAddressesOnly() {
        assertEquals(
                SocketEnds.of(address("2001:db8::1"), 1, address("2001:db8::2"), 2),
                SocketEnds.of(zoned("2001:db8::1", 3), 1, zoned("2001:db8::2", 3), 2));
        assertEquals(
                SocketEnds.of(address("fe80::1"), 1, address("fe80::2"), 2),
                SocketEnds.of(zoned("fe80::1", 0), 1, zoned("fe80::2", 0), 2));
        assertNotEquals(
                SocketEnds.of(zoned("fe80::1", 2), 1, zoned("fe80::2", 2), 2),
                SocketEnds.of(zoned("fe80::1", 3), 1, zoned("fe80::2", 3), 2));
    }

    @Test
    void shouldMatchTheSameBytesOnly() {
        SocketEnds ends = SocketEnds.of(address("10.0.0.1"), 80, address("10.0.0.2"), 81);
        SocketColumns.Builder builder = new SocketColumns.Builder(1);
        byte[] bytes = new byte[SocketEnds.SIZE];
        bytes[SocketEnds.LOCAL] = 1;
        builder.add(bytes, 1, 0, 1, 0, 0);
        assertNotEquals(ends, builder.build().ends(0));
        assertTrue(builder.build().ends(0).matches(bytes, 0));
        assertFalse(ends.matches(bytes, 0));
    }

    @Test
    void shouldRefuseWhatIsNoAddress() {
        assertThrows(IllegalArgumentException.class, () -> SocketEnds.of(new byte[5], 1, new byte[4], 1));
    }
}
