package io.tcpprobe.test;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Receives datagrams at a UNIX-domain address, as systemd does at $NOTIFY_SOCKET. Keeps all of them, in order. */
@SuppressWarnings("restricted") // native calls are this class's job
public final class UnixDatagramReceiver implements AutoCloseable {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final short AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MAX_BYTES = 4096;

    /** {@code int socket(int domain, int type, int protocol)}. */
    private static final MethodHandle SOCKET =
            bind("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));

    /** {@code int bind(int fd, const struct sockaddr *addr, socklen_t addrlen)}. */
    private static final MethodHandle BIND = bind("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));

    /** {@code ssize_t recv(int fd, void *buf, size_t len, int flags)}. */
    private static final MethodHandle RECV =
            bind("recv", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

    /** {@code int close(int fd)}. */
    private static final MethodHandle CLOSE = bind("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private final int fd;
    private final List<String> received = new ArrayList<>();

    private UnixDatagramReceiver(int fd) {
        this.fd = fd;
    }

    private static MethodHandle bind(String name, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor);
    }

    /**
     * Opens a socket.
     *
     * @param address a path where there is no file; or @ and a name in the abstract namespace
     */
    public static UnixDatagramReceiver open(String address) {
        byte[] path = (address + (address.startsWith("@") ? "" : "\0")).getBytes(StandardCharsets.UTF_8);
        if (address.startsWith("@")) {
            path[0] = 0;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(2L + path.length, 8);
            name.set(JAVA_SHORT, 0, AF_UNIX);
            MemorySegment.copy(path, 0, name, JAVA_BYTE, 2, path.length);
            int fd = (int) SOCKET.invokeExact((int) AF_UNIX, SOCK_DGRAM, 0);
            int length = (int) name.byteSize();
            if (fd < 0 || (int) BIND.invokeExact(fd, name, length) != 0) {
                throw new IllegalStateException("cannot bind " + address);
            }
            return new UnixDatagramReceiver(fd);
        } catch (RuntimeException failed) {
            throw failed;
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Returns all datagrams received so far. */
    public synchronized List<String> received() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(MAX_BYTES);
            for (long length = receive(buffer); length >= 0; length = receive(buffer)) {
                received.add(new String(buffer.asSlice(0, length).toArray(JAVA_BYTE), StandardCharsets.UTF_8));
            }
        }
        return List.copyOf(received);
    }

    private long receive(MemorySegment buffer) {
        try {
            return (long) RECV.invokeExact(fd, buffer, buffer.byteSize(), MSG_DONTWAIT);
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public synchronized void close() {
        try {
            int _ = (int) CLOSE.invokeExact(fd);
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
