package io.tcpprobe.kernel.proc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TcpSocketCountTest {
    @TempDir
    private Path folder;

    private OptionalLong count(String sockstat) throws Exception {
        return TcpSocketCount.of(Files.writeString(folder.resolve("sockstat"), sockstat));
    }

    /** As Linux 6.18 printed it in a namespace with one TCP socket, while another one had 600,066. */
    @Test
    void shouldReadTheCountOfAllNamespaces() throws Exception {
        assertEquals(OptionalLong.of(600_067), count("""
                sockets: used 10
                TCP: inuse 1 orphan 0 tw 0 alloc 600067 mem 174
                UDP: inuse 0 mem 123
                FRAG: inuse 0 memory 0
                """));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "TCP:", "TCP: inuse 1", "TCP: alloc", "TCP: inuse 1 alloc many", "UDP: inuse 0 alloc 7"})
    void shouldReturnNoCountForOtherText(String sockstat) throws Exception {
        assertEquals(OptionalLong.empty(), count(sockstat));
    }

    @Test
    void shouldReturnNoCountWithoutTheFile() {
        assertEquals(OptionalLong.empty(), TcpSocketCount.of(folder.resolve("absent")));
    }
}
