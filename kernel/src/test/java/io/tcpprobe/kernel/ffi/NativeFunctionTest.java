package io.tcpprobe.kernel.ffi;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NativeFunctionTest {
    private static final int EBADF = 9;

    private final Arena arena = Arena.ofShared(); // JUnit makes the test on another thread
    private final MemorySegment state = Libc.state(arena);

    @AfterEach
    void close() {
        arena.close();
    }

    @Test
    void shouldReturnANegativeIntAndErrno() {
        assertEquals(-1, NativeFunction.ofC("close").callInt(state, -1));
        assertEquals(EBADF, Libc.errno(state));
    }

    @Test
    void shouldPassNumbersAndPointersInOrder() {
        MemorySegment text = arena.allocateFrom("-7fx");
        MemorySegment end = arena.allocate(8, 8);
        long value = NativeFunction.ofC("strtol").call(state, text.address(), end.address(), 16);
        assertEquals(-0x7f, value);
        assertEquals(text.address() + 3, end.get(JAVA_LONG, 0));
    }

    /** {@code mmap} uses all six: 4,096 bytes without access, private and anonymous, of no file. */
    @Test
    void shouldPassSix() {
        NativeFunction mmap = NativeFunction.ofC("mmap");
        long mapped = mmap.call(state, 0, 4096, 0, 0x22, -1, 0);
        assertEquals(0, mapped & 4095);
        assertEquals(0, NativeFunction.ofC("munmap").callInt(state, mapped, 4096));
        assertEquals(-1, mmap.call(state, 0, 4096, 0, 0x22, -1, 1), "an offset that is no multiple of a page");
    }

    @Test
    void shouldRefuseWhatCannotBePassed() {
        NativeFunction mmap = NativeFunction.ofC("mmap");
        assertThrows(IllegalArgumentException.class, () -> mmap.call(state, 0, 1, 2, 3, 4, 5, 6));
        MemorySegment array = MemorySegment.ofArray(new byte[8]);
        assertThrows(IllegalArgumentException.class, () -> NativeFunction.address(array));
        assertThrows(
                IllegalArgumentException.class,
                () -> NativeFunction.of(Linker.nativeLinker().defaultLookup(), "tcpprobe_no_function"));
    }
}
