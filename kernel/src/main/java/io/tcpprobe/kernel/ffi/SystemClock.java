package io.tcpprobe.kernel.ffi;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The state of the kernel's wall clock. */
public final class SystemClock {
    /** {@code struct timex}: unsigned int modes at 0 (0 only reads), int status at 40. */
    private static final int TIMEX_BYTES = 208;

    private static final int STATUS_OFFSET = 40;
    private static final int STA_UNSYNC = 0x40;

    /** {@code int adjtimex(struct timex *buf)}. */
    private static final NativeFunction ADJTIMEX = NativeFunction.ofC("adjtimex");

    private SystemClock() {}

    /**
     * Returns true if a time service keeps the clock synchronized. Needs no privilege.
     *
     * @throws IOException if the kernel does not answer, for example because of a seccomp filter
     */
    public static boolean synchronizedByService() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment timex = arena.allocate(TIMEX_BYTES, 8);
            Libc.check("adjtimex", state -> ADJTIMEX.callInt(state, timex.address()));
            return (timex.get(JAVA_INT, STATUS_OFFSET) & STA_UNSYNC) == 0;
        }
    }
}
