package io.tcpprobe.kernel.ffi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tcpprobe.test.UnixDatagramReceiver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnixDatagramSocketTest {
    private static final long TIMEOUT_SECONDS = 5;

    @TempDir
    private Path folder;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void shouldSendToPath() throws Exception {
        shouldSendTo(folder.resolve("notify").toString());
    }

    @Test
    void shouldSendToAbstractAddress() throws Exception {
        shouldSendTo("@tcpprobe/test/" + ProcessHandle.current().pid());
    }

    private static void shouldSendTo(String address) throws Exception {
        try (UnixDatagramReceiver receiver = UnixDatagramReceiver.open(address);
                UnixDatagramSocket socket = UnixDatagramSocket.open(address, TIMEOUT_SECONDS)) {
            socket.send(bytes("READY=1\nSTATUS=ü"));
            socket.send(bytes("STOPPING=1"));
            assertEquals(List.of("READY=1\nSTATUS=ü", "STOPPING=1"), receiver.received());
        }
    }

    @Test
    void shouldReportThatThereIsNoReceiver() throws Exception {
        try (UnixDatagramSocket socket =
                UnixDatagramSocket.open(folder.resolve("missing").toString(), TIMEOUT_SECONDS)) {
            ErrnoException refused = assertThrows(ErrnoException.class, () -> socket.send(bytes("READY=1")));
            assertEquals(ErrnoException.ENOENT, refused.errno());
        }
    }

    @Test
    void shouldRefuseAddressThatDoesNotFit() throws Exception {
        for (String address : List.of("", "@", "/", "/" + "x".repeat(107), "@" + "x".repeat(108))) {
            assertThrows(IOException.class, () -> UnixDatagramSocket.open(address, TIMEOUT_SECONDS), address);
        }
        UnixDatagramSocket.open("/" + "x".repeat(106), TIMEOUT_SECONDS).close();
        UnixDatagramSocket.open("@" + "x".repeat(107), TIMEOUT_SECONDS).close();
    }

    @Test
    void shouldNotSendAfterClose() throws Exception {
        UnixDatagramSocket socket = UnixDatagramSocket.open("@tcpprobe", TIMEOUT_SECONDS);
        socket.close();
        socket.close();
        assertThrows(IOException.class, () -> socket.send(bytes("READY=1")));
    }
}
