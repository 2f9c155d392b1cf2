package io.tcpprobe.agent.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EphemeralPortsTest {
    @TempDir
    Path folder;

    private EphemeralPorts ports(String range, String reserved) throws IOException {
        Files.writeString(folder.resolve("ip_local_port_range"), range);
        Files.writeString(folder.resolve("ip_local_reserved_ports"), reserved);
        return EphemeralPorts.read(folder);
    }

    @ParameterizedTest
    @CsvSource({
        "999, false",
        "1000, true",
        "1499, true",
        "1500, false",
        "1501, true",
        "1600, false",
        "1700, false",
        "1701, true",
        "2000, true",
        "2001, false"
    })
    void shouldBeTheRangeWithoutReservedPorts(int port, boolean ephemeral) throws IOException {
        assertEquals(ephemeral, ports("1000\t2000\n", "1500,1600-1700\n").has(port));
    }

    @Test
    void shouldAcceptThatNoneIsReserved() throws IOException {
        assertTrue(ports("1000\t2000\n", "\n").has(1500));
    }

    @Test
    void shouldHaveThePortsThatThisHostAssigns() throws IOException {
        EphemeralPorts here = EphemeralPorts.ofThisHost();
        for (int i = 0; i < 100; i++) {
            try (ServerSocket socket = new ServerSocket(0)) {
                assertTrue(here.has(socket.getLocalPort()), () -> "port " + socket.getLocalPort());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "many few", "1"})
    void shouldBeTheKernelsDefaultIfUnreadable(String range) throws IOException {
        EphemeralPorts ports = ports(range, "");
        assertFalse(ports.has(32_767));
        assertTrue(ports.has(32_768));
        assertTrue(ports.has(60_999));
        assertFalse(ports.has(61_000));
    }
}
