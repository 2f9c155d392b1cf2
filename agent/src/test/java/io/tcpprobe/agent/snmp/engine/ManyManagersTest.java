package io.tcpprobe.agent.snmp.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tcpprobe.kernel.ffi.UdpSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManyManagersTest {
    private static final int MANAGERS = 1_000;

    /** What the kernel counts for a small datagram. */
    private static final int BYTES_PER_REQUEST = 1_280;

    private static final byte[] GET = HexFormat.of()
            .parseHex("302902010104067075626c6963a01c020401020304020100020100300e300c06082b060102010103000500");
    private static final long TIMEOUT_SECONDS = 30;

    private final List<DatagramChannel> managers = new ArrayList<>();

    @TempDir
    private Path state;

    @AfterEach
    void closeManagers() throws IOException {
        for (DatagramChannel manager : managers) {
            manager.close();
        }
    }

    /** Nothing is sent again: a datagram that is lost stays lost. */
    @Test
    void shouldAnswerAThousandManagersAtOnce() throws Exception {
        assumeTrue(
                receiveBuffer() >= MANAGERS * BYTES_PER_REQUEST,
                "the receive buffer is too small: net.core.rmem_max bounds it without CAP_NET_ADMIN");
        try (OpenConnector connector = new OpenConnector(state, Map.of());
                Selector selector = Selector.open()) {
            for (int i = 0; i < MANAGERS; i++) {
                DatagramChannel manager = DatagramChannel.open();
                managers.add(manager);
                manager.connect(connector.address());
                manager.configureBlocking(false);
                manager.register(selector, SelectionKey.OP_READ);
            }
            for (int round = 0; round < 3; round++) {
                for (DatagramChannel manager : managers) {
                    manager.write(ByteBuffer.wrap(GET));
                }
                assertEquals(MANAGERS, answered(selector), "answers in round " + round);
            }
        }
    }

    private static int answered(Selector selector) throws IOException {
        int[] answers = new int[1];
        ByteBuffer buffer = ByteBuffer.allocate(2_000);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
        while (answers[0] < MANAGERS && System.nanoTime() < end) {
            selector.select(
                    key -> {
                        try {
                            if (((DatagramChannel) key.channel()).read(buffer.clear()) > 0) {
                                answers[0]++;
                            }
                        } catch (IOException failed) {
                            throw new IllegalStateException(failed);
                        }
                    },
                    1_000);
        }
        return answers[0];
    }

    private static int receiveBuffer() throws IOException {
        try (UdpSocket socket = UdpSocket.bind(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), SnmpTransport.RECEIVE_BUFFER_BYTES)) {
            return socket.receiveBufferBytes();
        }
    }
}
