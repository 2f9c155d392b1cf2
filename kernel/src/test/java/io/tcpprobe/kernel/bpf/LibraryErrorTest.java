package io.tcpprobe.kernel.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class LibraryErrorTest {
    @Test
    void shouldNameALibraryThatIsNotThere() {
        IOException failed = assertThrows(IOException.class, () -> Libbpf.open("libtcpprobe-none.so.1"));
        assertEquals(
                "load libtcpprobe-none.so.1: not found; install libbpf 1 (Debian, Ubuntu: libbpf1)",
                failed.getMessage());
    }

    @Test
    void shouldNameWhatTheLibraryNeeds() {
        assertEquals(
                "it needs libelf.so.1, which is not found; install that library (Debian, Ubuntu: libelf1)",
                explain("libelf.so.1: cannot open shared object file: No such file or directory"));
        assertEquals(
                "it needs libz.so.1, which is not found; install that library (Debian, Ubuntu: zlib1g)",
                explain("libz.so.1: Kann die Shared-Object-Datei nicht öffnen: Datei oder Verzeichnis nicht gefunden"));
    }

    @Test
    void shouldPassOnOtherMessagesOfTheLinker() {
        assertEquals(
                "/lib/libc.so.6: version `GLIBC_2.99' not found (required by /lib/libbpf.so.1);"
                        + " install libbpf 1 and the libraries that it needs (Debian, Ubuntu: libbpf1)",
                explain("/lib/libc.so.6: version `GLIBC_2.99' not found (required by /lib/libbpf.so.1)"));
    }

    private static String explain(String text) {
        return new LibraryError("libbpf.so.1", text).explain();
    }
}
