package io.tcpprobe.kernel.ffi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UdpSocketTest {
    private static final int BUFFER = 100_000;
    private static final int PATIENCE_MILLIS = 10_000;

    private static UdpSocket bind(String address) throws IOException {
        return UdpSocket.bind(new InetSocketAddress(InetAddress.ofLiteral(address), 0), BUFFER);
    }

    private static void assumeAddress(String address) throws IOException {
        assumeTrue(
                NetworkInterface.getByInetAddress(InetAddress.ofLiteral(address)) != null || address.startsWith("127."),
                "this host has no " + address);
    }

    /** Receives in a thread of its own: a test that hears nothing fails, and does not wait for ever. */
    private static CompletableFuture<UdpSocket.Datagram> receive(UdpSocket socket) {
        CompletableFuture<UdpSocket.Datagram> receiving = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                receiving.complete(socket.receive());
            } catch (IOException | RuntimeException failed) {
                receiving.completeExceptionally(failed);
            }
        });
        return receiving;
    }

    private static UdpSocket.Datagram soon(CompletableFuture<UdpSocket.Datagram> receiving) throws Exception {
        return receiving.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Sends from a connected socket, which hears nothing from any other address, and has it echoed. */
    private static byte[] echoed(UdpSocket socket, String address, byte[] content) throws Exception {
        try (DatagramSocket client = new DatagramSocket()) {
            client.connect(InetAddress.ofLiteral(address), socket.localAddress().getPort());
            client.setSoTimeout(PATIENCE_MILLIS);
            client.send(new DatagramPacket(content, content.length));
            UdpSocket.Datagram received = soon(receive(socket));
            assertArrayEquals(content, received.content());
            assertEquals(client.getLocalPort(), received.from().getPort());
            assertEquals(client.getLocalAddress(), received.from().getAddress());
            socket.send(received.content(), received.from(), received.to());
            DatagramPacket answer = new DatagramPacket(new byte[65_535], 65_535);
            client.receive(answer);
            return Arrays.copyOf(answer.getData(), answer.getLength());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, 127.0.0.1",
        "0.0.0.0, 127.0.0.2",
        "0.0.0.0, ::1",
        "::, 127.77.0.3",
        "::, ::1",
        "127.0.0.2, 127.0.0.2",
        "::1, ::1"
    })
    void shouldAnswerFromTheAddressOfTheRequest(String bound, String destination) throws Exception {
        assumeAddress("::1");
        try (UdpSocket socket = bind(bound)) {
            byte[] content = {1, 2, 3, -4};
            assertArrayEquals(content, echoed(socket, destination, content));
        }
    }

    @Test
    void shouldCarrySmallAndLargeDatagrams() throws Exception {
        try (UdpSocket socket = bind("0.0.0.0")) {
            assertArrayEquals(new byte[] {9}, echoed(socket, "127.0.0.1", new byte[] {9}));
            byte[] large = new byte[65_507];
            new Random(7).nextBytes(large);
            assertArrayEquals(large, echoed(socket, "127.0.0.1", large));
        }
    }

    @Test
    void shouldAnswerThoughItsAddressIsGone() throws IOException {
        try (UdpSocket socket = bind("0.0.0.0");
                DatagramSocket client = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"))) {
            client.setSoTimeout(PATIENCE_MILLIS);
            byte[] mappedForeign = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, (byte) 192, 0, 2, 77};
            socket.send(
                    new byte[] {5},
                    new InetSocketAddress(client.getLocalAddress(), client.getLocalPort()),
                    new UdpSocket.LocalAddress(mappedForeign, 0));
            DatagramPacket answer = new DatagramPacket(new byte[10], 10);
            client.receive(answer);
            assertEquals(1, answer.getLength());
        }
    }

    @Test
    void shouldReportWhyAnAddressCannotBeBound() throws IOException {
        try (UdpSocket socket = bind("127.0.0.1")) {
            InetSocketAddress taken = socket.localAddress();
            assertEquals(
                    "Address already in use",
                    assertThrows(BindException.class, () -> UdpSocket.bind(taken, BUFFER))
                            .getMessage());
        }
        assertEquals(
                "Cannot assign requested address",
                assertThrows(BindException.class, () -> bind("192.0.2.1")).getMessage());
    }

    @Test
    void shouldWakeItsReceiverWhenItIsClosed() throws Exception {
        UdpSocket socket = bind("127.0.0.1");
        CompletableFuture<UdpSocket.Datagram> receiving = receive(socket);
        socket.endReceiving();
        assertNull(soon(receiving));
        socket.close();
        assertThrows(
                IOException.class,
                () -> socket.send(new byte[1], new InetSocketAddress(InetAddress.getLoopbackAddress(), 9), null));
    }
}
