package io.tcpprobe.kernel.ffi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On the master of a pseudo-terminal, which has the attributes of the terminal. */
class TtyTest {
    private static final int LOCAL_FLAGS = 12;
    private static final int VTIME = 17 + 5;
    private static final int VMIN = 17 + 6;

    /** ISIG 0x1, ICANON 0x2, ECHO 0x8. */
    private static final int WATCHED_FLAGS = 0xb;

    private int fd;

    @BeforeEach
    void open() throws IOException {
        fd = Libc.openToRead("/dev/ptmx");
    }

    @AfterEach
    void close() throws IOException {
        Libc.close(fd);
    }

    @Test
    void shouldPassKeysAtOnceAndKeepThoseThatCauseSignals() throws IOException {
        assertEquals(0xb, Tty.attributes(fd)[LOCAL_FLAGS] & WATCHED_FLAGS);
        Tty.of(fd).raw();
        byte[] raw = Tty.attributes(fd);
        assertEquals(0x1, raw[LOCAL_FLAGS] & WATCHED_FLAGS);
        assertEquals(1, raw[VMIN]);
        assertEquals(0, raw[VTIME]);
    }

    @Test
    void shouldRestoreWhatWasBefore() throws IOException {
        byte[] before = Tty.attributes(fd);
        Tty tty = Tty.of(fd);
        tty.raw();
        tty.raw();
        tty.restore();
        assertArrayEquals(before, Tty.attributes(fd));
    }

    @Test
    void shouldReportThatTheSizeIsUnknown() throws IOException {
        assertEquals(new Tty.Size(0, 0), Tty.of(fd).size());
    }

    @Test
    void shouldRefuseWhatIsNotATerminal() throws IOException {
        int file = Libc.openToRead("/dev/null");
        try {
            ErrnoException refused = assertThrows(ErrnoException.class, () -> Tty.of(file));
            assertEquals(25, refused.errno(), "ENOTTY");
        } finally {
            Libc.close(file);
        }
    }
}
