package io.tcpprobe.kernel.diag;

import io.tcpprobe.kernel.ffi.ErrnoException;
import io.tcpprobe.kernel.flow.SocketEndpoints;
import io.tcpprobe.kernel.flow.TcpState;
import io.tcpprobe.kernel.proc.Capabilities;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The control block of a connection in the kernel (RFC 9293, 3.3.1). It is found by its endpoints and deleted by its cookie, so
 * a later connection with the same endpoints is not affected. Listeners are never found.
 *
 * @param endpoints both endpoints
 * @param state its state when it was found
 * @param cookie its unique cookie, never reused
 * @param inode its inode, by which its process is found; 0 if no process has it open
 * @param uid the user id of its owner
 * @param family its address family in the dump
 * @param id its {@code struct inet_diag_sockid}
 */
public record Tcb(SocketEndpoints endpoints, TcpState state, long cookie, int inode, long uid, int family, byte[] id) {
    private static final int ALL_BUT_LISTENERS = SockDiag.ALL_STATES & ~(1 << TcpState.LISTEN.kernel());

    /**
     * Finds a connection in the network namespace of this process.
     *
     * @return empty if there is none
     * @throws IOException if the dump fails
     */
    public static Optional<Tcb> find(SocketEndpoints endpoints) throws IOException {
        if (endpoints.localPort() == 0 || endpoints.remotePort() == 0) {
            return Optional.empty(); // the kernel treats 0 as any port
        }
        List<Tcb> found = new ArrayList<>();
        byte[] seen = new byte[SocketEndpoints.SIZE];
        try (SockDiag diag = SockDiag.open()) {
            diag.dump(ALL_BUT_LISTENERS, 0, endpoints.localPort(), endpoints.remotePort(), (message, at, length) -> {
                SocketMessage.readEndpoints(message, at, length, seen);
                if (endpoints.matches(seen, 0)) {
                    found.add(read(endpoints, message, at));
                }
            });
        }
        return found.stream().filter(tcb -> tcb.state != TcpState.LISTEN).findFirst();
    }

    private static Tcb read(SocketEndpoints endpoints, MemorySegment message, long at) {
        TcpState state = TcpState.ofKernel(FlowMessage.state(message, at));
        return new Tcb(
                endpoints,
                state == null ? TcpState.CLOSED : state,
                FlowMessage.cookie(message, at),
                message.get(InetDiagMsg.INT, at + InetDiagMsg.INODE),
                Integer.toUnsignedLong(message.get(InetDiagMsg.INT, at + InetDiagMsg.UID)),
                message.get(ValueLayout.JAVA_BYTE, at + InetDiagMsg.FAMILY),
                message.asSlice(at + InetDiagMsg.SPORT, InetDiagMsg.SOCKID).toArray(ValueLayout.JAVA_BYTE));
    }

    /**
     * Returns why this process cannot delete connections, or empty if no obstacle is known. Deletes nothing.
     *
     * @throws IOException if the request fails
     */
    public static Optional<String> undeletable() throws IOException {
        if (!Capabilities.has(Capabilities.NET_ADMIN)) {
            return Optional.of("CAP_NET_ADMIN is missing; give it to the agent's process, or run it as root");
        }
        try (SockDiag diag = SockDiag.open()) {
            diag.destroy(SockDiag.IPV4, new byte[InetDiagMsg.SOCKID]); // no socket has port 0
            throw new IOException("destroy socket: the kernel reports a socket with port 0, which cannot exist");
        } catch (ErrnoException refused) {
            return refused.errno() == ErrnoException.EOPNOTSUPP
                    ? Optional.of("the kernel lacks CONFIG_INET_DIAG_DESTROY; run a kernel that has it")
                    : Optional.empty();
        }
    }

    /**
     * Deletes the connection: its owner gets ECONNABORTED, the peer a RST.
     *
     * @throws ErrnoException if the kernel refuses: ENOENT (2) = it no longer exists, EPERM (1) = CAP_NET_ADMIN is missing,
     *     EOPNOTSUPP (95) = no CONFIG_INET_DIAG_DESTROY
     * @throws IOException if the request fails
     */
    public void delete() throws IOException {
        try (SockDiag diag = SockDiag.open()) {
            diag.destroy(family, id);
        }
    }
}
