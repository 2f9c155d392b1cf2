package io.tcpprobe.kernel.ffi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * How long the scheduler lets a thread run before another one: its slice (Linux 6.12). Of threads of the same priority, one with a shorter
 * slice runs at once when it wakes, and gets no more time than the others. Needs no privilege.
 */
public final class ThreadSlice {
    /** The shortest slice that the kernel accepts, in nanoseconds. */
    public static final long SHORTEST_NANOS = 100_000;

    /** {@code struct sched_attr}: u32 size, u32 policy, u64 flags, s32 nice, u32 priority, u64 runtime, and two more u64. */
    private static final int ATTR_BYTES = 48;

    private static final long POLICY = 4;
    private static final long FLAGS = 8;
    private static final long RUNTIME = 24;
    private static final int SCHED_OTHER = 0;

    /** Threads that this one starts have the usual slice. */
    private static final long RESET_ON_FORK = 1;

    private static final boolean AARCH64 = System.getProperty("os.arch").equals("aarch64");
    private static final long SCHED_SETATTR = AARCH64 ? 274 : 314;
    private static final long SCHED_GETATTR = AARCH64 ? 275 : 315;

    /** {@code long syscall(long number, ...)}: the C library has no function for these before glibc 2.41. */
    private static final MethodHandle SYSCALL = Libc.bind(
            "syscall",
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
            Linker.Option.firstVariadicArg(1));

    private ThreadSlice() {}

    /**
     * Gives the calling thread the shortest slice. Nothing changes before Linux 6.12, or if the thread has another scheduling policy than
     * the usual one.
     *
     * @throws IOException if the kernel refuses it, for example because of a seccomp filter
     */
    public static void shorten() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = read(arena);
            if (attributes.get(JAVA_INT, POLICY) == SCHED_OTHER) {
                attributes.set(JAVA_LONG, FLAGS, attributes.get(JAVA_LONG, FLAGS) | RESET_ON_FORK);
                attributes.set(JAVA_LONG, RUNTIME, SHORTEST_NANOS);
                Libc.check("sched_setattr", state ->
                        (long) SYSCALL.invokeExact(state, SCHED_SETATTR, 0, attributes, 0, 0));
            }
        }
    }

    /**
     * Returns the slice of the calling thread in nanoseconds; 0 before Linux 6.12.
     *
     * @throws IOException if the kernel refuses to tell
     */
    public static long nanos() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            return read(arena).get(JAVA_LONG, RUNTIME);
        }
    }

    private static MemorySegment read(Arena arena) throws IOException {
        MemorySegment attributes = arena.allocate(ATTR_BYTES, Long.BYTES);
        Libc.check("sched_getattr", state ->
                (long) SYSCALL.invokeExact(state, SCHED_GETATTR, 0, attributes, ATTR_BYTES, 0));
        return attributes;
    }
}
