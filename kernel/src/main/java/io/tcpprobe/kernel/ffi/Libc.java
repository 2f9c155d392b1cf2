package io.tcpprobe.kernel.ffi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** The calls of the C library that the readers of the kernel need, each beside its C prototype; errno becomes an exception. */
@SuppressWarnings("restricted") // native calls are this class's job
public final class Libc {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    /** {@code int socket(int domain, int type, int protocol)}. */
    private static final MethodHandle SOCKET =
            bind("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));

    /** {@code int setsockopt(int fd, int level, int optname, const void *optval, socklen_t optlen)}. */
    private static final MethodHandle SETSOCKOPT =
            bind("setsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));

    /** {@code ssize_t send(int fd, const void *buf, size_t len, int flags)}. */
    private static final MethodHandle SEND =
            bind("send", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

    /** {@code ssize_t recv(int fd, void *buf, size_t len, int flags)}. */
    private static final MethodHandle RECV =
            bind("recv", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

    /** {@code int open(const char *pathname, int flags)}; the mode that may follow is for files to be made. */
    private static final MethodHandle OPEN = bind("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));

    /** {@code ssize_t read(int fd, void *buf, size_t count)}. */
    private static final MethodHandle READ =
            bind("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));

    /** {@code int poll(struct pollfd *fds, nfds_t nfds, int timeout)}. */
    private static final MethodHandle POLL =
            bind("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

    /** {@code void *mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset)}. */
    private static final MethodHandle MMAP = bind(
            "mmap", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));

    /** {@code int munmap(void *addr, size_t length)}. */
    private static final MethodHandle MUNMAP = bind("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));

    /** {@code int setns(int fd, int nstype)}. */
    private static final MethodHandle SETNS = bind("setns", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));

    /** {@code int clock_getres(clockid_t clockid, struct timespec *res)}. */
    private static final MethodHandle CLOCK_GETRES =
            bind("clock_getres", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));

    /** {@code int raise(int sig)}. */
    private static final MethodHandle RAISE = bind("raise", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    /** {@code int close(int fd)}. */
    private static final MethodHandle CLOSE = bind("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    /** {@code char *strerror(int errnum)}. */
    private static final MethodHandle STRERROR = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("strerror"), FunctionDescriptor.of(ADDRESS, JAVA_INT));

    private Libc() {}

    static MethodHandle bind(String name, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name), descriptor, Linker.Option.captureCallState("errno"));
    }

    /** A call that has not returned yet; gets the address where errno is kept. */
    @FunctionalInterface
    interface Call {
        long run(MemorySegment state) throws Throwable;
    }

    static long check(String step, Call call) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            while (true) {
                long result = call.run(state);
                if (result >= 0) {
                    return result;
                }
                int errno = (int) ERRNO.get(state, 0L);
                if (errno != ErrnoException.EINTR
                        || step.equals("close")) { // close(2): the descriptor is gone all the same
                    throw new ErrnoException(step, errno, strerror(errno));
                }
            }
        } catch (IOException failed) {
            throw failed;
        } catch (Throwable impossible) {
            throw new IllegalStateException(step, impossible);
        }
    }

    /** Memory for the error number of a call that is made with {@link #bind}'s handle directly. */
    static MemorySegment state(Arena arena) {
        return arena.allocate(STATE);
    }

    /** The error number that a failed call has left there. */
    static int errno(MemorySegment state) {
        return (int) ERRNO.get(state, 0L);
    }

    /** What an error of this number is called, in words. */
    public static String errorText(int errno) {
        try {
            return strerror(errno);
        } catch (Throwable impossible) {
            throw new IllegalStateException("strerror", impossible);
        }
    }

    private static String strerror(int errno) throws Throwable {
        MemorySegment text = (MemorySegment) STRERROR.invokeExact(errno);
        return text.reinterpret(256).getString(0);
    }

    /** Opens a socket and gives its file descriptor. */
    public static int socket(int domain, int type, int protocol) throws IOException {
        return (int) check("socket", state -> (int) SOCKET.invokeExact(state, domain, type, protocol));
    }

    /** Sets an option of a socket. */
    private static void setsockopt(int fd, int level, int option, MemorySegment value) throws IOException {
        check("setsockopt", state ->
                (int) SETSOCKOPT.invokeExact(state, fd, level, option, value, (int) value.byteSize()));
    }

    /** Sets an option of a socket that is an int. */
    static void setsockopt(int fd, int level, int option, int value) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            setsockopt(fd, level, option, arena.allocateFrom(JAVA_INT, value));
        }
    }

    /** Sends a message; gives how many bytes were taken. */
    public static long send(int fd, MemorySegment message) throws IOException {
        return check("send", state -> (long) SEND.invokeExact(state, fd, message, message.byteSize(), 0));
    }

    /** Receives into a buffer; gives how many bytes came. */
    public static long recv(int fd, MemorySegment buffer) throws IOException {
        return check("recv", state -> (long) RECV.invokeExact(state, fd, buffer, buffer.byteSize(), 0));
    }

    /** Closes a file descriptor. */
    public static void close(int fd) throws IOException {
        check("close", state -> (int) CLOSE.invokeExact(state, fd));
    }

    /** Opens a file for reading, closed on exec, and gives its file descriptor. */
    public static int openToRead(String path) throws IOException {
        return openToRead(path, false);
    }

    /**
     * Opens a file for reading, closed on exec, and gives its file descriptor.
     *
     * @param nonBlocking whether a read fails with {@link ErrnoException#EAGAIN} where it would wait
     */
    public static int openToRead(String path, boolean nonBlocking) throws IOException {
        int flags = 0x80000 | (nonBlocking ? 0x800 : 0); // O_CLOEXEC, O_NONBLOCK; O_RDONLY is 0
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(path);
            return (int) check("open " + path, state -> (int) OPEN.invokeExact(state, name, flags));
        }
    }

    /** Reads into a buffer; gives how many bytes came, 0 at the end. */
    public static long read(int fd, MemorySegment buffer) throws IOException {
        return check("read", state -> (long) READ.invokeExact(state, fd, buffer, buffer.byteSize()));
    }

    /**
     * Waits until a file descriptor can be read: {@code struct pollfd { int fd; short events; short revents; }}.
     *
     * @return whether there is something to read; false when the time is over, or when there is an error only
     */
    public static boolean awaitReadable(int fd, int millis) throws IOException {
        short pollIn = 1;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment wanted = arena.allocate(8, 4);
            wanted.set(JAVA_INT, 0, fd);
            wanted.set(ValueLayout.JAVA_SHORT, 4, pollIn);
            check("poll", state -> (int) POLL.invokeExact(state, wanted, 1L, millis));
            return (wanted.get(ValueLayout.JAVA_SHORT, 6) & pollIn) != 0;
        }
    }

    /** What a mapping may be used for: {@code PROT_*}. */
    public enum Protection {
        NONE(0),
        READ(1),
        READ_WRITE(3);

        private final int bits;

        Protection(int bits) {
            this.bits = bits;
        }
    }

    /** Maps a file descriptor's memory, shared with the kernel; {@link #munmap} ends it. */
    public static MemorySegment mmap(int fd, long offset, long length, Protection protection) throws IOException {
        int shared = 1;
        return mmap(0, length, protection, shared, fd, offset);
    }

    /** Maps a file descriptor's memory in the place of a part of another mapping. */
    public static void mmapOver(MemorySegment part, int fd, Protection protection) throws IOException {
        int sharedFixed = 0x11;
        mmap(part.address(), part.byteSize(), protection, sharedFixed, fd, 0);
    }

    /** Takes addresses that can be mapped over later; takes no memory. */
    public static MemorySegment reserve(long length) throws IOException {
        int privateAnonymousNoReserve = 0x4022;
        return mmap(0, length, Protection.NONE, privateAnonymousNoReserve, -1, 0);
    }

    private static MemorySegment mmap(long at, long length, Protection protection, int flags, int fd, long offset)
            throws IOException {
        long address =
                check("mmap", state -> (long) MMAP.invokeExact(state, at, length, protection.bits, flags, fd, offset));
        return MemorySegment.ofAddress(address).reinterpret(length);
    }

    /** Ends a mapping; its segment must not be used any more. */
    public static void munmap(MemorySegment mapping) throws IOException {
        check("munmap", state -> (int) MUNMAP.invokeExact(state, mapping.address(), mapping.byteSize()));
    }

    /**
     * Sends SIGTSTP to this thread. With the signal's default action the process is stopped, and this returns when it is continued;
     * or at once, if nobody could continue it (an orphaned process group).
     */
    public static void raiseStop() throws IOException {
        int sigtstp = 20;
        check("raise", state -> (int) RAISE.invokeExact(state, sigtstp));
    }

    /** Moves this thread, and no other, into the network namespace of a file descriptor. */
    public static void enterNetworkNamespace(int fd) throws IOException {
        int cloneNewnet = 0x40000000;
        check("setns", state -> (int) SETNS.invokeExact(state, fd, cloneNewnet));
    }

    /** Nanoseconds of a tick of the kernel: the resolution of CLOCK_MONOTONIC_COARSE. */
    public static long tickNanos() throws IOException {
        int monotonicCoarse = 6;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment timespec = arena.allocate(16, 8);
            check("clock_getres", state -> (int) CLOCK_GETRES.invokeExact(state, monotonicCoarse, timespec));
            return timespec.get(JAVA_LONG, 0) * 1_000_000_000L + timespec.get(JAVA_LONG, 8);
        }
    }

    /** Sets how long a blocking {@link #recv} waits: {@code struct timeval { time_t tv_sec; suseconds_t tv_usec; }}. */
    public static void receiveTimeout(int fd, long seconds) throws IOException {
        int solSocket = 1;
        int soRcvtimeo = 20;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment timeval = arena.allocate(16, 8);
            timeval.set(ValueLayout.JAVA_LONG, 0, seconds);
            setsockopt(fd, solSocket, soRcvtimeo, timeval);
        }
    }
}
