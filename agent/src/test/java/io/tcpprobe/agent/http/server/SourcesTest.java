package io.tcpprobe.agent.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SourcesTest {
    private static final InetSocketAddress LOCAL = new InetSocketAddress(InetAddress.getLoopbackAddress(), 8778);

    private final Sources sources = new Sources();
    private final List<SocketChannel> channels = new ArrayList<>();
    private Selector selector;

    @BeforeEach
    void open() throws IOException {
        selector = Selector.open();
    }

    @AfterEach
    void close() throws IOException {
        selector.close();
        for (SocketChannel channel : channels) {
            channel.close();
        }
    }

    private HttpConnection add(String from, HttpConnection.Phase phase, long since) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channels.add(channel);
        channel.configureBlocking(false);
        var remote = new InetSocketAddress(InetAddress.ofLiteral(from), 40_000);
        var connection = new HttpConnection(channel, channel.register(selector, 0), remote, LOCAL);
        connection.enter(phase, since, 0);
        sources.add(connection);
        return connection;
    }

    private static Object of(String address) {
        return Sources.of(InetAddress.ofLiteral(address));
    }

    @Test
    void shouldCountA64BitNetworkAsOneSource() {
        assertEquals(of("2001:db8:0:1::1"), of("2001:db8:0:1:ffff:ffff:ffff:ffff"));
        assertNotEquals(of("2001:db8:0:1::1"), of("2001:db8:0:2::1"));
        assertEquals(of("192.0.2.1"), of("192.0.2.1"));
        assertEquals(of("192.0.2.1"), of("::ffff:192.0.2.1"), "mapped: RFC 4291, 2.5.5.2");
        assertNotEquals(of("192.0.2.1"), of("192.0.2.2"));
    }

    /** Their prefixes have the same Arrays.hashCode: 31 * 1 + 0 = 31 * 0 + 31. */
    @Test
    void shouldDistinguishNetworksWithEqualHashes() {
        assertNotEquals(of("2001:db8:0:100::1"), of("2001:db8:0:1f::1"));
    }

    @Test
    void shouldEvictFromAnotherSourceWhenAllOfTheLargestAreInProgress() throws IOException {
        for (int i = 0; i < 3; i++) {
            add("192.0.2.1", HttpConnection.Phase.WORKING, i);
        }
        add("192.0.2.2", HttpConnection.Phase.READING, 7);
        HttpConnection oldest = add("192.0.2.2", HttpConnection.Phase.READING, 5);
        add("192.0.2.3", HttpConnection.Phase.READING, 1);
        assertEquals(List.of(oldest), sources.longestWaiting(1));
        HttpConnection waits = add("192.0.2.1", HttpConnection.Phase.WRITING, 9);
        assertEquals(List.of(waits), sources.longestWaiting(2), "the largest source has one that may be closed");
    }
}
