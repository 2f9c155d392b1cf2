package io.tcpprobe.kernel.diag;

import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowLayout;
import io.tcpprobe.kernel.flow.FlowRow;
import io.tcpprobe.kernel.flow.FlowRows;
import io.tcpprobe.kernel.flow.FlowValues;
import io.tcpprobe.kernel.flow.WatchedFlows;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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
    private record Socket(long flowId, int family, byte[] id) {}

    private final LongSupplier monotonicNanos;
    private final FlowMessage message;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment rows = arena.allocate((long) MAX_FLOWS * FlowLayout.SIZE, Long.BYTES);

    /** The watched flows, by the number of their rows. */
    private final @Nullable Socket[] sockets = new Socket[MAX_FLOWS];

    private @Nullable SockDiag diag;

    /**
     * Creates it; no flow is watched.
     *
     * @param networkNamespace of the flows
     * @param monotonicNanos CLOCK_MONOTONIC
     */
    DiagWatch(int networkNamespace, LongSupplier monotonicNanos) {
        this.message = new FlowMessage(networkNamespace);
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
    private static Socket socket(long flowId, FlowValues flow) {
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
        return new Socket(flowId, ipv4 ? SockDiag.IPV4 : SockDiag.IPV6, id);
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
            sockets[place] = null;
        }
    }

    @Override
    public void drain(Listener listener) throws IOException {
        for (int place = 0; place < MAX_FLOWS; place++) {
            Socket socket = sockets[place];
            if (socket != null) {
                poll(place, socket, listener);
            }
        }
    }

    private void poll(int place, Socket socket, Listener listener) throws IOException {
        long row = at(place);
        boolean[] sampled = new boolean[1];
        SockDiag open = diag == null ? SockDiag.open() : diag;
        diag = open;
        try {
            open.get(socket.family, socket.id, FlowMessage.EXTENSIONS, (buffer, at, length) -> {
                if (message.read(buffer, at, length)) { // not a socket in TIME_WAIT
                    message.write(buffer, at, rows, row, monotonicNanos.getAsLong());
                    sampled[0] = true;
                }
            });
        } catch (IOException failed) {
            closeSocket(); // the rest of this response would be read by the next poll
            throw failed;
        }
        if (!sampled[0]) {
            sockets[place] = null;
        }
        listener.happened(sampled[0] ? Event.SAMPLE : Event.ENDED, socket.flowId, new FlowRow(FlowRows.one(rows, row)));
    }

    @Override
    public long intervalMillis() {
        return INTERVAL_MILLIS;
    }

    private void closeSocket() {
        if (diag != null) {
            diag.close();
            diag = null;
        }
    }

    @Override
    public void close() {
        closeSocket();
        arena.close();
    }
}
