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
import java.util.Arrays;

/** Bindings of the C library, each beside its C prototype; an errno is thrown as an exception. */
@SuppressWarnings("restricted") // native calls are this class's job
public final class Libc {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final long ERRNO = STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));

    /** {@code int socket(int domain, int type, int protocol)}. */
    private static final NativeFunction SOCKET = NativeFunction.ofC("socket");

    /** {@code int setsockopt(int fd, int level, int optname, const void *optval, socklen_t optlen)}. */
    private static final NativeFunction SETSOCKOPT = NativeFunction.ofC("setsockopt");

    /** {@code ssize_t send(int fd, const void *buf, size_t len, int flags)}. */
    private static final MethodHandle SEND =
            bind("send", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

    /** {@code ssize_t recv(int fd, void *buf, size_t len, int flags)}. */
    private static final MethodHandle RECV =
            bind("recv", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

    /** {@code int open(const char *pathname, int flags)}; variadic, but the optional mode is only for files to be created. */
    private static final NativeFunction OPEN = NativeFunction.ofC("open");

    /** {@code ssize_t read(int fd, void *buf, size_t count)}. */
    private static final MethodHandle READ =
            bind("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));

    /** {@code int poll(struct pollfd *fds, nfds_t nfds, int timeout)}. */
    private static final NativeFunction POLL = NativeFunction.ofC("poll");

    /** {@code void *mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset)}. */
    private static final NativeFunction MMAP = NativeFunction.ofC("mmap");

    /** {@code int munmap(void *addr, size_t length)}. */
    private static final NativeFunction MUNMAP = NativeFunction.ofC("munmap");

    /** {@code int setns(int fd, int nstype)}. */
    private static final NativeFunction SETNS = NativeFunction.ofC("setns");

    /** {@code int clock_getres(clockid_t clockid, struct timespec *res)}. */
    private static final NativeFunction CLOCK_GETRES = NativeFunction.ofC("clock_getres");

    /** {@code int raise(int sig)}. */
    private static final NativeFunction RAISE = NativeFunction.ofC("raise");

    /** {@code int close(int fd)}. */
    private static final NativeFunction CLOSE = NativeFunction.ofC("close");

    /** {@code char *strerror(int errnum)}. */
    private static final NativeFunction STRERROR = NativeFunction.ofC("strerror");

    /** Bound at the first use. */
    private static final class Variadic {
        /** {@code int fcntl(int fd, int op, ...)}. */
        static final MethodHandle FCNTL = bind(
                "fcntl",
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT),
                Linker.Option.firstVariadicArg(2));
    }

    private Libc() {}

    static MethodHandle bind(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        Linker.Option[] all = Arrays.copyOf(options, options.length + 1);
        all[options.length] = Linker.Option.captureCallState("errno");
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, all);
    }

    /** A call of a binding; receives the memory for errno. */
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
                int errno = state.get(JAVA_INT, ERRNO);
                if (errno != ErrnoException.EINTR
                        || step.equals("close")) { // close(2): the descriptor is released even so
                    throw new ErrnoException(step, errno, errorText(errno));
                }
            }
        } catch (IOException failed) {
            throw failed;
        } catch (Throwable impossible) {
            throw new IllegalStateException(step, impossible);
        }
    }

    /** Allocates memory for the errno of a call of a {@link NativeFunction}, or of a handle of {@link #bind}. */
    public static MemorySegment state(Arena arena) {
        return arena.allocate(STATE);
    }

    /** Returns the errno that a failed call has stored. */
    public static int errno(MemorySegment state) {
        return state.get(JAVA_INT, ERRNO);
    }

    /** Returns the description of an errno. */
    public static String errorText(int errno) {
        try (Arena arena = Arena.ofConfined()) {
            long text = STRERROR.call(state(arena), errno);
            return MemorySegment.ofAddress(text).reinterpret(256).getString(0);
        }
    }

    /** Opens a socket and returns its file descriptor. */
    public static int socket(int domain, int type, int protocol) throws IOException {
        return (int) check("socket", state -> SOCKET.callInt(state, domain, type, protocol));
    }

    /** Sets an option of a socket. */
    private static void setsockopt(int fd, int level, int option, MemorySegment value) throws IOException {
        check("setsockopt", state -> SETSOCKOPT.callInt(state, fd, level, option, value.address(), value.byteSize()));
    }

    /** Sets an option of a socket that is an int. */
    static void setsockopt(int fd, int level, int option, int value) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            setsockopt(fd, level, option, arena.allocateFrom(JAVA_INT, value));
        }
    }

    /** Sends a message; returns the number of bytes sent. */
    public static long send(int fd, MemorySegment message) throws IOException {
        return check("send", state -> (long) SEND.invokeExact(state, fd, message, message.byteSize(), 0));
    }

    /** Receives into a buffer; returns the number of bytes received. */
    public static long recv(int fd, MemorySegment buffer) throws IOException {
        return check("recv", state -> (long) RECV.invokeExact(state, fd, buffer, buffer.byteSize(), 0));
    }

    /** Closes a file descriptor. */
    public static void close(int fd) throws IOException {
        check("close", state -> CLOSE.callInt(state, fd));
    }

    /** Opens a file for reading with O_CLOEXEC, and returns its file descriptor. */
    public static int openToRead(String path) throws IOException {
        return openToRead(path, false);
    }

    /**
     * Opens a file for reading with O_CLOEXEC, and returns its file descriptor.
     *
     * @param nonBlocking true if a read that would block fails with {@link ErrnoException#EAGAIN}
     */
    public static int openToRead(String path, boolean nonBlocking) throws IOException {
        int flags = 0x80000 | (nonBlocking ? 0x800 : 0); // O_CLOEXEC, O_NONBLOCK; O_RDONLY is 0
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(path);
            return (int) check("open " + path, state -> OPEN.callInt(state, name.address(), flags));
        }
    }

    /** Reads into a buffer; returns the number of bytes read, 0 at the end. */
    public static long read(int fd, MemorySegment buffer) throws IOException {
        return check("read", state -> (long) READ.invokeExact(state, fd, buffer, buffer.byteSize()));
    }

    /**
     * Waits until a file descriptor can be read: {@code struct pollfd { int fd; short events; short revents; }}.
     *
     * @return true if there is data to read; false after the timeout, or if there is only an error
     */
    public static boolean awaitReadable(int fd, int millis) throws IOException {
        short pollIn = 1;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pollFd = arena.allocate(8, 4);
            pollFd.set(JAVA_INT, 0, fd);
            pollFd.set(ValueLayout.JAVA_SHORT, 4, pollIn);
            check("poll", state -> POLL.callInt(state, pollFd.address(), 1, millis));
            return (pollFd.get(ValueLayout.JAVA_SHORT, 6) & pollIn) != 0;
        }
    }

    /** The access of a mapping: {@code PROT_*}. */
    public enum Protection {
        NONE(0),
        READ(1),
        READ_WRITE(3);

        private final int bits;

        Protection(int bits) {
            this.bits = bits;
        }
    }

    /** Returns another file descriptor of the same open file; a program that this process executes does not get it. */
    public static int duplicate(int fd) throws IOException {
        int duplicateAndCloseOnExec = 1030;
        return (int) check("fcntl", state -> (int) Variadic.FCNTL.invokeExact(state, fd, duplicateAndCloseOnExec, 0));
    }

    /** Maps the memory of a file descriptor, shared with the kernel; {@link #munmap} unmaps it. */
    public static MemorySegment mmap(int fd, long offset, long length, Protection protection) throws IOException {
        int shared = 1;
        return mmap(0, length, protection, shared, fd, offset);
    }

    /** Maps the memory of a file descriptor, from this offset on, over a part of another mapping. */
    public static void mmapOver(MemorySegment part, int fd, long offset, Protection protection) throws IOException {
        int sharedFixed = 0x11;
        mmap(part.address(), part.byteSize(), protection, sharedFixed, fd, offset);
    }

    /** Reserves an address range that can be mapped over later; it uses no memory. */
    public static MemorySegment reserve(long length) throws IOException {
        int privateAnonymousNoReserve = 0x4022;
        return mmap(0, length, Protection.NONE, privateAnonymousNoReserve, -1, 0);
    }

    private static MemorySegment mmap(long at, long length, Protection protection, int flags, int fd, long offset)
            throws IOException {
        long address = check("mmap", state -> MMAP.call(state, at, length, protection.bits, flags, fd, offset));
        return MemorySegment.ofAddress(address).reinterpret(length);
    }

    /** Unmaps a mapping; its segment must no longer be used. */
    public static void munmap(MemorySegment mapping) throws IOException {
        check("munmap", state -> MUNMAP.callInt(state, mapping.address(), mapping.byteSize()));
    }

    /**
     * Sends SIGTSTP to this thread. With the signal's default action the process is stopped, and this returns when it is
     * continued; or at once if no process could continue it (an orphaned process group).
     */
    public static void raiseStop() throws IOException {
        int sigtstp = 20;
        check("raise", state -> RAISE.callInt(state, sigtstp));
    }

    /** Moves this thread only into the network namespace of a file descriptor. */
    public static void enterNetworkNamespace(int fd) throws IOException {
        int cloneNewnet = 0x40000000;
        check("setns", state -> SETNS.callInt(state, fd, cloneNewnet));
    }

    /** Returns the duration of a kernel tick in nanoseconds: the resolution of CLOCK_MONOTONIC_COARSE. */
    public static long tickNanos() throws IOException {
        int monotonicCoarse = 6;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment timespec = arena.allocate(16, 8);
            check("clock_getres", state -> CLOCK_GETRES.callInt(state, monotonicCoarse, timespec.address()));
            return timespec.get(JAVA_LONG, 0) * 1_000_000_000L + timespec.get(JAVA_LONG, 8);
        }
    }

    /** Sets how long a blocking {@link #recv} waits. */
    public static void receiveTimeout(int fd, long seconds) throws IOException {
        int soRcvtimeo = 20;
        timeout(fd, soRcvtimeo, seconds);
    }

    /** Sets how long a blocking send waits for the receiver. */
    static void sendTimeout(int fd, long seconds) throws IOException {
        int soSndtimeo = 21;
        timeout(fd, soSndtimeo, seconds);
    }

    /** Sets an option that is {@code struct timeval { time_t tv_sec; suseconds_t tv_usec; }}. */
    private static void timeout(int fd, int option, long seconds) throws IOException {
        int solSocket = 1;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment timeval = arena.allocate(16, 8);
            timeval.set(ValueLayout.JAVA_LONG, 0, seconds);
            setsockopt(fd, solSocket, option, timeval);
        }
    }
}
