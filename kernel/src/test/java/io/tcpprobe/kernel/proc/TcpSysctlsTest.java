package io.tcpprobe.kernel.proc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TcpSysctlsTest {
    @TempDir
    Path folder;

    private TcpSysctls read(int timestamps, int sack, String ecn) throws IOException {
        Files.writeString(folder.resolve("tcp_timestamps"), timestamps + "\n");
        Files.writeString(folder.resolve("tcp_sack"), sack + "\n");
        Files.writeString(folder.resolve("tcp_ecn"), ecn + "\n");
        return TcpSysctls.read(folder);
    }

    /** Documentation/networking/ip-sysctl.rst: 3 to 5 since Linux 6.18. */
    @ParameterizedTest
    @CsvSource({"0, false, false", "1, true, true", "2, false, true", "3, true, true", "4, true, true", "5, false, true"
    })
    void shouldReadWhetherEcnIsRequestedOrAccepted(String ecn, boolean requested, boolean accepted) throws IOException {
        assertEquals(new TcpSysctls(true, true, requested, accepted), read(1, 1, ecn));
    }

    @Test
    void shouldKnowWhatIsOff() throws IOException {
        assertEquals(new TcpSysctls(false, false, false, true), read(0, 0, "2"));
    }

    @Test
    void shouldUseTheDefaultOfAnUnreadableSysctl() throws IOException {
        assertEquals(new TcpSysctls(true, false, false, true), read(1, 0, "maybe"));
        assertEquals(TcpSysctls.DEFAULT, TcpSysctls.read(folder.resolve("missing")));
    }

    @Test
    void shouldReadThoseOfThisHost() {
        TcpSysctls here = TcpSysctls.read(Path.of("/proc/sys/net/ipv4"));
        assertTrue(here.ecnAccepted() || !here.ecnRequested(), here.toString());
    }
}
