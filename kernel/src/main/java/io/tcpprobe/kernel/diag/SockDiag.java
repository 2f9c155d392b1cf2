package io.tcpprobe.kernel.diag;

import io.tcpprobe.kernel.ffi.ErrnoException;
import io.tcpprobe.kernel.ffi.Libc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A NETLINK_SOCK_DIAG socket (sock_diag(7)): dumps the TCP sockets of the network namespace that it was opened in. Needs no
 * privilege.
 */
public final class SockDiag implements AutoCloseable {
    /** {@code AF_INET}. */
    public static final int IPV4 = 2;

    /** {@code AF_INET6}; sockets that use IPv4 by v4-mapped addresses are dumped under this family too. */
    public static final int IPV6 = 10;

    /** All states of the kernel, 1 to 12. */
    public static final int ALL_STATES = 0x1ffe;

    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    private static final int NETLINK_SOCK_DIAG = 4;

    /** The first request of inet_diag: it has no family, and dumps both in one pass over the kernel's table. */
    private static final int TCPDIAG_GETSOCK = 18;

    /** The later request, for one family; its responses differ only in this number. */
    private static final int SOCK_DIAG_BY_FAMILY = 20;

    private static final int SOCK_DESTROY = 21;
    private static final int NLM_F_REQUEST_DUMP = 0x1 | 0x300;
    private static final int NLM_F_REQUEST_ACK = 0x1 | 0x4;
    private static final int NLMSG_NOOP = 1;
    private static final int NLMSG_ERROR = 2;
    private static final int NLMSG_DONE = 3;
    private static final int IPPROTO_TCP = 6;
    private static final int RECEIVE_SECONDS = 10;

    /** The error number of a socket whose cookie differs. */
    private static final int ESTALE = 116;

    /** Netlink fills at most 32 kB per read. */
    private static final int BUFFER = 64 * 1024;

    /** {@code struct inet_diag_req { u8 family, src_len, dst_len, ext; struct inet_diag_sockid id; u32 states, dbs; }}. */
    private static final int DUMP = InetDiagMsg.NLMSG_HEADER + 60;

    private static final int DUMP_EXTENSIONS = InetDiagMsg.NLMSG_HEADER + 3;
    private static final int DUMP_ID = InetDiagMsg.NLMSG_HEADER + 4;
    private static final int DUMP_STATES = DUMP_ID + InetDiagMsg.SOCKID;

    /**
     * {@code struct inet_diag_req_v2 { u8 family, protocol, ext, pad; u32 states; struct inet_diag_sockid id; }}: the request for one socket,
     * or to destroy it.
     */
    private static final int ONE = InetDiagMsg.NLMSG_HEADER + 56;

    private static final int ONE_FAMILY = InetDiagMsg.NLMSG_HEADER;
    private static final int ONE_PROTOCOL = InetDiagMsg.NLMSG_HEADER + 1;
    private static final int ONE_EXTENSIONS = InetDiagMsg.NLMSG_HEADER + 2;
    private static final int ONE_STATES = InetDiagMsg.NLMSG_HEADER + 4;
    private static final int ONE_ID = InetDiagMsg.NLMSG_HEADER + 8;

    /** INET_DIAG_NOCOOKIE in both words of a cookie: any socket matches. */
    private static final long NO_COOKIE = -1;

    /** Receives the messages of a dump one by one; {@code at} is the offset of the netlink header. */
    @FunctionalInterface
    public interface Visitor {
        /** Receives the message of one socket; the memory is reused after the call. */
        void socket(MemorySegment buffer, long at, int length);
    }

    private final Arena arena = Arena.ofShared();
    private final MemorySegment request = arena.allocate(Math.max(DUMP, ONE), 8);
    private final MemorySegment buffer = arena.allocate(BUFFER, 8);
    private final int fd;
    private int sequence;

    private SockDiag(int fd) {
        this.fd = fd;
    }

    /**
     * Opens the socket.
     *
     * @throws IOException if the kernel has no sock_diag
     */
    public static SockDiag open() throws IOException {
        int fd = Libc.socket(AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_SOCK_DIAG);
        SockDiag diag = new SockDiag(fd);
        try {
            Libc.receiveTimeout(fd, RECEIVE_SECONDS);
        } catch (IOException failed) {
            diag.close();
            throw failed;
        }
        return diag;
    }

    /**
     * Dumps the sockets of both families.
     *
     * @param states bit n: the sockets in state n of the kernel
     * @param extensions bit n - 1: the attribute INET_DIAG_n
     * @throws IOException if the kernel refuses or the response is malformed
     */
    public void dump(int states, int extensions, Visitor visitor) throws IOException {
        dump(states, extensions, 0, 0, visitor);
    }

    /**
     * Has the kernel read {@code struct tcp_info} of all sockets, and counts them.
     *
     * @return the number of sockets by the kernel's number of the state, 0 to 15
     * @throws IOException as {@link #dump(int, int, Visitor)}
     */
    public int[] readAll() throws IOException {
        int[] byState = new int[16];
        dump(ALL_STATES, 1 << InetDiagMsg.INFO - 1, (message, at, _) -> byState[FlowMessage.state(message, at)]++);
        return byState;
    }

    /**
     * Dumps the sockets with these ports; the kernel filters them.
     *
     * @param localPort 0 for any
     * @param remotePort 0 for any
     * @throws IOException as {@link #dump(int, int, Visitor)}
     */
    public void dump(int states, int extensions, int localPort, int remotePort, Visitor visitor) throws IOException {
        beginRequest(DUMP, TCPDIAG_GETSOCK, NLM_F_REQUEST_DUMP);
        request.set(ValueLayout.JAVA_BYTE, DUMP_EXTENSIONS, (byte) extensions);
        request.set(InetDiagMsg.NETWORK_SHORT, DUMP_ID, (short) localPort);
        request.set(InetDiagMsg.NETWORK_SHORT, DUMP_ID + 2, (short) remotePort);
        request.set(ValueLayout.JAVA_INT, DUMP_STATES, states);
        Libc.send(fd, request.asSlice(0, DUMP));
        while (true) {
            long received = Libc.recv(fd, buffer);
            if (walk(buffer, received, sequence, visitor)) {
                return;
            }
        }
    }

    /**
     * Destroys a socket as if its connection had been aborted (RFC 9293, 3.10.5): its owner gets ECONNABORTED, the peer a RST.
     * Needs CAP_NET_ADMIN in the socket's network namespace, and a kernel with CONFIG_INET_DIAG_DESTROY.
     *
     * @param family as the socket was dumped
     * @param id the socket's {@code struct inet_diag_sockid}, with its cookie, as it was dumped. Without the cookie the kernel
     *     would find the listener in place of a closed connection, and destroy that
     * @throws ErrnoException if the kernel refuses: ENOENT = no socket has this cookie, EPERM, EOPNOTSUPP
     * @throws IOException if the response is malformed
     */
    public void destroy(int family, byte[] id) throws IOException {
        sendForOne(SOCK_DESTROY, family, id, 0);
        int errno = acknowledged();
        if (errno != 0) {
            throw new ErrnoException("destroy socket", errno, Libc.errorText(errno));
        }
    }

    /**
     * Reads one socket, without a dump.
     *
     * @param family of the addresses in the id
     * @param id the socket's {@code struct inet_diag_sockid}, with its cookie
     * @param extensions bit n - 1: the attribute INET_DIAG_n
     * @return false if no socket has this id and cookie
     * @throws IOException if the kernel refuses or the response is malformed
     */
    public boolean get(int family, byte[] id, int extensions, Visitor visitor) throws IOException {
        sendForOne(SOCK_DIAG_BY_FAMILY, family, id, extensions);
        try {
            boolean acknowledged = false;
            while (!acknowledged) { // the acknowledgement follows the socket
                acknowledged = walk(buffer, Libc.recv(fd, buffer), sequence, visitor);
            }
            return true;
        } catch (ErrnoException failed) {
            if (failed.errno() == ErrnoException.ENOENT || failed.errno() == ESTALE) {
                return false;
            }
            throw failed;
        }
    }

    private void sendForOne(int type, int family, byte[] id, int extensions) throws IOException {
        MemorySegment from = MemorySegment.ofArray(id);
        if (id.length != InetDiagMsg.SOCKID
                || from.get(InetDiagMsg.LONG, InetDiagMsg.COOKIE - InetDiagMsg.SPORT) == NO_COOKIE) {
            throw new IllegalArgumentException("a single socket is found by its cookie only");
        }
        beginRequest(ONE, type, NLM_F_REQUEST_ACK);
        request.set(ValueLayout.JAVA_BYTE, ONE_FAMILY, (byte) family);
        request.set(ValueLayout.JAVA_BYTE, ONE_PROTOCOL, (byte) IPPROTO_TCP);
        request.set(ValueLayout.JAVA_BYTE, ONE_EXTENSIONS, (byte) extensions);
        request.set(ValueLayout.JAVA_INT, ONE_STATES, ALL_STATES);
        MemorySegment.copy(from, 0, request, ONE_ID, InetDiagMsg.SOCKID);
        Libc.send(fd, request.asSlice(0, ONE));
    }

    /** Returns the error number in the response to a request other than a dump; 0 = success. */
    private int acknowledged() throws IOException {
        while (true) {
            long received = Libc.recv(fd, buffer);
            if (received < InetDiagMsg.NLMSG_HEADER + Integer.BYTES) {
                throw new IOException("read netlink response: it has only " + received + " bytes");
            }
            int type = InetDiagMsg.unsigned(buffer, InetDiagMsg.SHORT, InetDiagMsg.TYPE);
            if (buffer.get(InetDiagMsg.INT, 8) == sequence && type == NLMSG_ERROR) {
                return -buffer.get(InetDiagMsg.INT, InetDiagMsg.NLMSG_HEADER);
            }
        }
    }

    /** Writes the netlink header, followed by zeros. */
    private void beginRequest(int length, int type, int flags) {
        sequence++;
        request.fill((byte) 0);
        request.set(ValueLayout.JAVA_INT, InetDiagMsg.LENGTH, length);
        request.set(ValueLayout.JAVA_SHORT, InetDiagMsg.TYPE, (short) type);
        request.set(ValueLayout.JAVA_SHORT, InetDiagMsg.FLAGS, (short) flags);
        request.set(ValueLayout.JAVA_INT, 8, sequence);
    }

    /**
     * Walks the messages of one datagram.
     *
     * @return true if the dump has ended
     * @throws IOException if the kernel reports an error, or the length of a message is invalid
     */
    static boolean walk(MemorySegment buffer, long received, int sequence, Visitor visitor) throws IOException {
        long at = 0;
        while (received - at >= InetDiagMsg.NLMSG_HEADER) {
            int length = buffer.get(InetDiagMsg.INT, at + InetDiagMsg.LENGTH);
            if (length < InetDiagMsg.NLMSG_HEADER || length > received - at) {
                throw new IOException("read netlink response: a message has " + length + " of the remaining "
                        + (received - at) + " bytes");
            }
            if (buffer.get(InetDiagMsg.INT, at + 8) == sequence) {
                int type = InetDiagMsg.unsigned(buffer, InetDiagMsg.SHORT, at + InetDiagMsg.TYPE);
                switch (type) {
                    case NLMSG_NOOP -> {}
                    case NLMSG_ERROR, NLMSG_DONE -> {
                        fail(length >= InetDiagMsg.NLMSG_HEADER + 4 ? -buffer.get(InetDiagMsg.INT, at + 16) : 0);
                        return true;
                    }
                    case TCPDIAG_GETSOCK, SOCK_DIAG_BY_FAMILY -> {
                        if (length >= InetDiagMsg.ATTRIBUTES) {
                            visitor.socket(buffer, at, length);
                        }
                    }
                    default -> {} // not part of a dump of sockets
                }
            }
            at += InetDiagMsg.align(length);
        }
        return false;
    }

    private static void fail(int errno) throws ErrnoException {
        if (errno == ErrnoException.ENOENT || errno == ErrnoException.EOPNOTSUPP) {
            throw new ErrnoException(
                    "dump sockets", errno, "this kernel has no inet_diag for TCP (modules inet_diag and tcp_diag)");
        }
        if (errno > 0) {
            throw new ErrnoException("dump sockets", errno, "the kernel returned errno " + errno);
        }
    }

    @Override
    public void close() {
        try {
            Libc.close(fd);
        } catch (IOException alreadyClosed) {
            throw new IllegalStateException(alreadyClosed);
        } finally {
            arena.close();
        }
    }
}
