package io.tcpprobe.kernel.diag;

import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowLayout;
import io.tcpprobe.kernel.flow.FlowRow;
import io.tcpprobe.kernel.flow.FlowRows;
import io.tcpprobe.kernel.flow.FlowValues;
import io.tcpprobe.kernel.flow.WatchedFlows;
import io.tcpprobe.kernel.proc.NetworkNamespaces;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Flows that are polled one by one: each poll reads one socket by its endpoints and its cookie, in some ten microseconds. */
final class DiagWatch implements WatchedFlows {
    private static final long INTERVAL_MILLIS = 100;
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;

    /** Offsets in {@code struct inet_diag_sockid}. */
    private static final int DPORT = InetDiagMsg.DPORT - InetDiagMsg.SPORT;

    private static final int SRC = InetDiagMsg.SRC - InetDiagMsg.SPORT;
    private static final int DST = InetDiagMsg.DST - InetDiagMsg.SPORT;
    private static final int INTERFACE = InetDiagMsg.INTERFACE - InetDiagMsg.SPORT;
    private static final int COOKIE = InetDiagMsg.COOKIE - InetDiagMsg.SPORT;

    /** The socket of a flow. */
    private record Socket(long flowId, int networkNamespace, int family, byte[] id) {}

    private final LongSupplier monotonicNanos;
    private final FlowMessage message = new FlowMessage();
    private final int own;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment rows = arena.allocate((long) MAX_FLOWS * FlowLayout.SIZE, Long.BYTES);

    /** The watched flows, by the number of their rows. */
    private final @Nullable Socket[] sockets = new Socket[MAX_FLOWS];

    /** The netlink sockets by the number of their network namespace; in others than that of the process, while a flow there is watched. */
    private final Map<Integer, SockDiag> open = new HashMap<>();

    /**
     * Creates it; no flow is watched.
     *
     * @param own the number of the network namespace of this process
     * @param monotonicNanos CLOCK_MONOTONIC
     */
    DiagWatch(int own, LongSupplier monotonicNanos) {
        this.own = own;
        this.monotonicNanos = monotonicNanos;
    }

    @Override
    public boolean add(long flowId, FlowValues flow) {
        if (placeOf(flowId) >= 0) {
            return true;
        }
        int place = freePlace();
        if (place < 0) {
            throw new IllegalStateException(MAX_FLOWS + " flows are watched");
        }
        long row = at(place);
        rows.asSlice(row, FlowLayout.SIZE).fill((byte) 0);
        rows.set(ValueLayout.JAVA_INT, row + FlowLayout.FLOW_ID, (int) flowId);
        FlowLayout.put(rows, row, FlowField.FIRST_SEEN, flow.number(FlowField.FIRST_SEEN));
        Extremes.forget(rows, row);
        message.begin(row);
        sockets[place] = socket(flowId, flow);
        return true;
    }

    /** Returns the id by which the kernel finds the socket: it also finds an IPv6 socket that uses IPv4 by its IPv4 addresses. */
    private Socket socket(long flowId, FlowValues flow) {
        byte[] local = flow.address(FlowField.LOCAL_ADDRESS, FlowField.LOCAL_ADDRESS_TYPE);
        byte[] remote = flow.address(FlowField.REMOTE_ADDRESS, FlowField.REMOTE_ADDRESS_TYPE);
        boolean ipv4 = local.length == IPV4_BYTES;
        byte[] id = new byte[InetDiagMsg.SOCKID];
        MemorySegment into = MemorySegment.ofArray(id);
        into.set(InetDiagMsg.NETWORK_SHORT, 0, (short) flow.number(FlowField.LOCAL_PORT));
        into.set(InetDiagMsg.NETWORK_SHORT, DPORT, (short) flow.number(FlowField.REMOTE_PORT));
        System.arraycopy(local, 0, id, SRC, ipv4 ? IPV4_BYTES : IPV6_BYTES);
        System.arraycopy(remote, 0, id, DST, ipv4 ? IPV4_BYTES : IPV6_BYTES);
        if (flow.has(FlowField.INTERFACE)) {
            into.set(InetDiagMsg.INT, INTERFACE, (int) flow.number(FlowField.INTERFACE));
        }
        into.set(InetDiagMsg.LONG, COOKIE, flow.number(FlowField.COOKIE));
        int namespace = flow.has(FlowField.NETWORK_NAMESPACE) ? (int) flow.number(FlowField.NETWORK_NAMESPACE) : own;
        return new Socket(flowId, namespace, ipv4 ? SockDiag.IPV4 : SockDiag.IPV6, id);
    }

    private static long at(int place) {
        return (long) place * FlowLayout.SIZE;
    }

    private int freePlace() {
        for (int place = 0; place < MAX_FLOWS; place++) {
            if (sockets[place] == null) {
                return place;
            }
        }
        return -1;
    }

    private int placeOf(long flowId) {
        for (int place = 0; place < MAX_FLOWS; place++) {
            Socket socket = sockets[place];
            if (socket != null && socket.flowId == flowId) {
                return place;
            }
        }
        return -1;
    }

    @Override
    public void remove(long flowId) {
        int place = placeOf(flowId);
        if (place >= 0) {
            forget(place);
        }
    }

    /** Forgets a flow, and closes the socket in its network namespace after the last flow there: it would keep the namespace. */
    private void forget(int place) {
        Socket forgotten = sockets[place];
        sockets[place] = null;
        if (forgotten != null
                && forgotten.networkNamespace != own
                && Arrays.stream(sockets)
                        .noneMatch(other -> other != null && other.networkNamespace == forgotten.networkNamespace)) {
            closeSocket(forgotten.networkNamespace);
        }
    }

    /** Returns the netlink socket in a network namespace; null if the namespace has ended. */
    private @Nullable SockDiag in(int networkNamespace) throws IOException {
        SockDiag known = open.get(networkNamespace);
        if (known != null) {
            return known;
        }
        if (networkNamespace == own) {
            return keep(own, SockDiag.open());
        }
        for (Map.Entry<Object, Path> other : NetworkNamespaces.others().entrySet()) {
            if (hasNumber(other.getValue(), networkNamespace)) {
                NetworkNamespaces.enter(
                        other.getKey(), other.getValue(), () -> keep(networkNamespace, SockDiag.open()));
                return open.get(networkNamespace);
            }
        }
        return null;
    }

    private SockDiag keep(int networkNamespace, SockDiag opened) {
        open.put(networkNamespace, opened);
        return opened;
    }

    private static boolean hasNumber(Path namespace, int number) {
        try {
            return NetworkNamespaces.number(namespace) == number;
        } catch (IOException _) {
            return false; // it has just ended
        }
    }

    @Override
    public void drain(Listener listener) throws IOException {
        IOException failure = null;
        for (int place = 0; place < MAX_FLOWS; place++) {
            Socket socket = sockets[place];
            if (socket != null) {
                try {
                    poll(place, socket, listener);
                } catch (IOException failed) { // the other flows may be in other namespaces
                    failure = failed;
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private void poll(int place, Socket socket, Listener listener) throws IOException {
        long row = at(place);
        boolean[] sampled = new boolean[1];
        SockDiag from = in(socket.networkNamespace);
        message.networkNamespace(socket.networkNamespace);
        try {
            if (from != null) {
                from.get(socket.family, socket.id, FlowMessage.EXTENSIONS, (buffer, at, length) -> {
                    if (message.read(buffer, at, length)) { // not a socket in TIME_WAIT
                        message.write(buffer, at, rows, row, monotonicNanos.getAsLong());
                        sampled[0] = true;
                    }
                });
            }
        } catch (IOException failed) {
            closeSocket(socket.networkNamespace); // the rest of this response would be read by the next poll
            throw failed;
        }
        if (!sampled[0]) {
            forget(place);
        }
        listener.happened(sampled[0] ? Event.SAMPLE : Event.ENDED, socket.flowId, new FlowRow(FlowRows.one(rows, row)));
    }

    @Override
    public long intervalMillis() {
        return INTERVAL_MILLIS;
    }

    private void closeSocket(int networkNamespace) {
        SockDiag closed = open.remove(networkNamespace);
        if (closed != null) {
            closed.close();
        }
    }

    @Override
    public void close() {
        List.copyOf(open.keySet()).forEach(this::closeSocket);
        arena.close();
    }
}
