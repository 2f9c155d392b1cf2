package io.tcpprobe.kernel.bpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.tcpprobe.kernel.TestRequirement;
import io.tcpprobe.kernel.ffi.Libc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Deque;

/** Multipath TCP: a listener, a connection to it and what was accepted, all of this process; Java itself has no such sockets. */
@SuppressWarnings("restricted") // native calls are this class's job
final class MultipathSockets implements AutoCloseable {
    private static final int AF_INET = 2;
    private static final int SOCK_STREAM = 1;
    private static final int IPPROTO_MPTCP = 262;
    private static final int ADDRESS_BYTES = 16;

    private static final FunctionDescriptor WITH_ADDRESS = FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final FunctionDescriptor WITH_LENGTH = FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);

    private static final MethodHandle BIND = function("bind", WITH_ADDRESS);
    private static final MethodHandle CONNECT = function("connect", WITH_ADDRESS);
    private static final MethodHandle GETSOCKNAME = function("getsockname", WITH_LENGTH);
    private static final MethodHandle ACCEPT = function("accept", WITH_LENGTH);
    private static final MethodHandle LISTEN = function("listen", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));

    private final Deque<Integer> sockets = new ArrayDeque<>();
    private final int client;
    private final int port;

    /** Opens them at an IPv4 address, in the network namespace of this thread; skips the test where there is no MPTCP. */
    MultipathSockets(String address) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment at = arena.allocate(ADDRESS_BYTES, 4);
            at.set(JAVA_SHORT, 0, (short) AF_INET);
            MemorySegment.copy(InetAddress.getByName(address).getAddress(), 0, at, JAVA_BYTE, 4, 4);
            MemorySegment length = arena.allocateFrom(JAVA_INT, ADDRESS_BYTES);
            int listener = open();
            check("bind", () -> (int) BIND.invokeExact(listener, at, ADDRESS_BYTES));
            check("listen", () -> (int) LISTEN.invokeExact(listener, 4));
            check("getsockname", () -> (int) GETSOCKNAME.invokeExact(listener, at, length));
            port = (at.get(JAVA_BYTE, 2) & 0xff) << 8 | at.get(JAVA_BYTE, 3) & 0xff;
            client = open();
            check("connect", () -> (int) CONNECT.invokeExact(client, at, ADDRESS_BYTES));
            sockets.push(
                    check("accept", () -> (int) ACCEPT.invokeExact(listener, MemorySegment.NULL, MemorySegment.NULL)));
        }
    }

    private int open() throws IOException {
        try {
            int opened = Libc.socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP);
            sockets.push(opened);
            return opened;
        } catch (IOException refused) {
            throw TestRequirement.here("no MPTCP here: " + refused.getMessage());
        }
    }

    /** Sends bytes from the client, so that further subflows may join. */
    void send(int bytes) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            Libc.send(client, arena.allocate(bytes));
        }
    }

    int port() {
        return port;
    }

    @FunctionalInterface
    private interface Call {
        int make() throws Throwable;
    }

    private static int check(String name, Call call) throws IOException {
        try {
            int result = call.make();
            if (result < 0) {
                throw new IOException(name + " of an MPTCP socket failed");
            }
            return result;
        } catch (IOException failed) {
            throw failed;
        } catch (Throwable impossible) {
            throw new IllegalStateException(name, impossible);
        }
    }

    private static MethodHandle function(String name, FunctionDescriptor descriptor) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
    }

    @Override
    public void close() throws IOException {
        while (!sockets.isEmpty()) {
            Libc.close(sockets.pop());
        }
    }
}
