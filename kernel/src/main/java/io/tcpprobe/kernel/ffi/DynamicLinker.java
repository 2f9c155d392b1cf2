package io.tcpprobe.kernel.ffi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The error messages of the dynamic linker; {@link java.lang.foreign.SymbolLookup} reports only that it has failed. */
@SuppressWarnings("restricted") // native calls are this class's job
public final class DynamicLinker {
    private static final int RTLD_NOW = 2;
    private static final long LONGEST = 1 << 16;
    private static final Linker LINKER = Linker.nativeLinker();

    /** {@code void *dlopen(const char *filename, int flags)}. */
    private static final MethodHandle DLOPEN = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("dlopen"), FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT));

    /** {@code char *dlerror(void)}. */
    private static final MethodHandle DLERROR =
            LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow("dlerror"), FunctionDescriptor.of(ADDRESS));

    private DynamicLinker() {}

    /**
     * Tries to load a library that could not be loaded, and returns why: "libelf.so.1: cannot open shared object file: No such
     * file or directory". The text is in the locale of the process.
     *
     * @param library its name, as for dlopen(3)
     */
    public static String errorOf(String library) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment opened = (MemorySegment) DLOPEN.invokeExact(arena.allocateFrom(library), RTLD_NOW);
            MemorySegment error = (MemorySegment) DLERROR.invokeExact();
            return opened.address() != 0 || error.address() == 0
                    ? "it could not be loaded at first, but can be loaded now"
                    : error.reinterpret(LONGEST).getString(0);
        } catch (Throwable impossible) {
            throw new IllegalStateException("dlopen " + library, impossible);
        }
    }
}
