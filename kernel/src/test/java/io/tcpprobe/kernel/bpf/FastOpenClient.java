package io.tcpprobe.kernel.bpf;

import io.tcpprobe.kernel.ffi.Libc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import java.nio.ByteOrder;

/** A connection by TCP Fast Open (RFC 7413) over IPv4, whose SYN carries data; Java's own sockets cannot do that. */
@SuppressWarnings("restricted") // calls of the C library
final class FastOpenClient implements AutoCloseable {
    private static final int AF_INET = 2;
    private static final int SOCK_STREAM = 1;
    private static final int MSG_FASTOPEN = 0x2000_0000;
    private static final int ADDRESS_BYTES = 16;
    private static final int SOL_SOCKET = 1;
    private static final int SO_MAX_PACING_RATE = 47;

    /** {@code ssize_t sendto(int fd, const void *buf, size_t len, int flags, const struct sockaddr *to, socklen_t size)}. */
    private static final MethodHandle SENDTO = Linker.nativeLinker()
            .downcallHandle(
                    Linker.nativeLinker().defaultLookup().findOrThrow("sendto"),
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_INT,
                            ValueLayout.ADDRESS,
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_INT,
                            ValueLayout.ADDRESS,
                            ValueLayout.JAVA_INT));

    /** {@code int setsockopt(int fd, int level, int option, const void *value, socklen_t size)}. */
    private static final MethodHandle SETSOCKOPT = Linker.nativeLinker()
            .downcallHandle(
                    Linker.nativeLinker().defaultLookup().findOrThrow("setsockopt"),
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.ADDRESS,
                            ValueLayout.JAVA_INT));

    private final int fd = Libc.socket(AF_INET, SOCK_STREAM, 0);

    /** Connects, with so many bytes. */
    FastOpenClient(InetAddress to, int port, int bytes) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(ADDRESS_BYTES);
            address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_INET);
            address.set(ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN), 2, (short) port);
            MemorySegment.copy(MemorySegment.ofArray(to.getAddress()), 0, address, Integer.BYTES, Integer.BYTES);
            long sent = send(arena.allocate(bytes), address);
            if (sent != bytes) {
                throw new IOException("sendto with MSG_FASTOPEN: " + sent + " of " + bytes + " bytes");
            }
        }
    }

    private long send(MemorySegment data, MemorySegment address) throws IOException {
        try {
            return (long) SENDTO.invokeExact(fd, data, data.byteSize(), MSG_FASTOPEN, address, ADDRESS_BYTES);
        } catch (Throwable impossible) {
            throw new IOException("sendto", impossible);
        }
    }

    /** Limits the rate at which it sends, in bytes per second. */
    void limitPacing(int bytesPerSecond) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocateFrom(ValueLayout.JAVA_INT, bytesPerSecond);
            int result = (int) SETSOCKOPT.invokeExact(fd, SOL_SOCKET, SO_MAX_PACING_RATE, value, Integer.BYTES);
            if (result != 0) {
                throw new IOException("setsockopt SO_MAX_PACING_RATE failed");
            }
        } catch (IOException failed) {
            throw failed;
        } catch (Throwable impossible) {
            throw new IOException("setsockopt", impossible);
        }
    }

    @Override
    public void close() throws IOException {
        Libc.close(fd);
    }
}
