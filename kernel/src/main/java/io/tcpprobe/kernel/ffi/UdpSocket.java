package io.tcpprobe.kernel.ffi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/**
 * A UDP socket that reports to which of the host's addresses each datagram was sent, and sends responses from that address
 * (IPV6_PKTINFO of RFC 3542, IP_PKTINFO of ip(7)). A socket of the JDK that is bound to the wildcard address responds from the
 * address that routing prefers, which connected clients do not accept. One socket serves all addresses of the host, including
 * those added while it is open. One thread receives; any thread may send.
 */
public final class UdpSocket implements AutoCloseable {
    /** Maximum length of a datagram's content. */
    private static final int MSG_DONTWAIT = 0x40;

    private static final int MAX_DATAGRAM = 65_535;

    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVBUF = 8;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int IPPROTO_IP = 0;
    private static final int IP_PKTINFO = 8;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_V6ONLY = 26;
    private static final int IPV6_RECVPKTINFO = 49;
    private static final int IPV6_PKTINFO = 50;
    private static final int SHUT_RD = 0;

    /** {@code struct sockaddr_in6 { u16 family; be16 port; be32 flowinfo; u8 addr[16]; u32 scope_id; }}; sockaddr_in is shorter. */
    private static final int SOCKADDR_BYTES = 28;

    private static final int SOCKADDR_IN_BYTES = 16;
    private static final long PORT_OFFSET = 2;
    private static final long IPV4_OFFSET = 4;
    private static final long IPV6_OFFSET = 8;
    private static final long SCOPE_OFFSET = 24;

    /** Bytes of {@code struct cmsghdr { size_t len; int level; int type; }}. */
    private static final int CMSGHDR_BYTES = 16;

    /** {@code struct in_pktinfo { int ifindex; struct in_addr spec_dst; struct in_addr addr; }}. */
    private static final int IN_PKTINFO_BYTES = 12;

    /** {@code struct in6_pktinfo { struct in6_addr addr; unsigned ifindex; }}. */
    private static final int IN6_PKTINFO_BYTES = 20;

    private static final int CONTROL_BYTES = 64;

    /**
     * {@code struct msghdr { void *name; socklen_t namelen; struct iovec *iov; size_t iovlen; void *control; size_t controllen;
     * int flags; }}.
     */
    private static final StructLayout MSGHDR = MemoryLayout.structLayout(
            ADDRESS, JAVA_INT, MemoryLayout.paddingLayout(4), ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG);

    private static final long NAMELEN_OFFSET = 8;
    private static final long CONTROLLEN_OFFSET = 40;

    /** {@code int bind(int sockfd, const struct sockaddr *addr, socklen_t addrlen)}. */
    private static final NativeFunction BIND = NativeFunction.ofC("bind");

    /** {@code int getsockname(int sockfd, struct sockaddr *addr, socklen_t *addrlen)}. */
    private static final NativeFunction GETSOCKNAME = NativeFunction.ofC("getsockname");

    /** {@code int getsockopt(int sockfd, int level, int optname, void *optval, socklen_t *optlen)}. */
    private static final NativeFunction GETSOCKOPT = NativeFunction.ofC("getsockopt");

    /** {@code ssize_t recvmsg(int sockfd, struct msghdr *msg, int flags)}. */
    private static final MethodHandle RECVMSG =
            Libc.bind("recvmsg", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));

    /** {@code ssize_t sendmsg(int sockfd, const struct msghdr *msg, int flags)}. */
    private static final MethodHandle SENDMSG =
            Libc.bind("sendmsg", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));

    /** {@code int shutdown(int sockfd, int how)}. */
    private static final NativeFunction SHUTDOWN = NativeFunction.ofC("shutdown");

    /**
     * A received datagram.
     *
     * @param content the payload
     * @param from the address of the sender
     * @param to the address of this host that it was sent to
     */
    public record Datagram(byte[] content, InetSocketAddress from, LocalAddress to) {}

    /**
     * An address of this host, as the kernel names it.
     *
     * @param octets 4 or 16 bytes of the address; an IPv4 address of an IPv6 socket is mapped (RFC 4291, 2.5.5.2)
     * @param interfaceIndex the interface that received the datagram
     */
    @SuppressWarnings("ArrayRecordComponent") // passed back, never compared
    public record LocalAddress(byte[] octets, int interfaceIndex) {
        private boolean isLinkLocal() {
            return octets.length == 16 && (octets[0] & 0xff) == 0xfe && (octets[1] & 0xc0) == 0x80;
        }
    }

    /** The memory of a call of recvmsg or sendmsg. */
    private static final class Message {
        private final MemorySegment header;
        private final MemorySegment name;
        private final MemorySegment content;
        private final MemorySegment control;
        private final MemorySegment iovec;
        private final MemorySegment state;

        Message(Arena arena) {
            header = arena.allocate(MSGHDR);
            name = arena.allocate(SOCKADDR_BYTES, 8);
            content = arena.allocate(MAX_DATAGRAM);
            control = arena.allocate(CONTROL_BYTES, 8);
            iovec = arena.allocate(16, 8);
            state = Libc.state(arena);
            header.set(ADDRESS, 0, name);
            header.set(ADDRESS, 16, iovec);
            header.set(JAVA_LONG, 24, 1);
            header.set(ADDRESS, 32, control);
            iovec.set(ADDRESS, 0, content);
        }
    }

    private final Arena arena = Arena.ofShared();
    private final int fd;
    private final int family;
    private final Message incoming = new Message(arena);
    private final Message outgoing = new Message(arena);
    private boolean sendingEnded;
    private volatile boolean closing;

    /** Makes the bindings: to initialize this class is enough. */
    static void bindEarly() {}

    private UdpSocket(int fd, int family) {
        this.fd = fd;
        this.family = family;
    }

    /**
     * Opens a socket. The wildcard address of either family means all addresses of both, as for sockets of the JDK.
     *
     * @param receiveBufferBytes size of the kernel's receive buffer; limited to net.core.rmem_max without CAP_NET_ADMIN
     * @throws SocketException if the address cannot be bound
     */
    public static UdpSocket bind(InetSocketAddress address, int receiveBufferBytes) throws SocketException {
        InetAddress local = address.getAddress();
        if (local.isAnyLocalAddress()) {
            try {
                return bind(AF_INET6, new byte[16], 0, address.getPort(), receiveBufferBytes);
            } catch (ErrnoException noIpv6) {
                if (noIpv6.errno() != ErrnoException.EAFNOSUPPORT) {
                    throw failed(noIpv6);
                }
                local = InetAddress.ofLiteral("0.0.0.0");
            }
        }
        try {
            int scope = local instanceof Inet6Address ipv6 ? ipv6.getScopeId() : 0;
            int family = local instanceof Inet4Address ? AF_INET : AF_INET6;
            return bind(family, local.getAddress(), scope, address.getPort(), receiveBufferBytes);
        } catch (ErrnoException failed) {
            throw failed(failed);
        }
    }

    private static SocketException failed(ErrnoException failed) {
        BindException exception = new BindException(Libc.errorText(failed.errno()));
        exception.initCause(failed);
        return exception;
    }

    private static UdpSocket bind(int family, byte[] octets, int scope, int port, int receiveBufferBytes)
            throws ErrnoException {
        try {
            UdpSocket opened = new UdpSocket(Libc.socket(family, SOCK_DGRAM_CLOEXEC, 0), family);
            try {
                if (family == AF_INET6) {
                    Libc.setsockopt(opened.fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
                    Libc.setsockopt(opened.fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
                } else {
                    Libc.setsockopt(opened.fd, IPPROTO_IP, IP_PKTINFO, 1);
                }
                opened.receiveBuffer(receiveBufferBytes);
                MemorySegment name = opened.outgoing.name;
                opened.writeName(octets, scope, port);
                int length = opened.nameBytes();
                Libc.check("bind", state -> BIND.callInt(state, opened.fd, name.address(), length));
                return opened;
            } catch (IOException failed) {
                opened.close();
                throw failed;
            }
        } catch (ErrnoException failed) {
            throw failed;
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Sets the size of the receive buffer. The kernel doubles it, to account for its overhead per datagram. */
    private void receiveBuffer(int bytes) throws IOException {
        try {
            Libc.setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, bytes);
        } catch (ErrnoException notAllowed) {
            Libc.setsockopt(fd, SOL_SOCKET, SO_RCVBUF, bytes);
        }
    }

    /** Returns the size of the receive buffer in bytes, including the kernel's overhead per datagram. */
    public int receiveBufferBytes() throws IOException {
        try (Arena call = Arena.ofConfined()) {
            MemorySegment value = call.allocate(JAVA_INT);
            MemorySegment length = call.allocateFrom(JAVA_INT, 4);
            Libc.check(
                    "getsockopt",
                    state -> GETSOCKOPT.callInt(state, fd, SOL_SOCKET, SO_RCVBUF, value.address(), length.address()));
            return value.get(JAVA_INT, 0);
        }
    }

    /** Returns the bound address, with the actual port if it was bound to port 0. */
    public InetSocketAddress localAddress() throws IOException {
        try (Arena call = Arena.ofConfined()) {
            MemorySegment name = call.allocate(SOCKADDR_BYTES, 8);
            MemorySegment length = call.allocateFrom(JAVA_INT, SOCKADDR_BYTES);
            Libc.check("getsockname", state -> GETSOCKNAME.callInt(state, fd, name.address(), length.address()));
            return address(name);
        }
    }

    /**
     * Waits for a datagram.
     *
     * @return the datagram, or null once the socket is being closed
     */
    public @Nullable Datagram receive() throws IOException {
        Message message = incoming;
        message.header.set(JAVA_INT, NAMELEN_OFFSET, SOCKADDR_BYTES);
        message.header.set(JAVA_LONG, CONTROLLEN_OFFSET, CONTROL_BYTES);
        message.iovec.set(JAVA_LONG, 8, MAX_DATAGRAM);
        long length = call("recvmsg", RECVMSG, message, 0);
        if (closing) {
            return null;
        }
        byte[] content = new byte[(int) length];
        MemorySegment.copy(message.content, JAVA_BYTE, 0, content, 0, content.length);
        return new Datagram(content, address(message.name), localAddress(message));
    }

    private long call(String step, MethodHandle function, Message message, int flags) throws IOException {
        while (true) {
            long result;
            try {
                result = (long) function.invokeExact(message.state, fd, message.header, flags);
            } catch (Throwable impossible) {
                throw new IllegalStateException(step, impossible);
            }
            if (result >= 0) {
                return result;
            }
            int errno = Libc.errno(message.state);
            if (errno != ErrnoException.EINTR) {
                throw new ErrnoException(step, errno, Libc.errorText(errno));
            }
        }
    }

    /** Reads a sockaddr. */
    private InetSocketAddress address(MemorySegment name) throws IOException {
        int port = Byte.toUnsignedInt(name.get(JAVA_BYTE, PORT_OFFSET)) << 8
                | Byte.toUnsignedInt(name.get(JAVA_BYTE, PORT_OFFSET + 1));
        if (family == AF_INET) {
            byte[] octets = name.asSlice(IPV4_OFFSET, 4).toArray(JAVA_BYTE);
            return new InetSocketAddress(InetAddress.getByAddress(octets), port);
        }
        byte[] octets = name.asSlice(IPV6_OFFSET, 16).toArray(JAVA_BYTE);
        int scope = name.get(JAVA_INT, SCOPE_OFFSET);
        return new InetSocketAddress(
                scope == 0
                        ? InetAddress.getByAddress(octets) // a mapped address becomes an IPv4 address
                        : Inet6Address.getByAddress(null, octets, scope),
                port);
    }

    /** Returns the local address in the control message; the kernel writes only the one that was requested. */
    private LocalAddress localAddress(Message message) {
        MemorySegment info = message.control.asSlice(CMSGHDR_BYTES);
        if (family == AF_INET) {
            return new LocalAddress(info.asSlice(4, 4).toArray(JAVA_BYTE), info.get(JAVA_INT, 0));
        }
        return new LocalAddress(info.asSlice(0, 16).toArray(JAVA_BYTE), info.get(JAVA_INT, 16));
    }

    /**
     * Sends a datagram without waiting. It is dropped if the send buffer is full, as with neighbours that do not resolve.
     *
     * @param from one of the host's addresses, as returned by {@link #receive}; null for the one that routing prefers
     */
    public synchronized void send(byte[] content, InetSocketAddress to, @Nullable LocalAddress from)
            throws IOException {
        if (sendingEnded) {
            throw new SocketException("Socket closed");
        }
        Message message = outgoing;
        InetAddress peer = to.getAddress();
        writeName(peer.getAddress(), peer instanceof Inet6Address ipv6 ? ipv6.getScopeId() : 0, to.getPort());
        message.header.set(JAVA_INT, NAMELEN_OFFSET, nameBytes());
        message.iovec.set(JAVA_LONG, 8, content.length);
        MemorySegment.copy(content, 0, message.content, JAVA_BYTE, 0, content.length);
        if (from == null) {
            message.header.set(JAVA_LONG, CONTROLLEN_OFFSET, 0);
            call("sendmsg", SENDMSG, message, MSG_DONTWAIT);
            return;
        }
        writeControl(from);
        try {
            call("sendmsg", SENDMSG, message, MSG_DONTWAIT);
        } catch (ErrnoException notFromThere) { // a broadcast or multicast address, or one that was removed
            if (notFromThere.errno() == ErrnoException.EAGAIN) {
                throw notFromThere;
            }
            message.header.set(JAVA_LONG, CONTROLLEN_OFFSET, 0);
            call("sendmsg", SENDMSG, message, MSG_DONTWAIT);
        }
    }

    private int nameBytes() {
        return family == AF_INET ? SOCKADDR_IN_BYTES : SOCKADDR_BYTES;
    }

    private void writeName(byte[] octets, int scope, int port) {
        MemorySegment name = outgoing.name;
        name.fill((byte) 0);
        name.set(JAVA_SHORT, 0, (short) family);
        name.set(JAVA_BYTE, PORT_OFFSET, (byte) (port >> 8));
        name.set(JAVA_BYTE, PORT_OFFSET + 1, (byte) port);
        if (family == AF_INET) {
            MemorySegment.copy(octets, 0, name, JAVA_BYTE, IPV4_OFFSET, 4);
        } else if (octets.length == 4) {
            name.set(JAVA_BYTE, IPV6_OFFSET + 10, (byte) -1); // ::ffff:a.b.c.d
            name.set(JAVA_BYTE, IPV6_OFFSET + 11, (byte) -1);
            MemorySegment.copy(octets, 0, name, JAVA_BYTE, IPV6_OFFSET + 12, 4);
        } else {
            MemorySegment.copy(octets, 0, name, JAVA_BYTE, IPV6_OFFSET, 16);
            name.set(JAVA_INT, SCOPE_OFFSET, scope);
        }
    }

    /** Writes the source address. Routing selects the outgoing interface, except for link-local addresses, which need one. */
    private void writeControl(LocalAddress from) {
        MemorySegment control = outgoing.control;
        control.fill((byte) 0);
        int data = family == AF_INET ? IN_PKTINFO_BYTES : IN6_PKTINFO_BYTES;
        control.set(JAVA_LONG, 0, CMSGHDR_BYTES + data);
        control.set(JAVA_INT, 8, family == AF_INET ? IPPROTO_IP : IPPROTO_IPV6);
        control.set(JAVA_INT, 12, family == AF_INET ? IP_PKTINFO : IPV6_PKTINFO);
        if (family == AF_INET) {
            MemorySegment.copy(from.octets, 0, control, JAVA_BYTE, CMSGHDR_BYTES + 4, 4);
        } else {
            MemorySegment.copy(from.octets, 0, control, JAVA_BYTE, CMSGHDR_BYTES, 16);
            control.set(JAVA_INT, CMSGHDR_BYTES + 16, from.isLinkLocal() ? from.interfaceIndex : 0);
        }
        outgoing.header.set(JAVA_LONG, CONTROLLEN_OFFSET, (CMSGHDR_BYTES + data + 7) / 8 * 8L);
    }

    /** Makes {@link #receive} return null, in the current or the next call; no more datagrams are received. */
    public void endReceiving() {
        closing = true;
        try {
            Libc.check("shutdown", state -> SHUTDOWN.callInt(state, fd, SHUT_RD));
        } catch (IOException _) {
            // ENOTCONN: the kernel returns it, and wakes up the waiting receiver even so
        }
    }

    /** Closes the socket. No thread may be in {@link #receive}. */
    @Override
    public synchronized void close() {
        if (sendingEnded) {
            return;
        }
        sendingEnded = true;
        closing = true;
        try {
            Libc.close(fd);
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        } finally {
            arena.close();
        }
    }
}
