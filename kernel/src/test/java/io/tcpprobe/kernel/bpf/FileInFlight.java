package io.tcpprobe.kernel.bpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.tcpprobe.kernel.ffi.Libc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * An open file on its way through a Unix domain socket: it stays open, and once its sender has closed it, no process has it open. The
 * kernel's own sockets are like that.
 */
@SuppressWarnings("restricted") // calls of the C library
final class FileInFlight implements AutoCloseable {
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;

    /** {@code int socketpair(int domain, int type, int protocol, int sv[2])}. */
    private static final MethodHandle SOCKETPAIR =
            bind("socketpair", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));

    /** {@code ssize_t sendmsg(int sockfd, const struct msghdr *msg, int flags)}. */
    private static final MethodHandle SENDMSG =
            bind("sendmsg", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));

    private final int sender;
    private final int receiver;

    /** Sends the file with this descriptor, which may be closed then. */
    FileInFlight(int descriptor) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pair = arena.allocate(2 * JAVA_INT.byteSize(), JAVA_INT.byteAlignment());
            if ((int) SOCKETPAIR.invokeExact(AF_UNIX, SOCK_DGRAM, 0, pair) != 0) {
                throw new IOException("socketpair");
            }
            sender = pair.get(JAVA_INT, 0);
            receiver = pair.get(JAVA_INT, 4);
            if ((long) SENDMSG.invokeExact(sender, message(arena, descriptor), 0) != 1) {
                throw new IOException("sendmsg with SCM_RIGHTS");
            }
        } catch (IOException failed) {
            throw failed;
        } catch (Throwable impossible) {
            throw new IOException("send a file", impossible);
        }
    }

    /** One byte, with the descriptor as control data ({@code struct msghdr}, {@code struct iovec}, {@code struct cmsghdr}). */
    private static MemorySegment message(Arena arena, int descriptor) {
        MemorySegment part = arena.allocate(16, 8);
        part.set(ADDRESS, 0, arena.allocateFrom(JAVA_BYTE, (byte) 1));
        part.set(JAVA_LONG, 8, 1);
        MemorySegment control = arena.allocate(24, 8);
        control.set(JAVA_LONG, 0, 20);
        control.set(JAVA_INT, 8, SOL_SOCKET);
        control.set(JAVA_INT, 12, SCM_RIGHTS);
        control.set(JAVA_INT, 16, descriptor);
        MemorySegment header = arena.allocate(56, 8);
        header.set(ADDRESS, 16, part);
        header.set(JAVA_LONG, 24, 1);
        header.set(ADDRESS, 32, control);
        header.set(JAVA_LONG, 40, 24);
        return header;
    }

    private static MethodHandle bind(String name, FunctionDescriptor descriptor) {
        return Linker.nativeLinker()
                .downcallHandle(Linker.nativeLinker().defaultLookup().findOrThrow(name), descriptor);
    }

    @Override
    public void close() throws IOException {
        Libc.close(sender);
        Libc.close(receiver);
    }
}
