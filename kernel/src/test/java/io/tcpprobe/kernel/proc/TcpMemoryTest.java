package io.tcpprobe.kernel.proc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TcpMemoryTest {
    @TempDir
    Path folder;

    private OptionalLong percent(String sockstat, String limits) throws IOException {
        return TcpMemory.percentOfPressure(
                Files.writeString(folder.resolve("sockstat"), sockstat),
                Files.writeString(folder.resolve("tcp_mem"), limits));
    }

    @Test
    void shouldRelateThePagesInUseToThePressureLimit() throws IOException {
        assertEquals(
                OptionalLong.of(75),
                percent(
                        "sockets: used 9\nTCP: inuse 1 orphan 0 tw 0 alloc 4 mem 18516\nUDP: inuse 3 mem 1\n",
                        "18513\t24687\t37026\n"));
    }

    @Test
    void shouldBeEmptyIfAFileHasAnotherForm() throws IOException {
        assertEquals(OptionalLong.empty(), percent("TCP: inuse 1\n", "18513\t24687\t37026\n"));
        assertEquals(OptionalLong.empty(), percent("TCP: inuse 1 mem 7\n", "18513\n"));
        assertEquals(OptionalLong.empty(), percent("TCP: inuse 1 mem 7\n", "1\t0\t2\n"));
        assertEquals(OptionalLong.empty(), percent("TCP: inuse 1 mem x\n", "1\t2\t3\n"));
        assertEquals(
                OptionalLong.empty(),
                TcpMemory.percentOfPressure(folder.resolve("missing"), folder.resolve("tcp_mem")));
    }
}
