package io.tcpprobe.kernel.bpf;

import io.tcpprobe.kernel.ffi.Libc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** A socket that listens, stops listening, and listens again, at 127.0.0.1; Java's own sockets cannot do that. */
@SuppressWarnings("restricted") // calls of the C library
final class RepeatedListener implements AutoCloseable {
    private static final int AF_INET = 2;
    private static final int SOCK_STREAM = 1;
    private static final int ADDRESS_BYTES = 16;
    private static final int SOL_SOCKET = 1;
    private static final int SO_COOKIE = 57;
    private static final int SHUT_RDWR = 2;
    private static final int BACKLOG = 5;

    /** {@code int bind(int fd, const struct sockaddr *address, socklen_t size)}. */
    private static final MethodHandle BIND =
            handle("bind", ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);

    /** {@code int listen(int fd, int backlog)}. */
    private static final MethodHandle LISTEN = handle("listen", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);

    /** {@code int shutdown(int fd, int how)}. */
    private static final MethodHandle SHUTDOWN = handle("shutdown", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);

    /** {@code int getsockopt(int fd, int level, int option, void *value, socklen_t *size)}. */
    private static final MethodHandle GETSOCKOPT = handle(
            "getsockopt",
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.ADDRESS);

    private final int fd = Libc.socket(AF_INET, SOCK_STREAM, 0);

    RepeatedListener() throws IOException {
        call("bind", arena -> {
            MemorySegment address = arena.allocate(ADDRESS_BYTES);
            address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_INET);
            MemorySegment.copy(
                    MemorySegment.ofArray(new byte[] {127, 0, 0, 1}), 0, address, Integer.BYTES, Integer.BYTES);
            return (int) BIND.invokeExact(fd, address, ADDRESS_BYTES);
        });
    }

    private static MethodHandle handle(String name, ValueLayout... parameters) {
        return Linker.nativeLinker()
                .downcallHandle(
                        Linker.nativeLinker().defaultLookup().findOrThrow(name),
                        FunctionDescriptor.of(ValueLayout.JAVA_INT, parameters));
    }

    @FunctionalInterface
    private interface Call {
        int make(Arena arena) throws Throwable;
    }

    private static void call(String name, Call call) throws IOException {
        int result;
        try (Arena arena = Arena.ofConfined()) {
            result = call.make(arena);
        } catch (Throwable impossible) {
            throw new IOException(name, impossible);
        }
        if (result != 0) {
            throw new IOException(name + " failed");
        }
    }

    /** Begins to listen; the port can be another one than before. */
    void listen() throws IOException {
        call("listen", _ -> (int) LISTEN.invokeExact(fd, BACKLOG));
    }

    /** Ends listening; the socket stays. */
    void stop() throws IOException {
        call("shutdown", _ -> (int) SHUTDOWN.invokeExact(fd, SHUT_RDWR));
    }

    /** The socket's cookie, always the same. */
    long cookie() throws IOException {
        long[] cookie = new long[1];
        call("getsockopt SO_COOKIE", arena -> {
            MemorySegment value = arena.allocate(ValueLayout.JAVA_LONG);
            MemorySegment size = arena.allocateFrom(ValueLayout.JAVA_INT, Long.BYTES);
            int result = (int) GETSOCKOPT.invokeExact(fd, SOL_SOCKET, SO_COOKIE, value, size);
            cookie[0] = value.get(ValueLayout.JAVA_LONG, 0);
            return result;
        });
        return cookie[0];
    }

    @Override
    public void close() throws IOException {
        Libc.close(fd);
    }
}
