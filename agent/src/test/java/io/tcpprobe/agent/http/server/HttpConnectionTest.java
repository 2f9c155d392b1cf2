package io.tcpprobe.agent.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpConnectionTest {
    @ParameterizedTest
    @CsvSource({"true, 0", "false, 12"})
    void shouldDropRemainingRequestsAfterTheLastResponse(boolean last, int held) throws Exception {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (ServerSocketChannel listening = ServerSocketChannel.open().bind(any);
                SocketChannel client = SocketChannel.open(listening.getLocalAddress());
                SocketChannel accepted = listening.accept();
                Selector selector = Selector.open()) {
            client.write(
                    ByteBuffer.wrap("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /next HT".getBytes(StandardCharsets.UTF_8)));
            SelectionKey key = accepted.configureBlocking(false).register(selector, SelectionKey.OP_READ);
            selector.select();
            var connection = new HttpConnection(accepted, key, any, any);
            connection.read(ByteBuffer.allocate(1024));
            connection.next();
            assertTrue(connection.newlyHeldBytes() > 0);
            connection.answer(new HttpResponse(200, Map.of(), List.of(), () -> {}), last);
            connection.newlyHeldBytes();
            assertEquals(held, connection.heldBytes());
        }
    }
}
