package io.tcpprobe.kernel.ffi;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The error messages of the dynamic linker; {@link java.lang.foreign.SymbolLookup} reports only that it has failed. */
@SuppressWarnings("restricted") // native calls are this class's job
public final class DynamicLinker {
    private static final int RTLD_NOW = 2;
    private static final long LONGEST = 1 << 16;

    /** {@code void *dlopen(const char *filename, int flags)}. */
    private static final NativeFunction DLOPEN = NativeFunction.ofC("dlopen");

    /** {@code char *dlerror(void)}. */
    private static final NativeFunction DLERROR = NativeFunction.ofC("dlerror");

    private DynamicLinker() {}

    /**
     * Tries to load a library that could not be loaded, and returns why: "libelf.so.1: cannot open shared object file: No such
     * file or directory". The text is in the locale of the process.
     *
     * @param library its name, as for dlopen(3)
     */
    public static String errorOf(String library) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = Libc.state(arena);
            long opened = DLOPEN.call(state, arena.allocateFrom(library).address(), RTLD_NOW);
            long error = DLERROR.call(state);
            return opened != 0 || error == 0
                    ? "it could not be loaded at first, but can be loaded now"
                    : MemorySegment.ofAddress(error).reinterpret(LONGEST).getString(0);
        }
    }
}
