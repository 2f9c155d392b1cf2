package io.tcpprobe.kernel.diag;

import io.tcpprobe.kernel.flow.AddressType;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowLayout;
import io.tcpprobe.kernel.flow.TcpState;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Converts the inet_diag message of a socket to the row of a flow. A message is a flow if it carries a tcp_info and has a peer:
 * listeners have none, and sockets in TIME_WAIT and half-open requests have no tcp_info.
 */
final class FlowMessage {
    /** The attributes to request: bit n - 1 is INET_DIAG_n. */
    static final int EXTENSIONS = bit(InetDiagMsg.INFO)
            | bit(InetDiagMsg.VEGASINFO)
            | bit(InetDiagMsg.CONG)
            | bit(InetDiagMsg.TOS)
            | bit(InetDiagMsg.TCLASS)
            | bit(InetDiagMsg.SKMEMINFO)
            | bit(InetDiagMsg.SHUTDOWN);

    /** INET_DIAG_SKMEMINFO: u32 rmem_alloc, rcvbuf, wmem_alloc, sndbuf, fwd_alloc, wmem_queued, optmem, backlog, drops. */
    private static final int SKMEMINFO_BYTES = 36;

    /** {@code struct tcp_bbr_info}: u32 bw_lo, bw_hi, min_rtt, pacing_gain, cwnd_gain. */
    private static final int BBRINFO_BYTES = 20;

    private static final long UNLIMITED = -1;
    private static final long MAX_UNSCALED_WINDOW = 0xffff;
    private static final int NO_MIN_RTT = -1;

    /** Fields whose presence does not depend on tcp_info. */
    private static final List<FlowField> ALWAYS = List.of(
            FlowField.LOCAL_ADDRESS_TYPE,
            FlowField.LOCAL_ADDRESS,
            FlowField.LOCAL_PORT,
            FlowField.REMOTE_ADDRESS_TYPE,
            FlowField.REMOTE_ADDRESS,
            FlowField.REMOTE_PORT,
            FlowField.STATE,
            FlowField.IN_FLIGHT,
            FlowField.RECEIVE_QUEUE,
            FlowField.SEND_QUEUE,
            FlowField.QUEUED_FLAGS,
            FlowField.UID,
            FlowField.NETWORK_NAMESPACE,
            FlowField.COOKIE,
            FlowField.FIRST_SEEN,
            FlowField.SAMPLED);

    /** The members that fit into an INFO attribute of one length, which is the same for all sockets of a kernel. */
    private static final class InfoPlan {
        final int length;
        final int[] u32From;
        final int[] u32To;
        final int[] u64From;
        final int[] u64To;
        final List<TcpInfo.Member> small;
        final long[] presence;

        InfoPlan(int length) {
            this.length = length;
            var fitting = TcpInfo.MEMBERS.stream()
                    .filter(member -> member.end() <= length)
                    .toList();
            var u32 = fitting.stream()
                    .filter(member -> member.field().width() == FlowField.Width.U32)
                    .toList();
            var u64 = fitting.stream()
                    .filter(member -> member.field().width() == FlowField.Width.U64)
                    .toList();
            u32From = u32.stream().mapToInt(TcpInfo.Member::offset).toArray();
            u32To = u32.stream()
                    .mapToInt(member -> FlowLayout.offset(member.field()))
                    .toArray();
            u64From = u64.stream().mapToInt(TcpInfo.Member::offset).toArray();
            u64To = u64.stream()
                    .mapToInt(member -> FlowLayout.offset(member.field()))
                    .toArray();
            small = fitting.stream()
                    .filter(member -> member.field().width().bytes() < Integer.BYTES)
                    .toList();
            presence = FlowLayout.presenceOf(
                    Stream.of(fitting.stream().map(TcpInfo.Member::field), ALWAYS.stream(), Extremes.ALWAYS.stream())
                            .flatMap(fields -> fields)
                            .toList());
        }
    }

    private static final int[] MIB_STATES = new int[16];

    static {
        for (TcpState state : TcpState.values()) {
            MIB_STATES[state.kernel()] = state.mib();
        }
    }

    private int networkNamespace;
    private final Octets octets = new Octets();
    private @Nullable InfoPlan plan;

    /** The offsets of the attributes of the current message; 0 = absent. */
    private long info;

    private int infoLength;
    private long congestion;
    private int congestionLength;
    private long tos;
    private long tclass;
    private long memory;
    private long cgroup;
    private long bbr;

    /** Sets the number of the network namespace that the next messages come from. */
    void networkNamespace(int number) {
        networkNamespace = number;
    }

    private static int bit(int attribute) {
        return 1 << attribute - 1;
    }

    static int state(MemorySegment message, long at) {
        return message.get(ValueLayout.JAVA_BYTE, at + InetDiagMsg.STATE) & 0xf;
    }

    static long cookie(MemorySegment message, long at) {
        return message.get(InetDiagMsg.LONG, at + InetDiagMsg.COOKIE);
    }

    static boolean hasPort(MemorySegment message, long at, int port) {
        return InetDiagMsg.unsigned(message, InetDiagMsg.NETWORK_SHORT, at + InetDiagMsg.SPORT) == port
                || InetDiagMsg.unsigned(message, InetDiagMsg.NETWORK_SHORT, at + InetDiagMsg.DPORT) == port;
    }

    /** Scans a message; returns true if it is a flow. Must be called before {@link #write}. */
    boolean read(MemorySegment message, long at, int length) {
        info = 0;
        congestion = 0;
        tos = 0;
        tclass = 0;
        memory = 0;
        cgroup = 0;
        bbr = 0;
        if (state(message, at) == TcpState.LISTEN.kernel()
                || cookie(message, at) == 0 // the kernel counts from 1
                || message.get(InetDiagMsg.SHORT, at + InetDiagMsg.DPORT) == 0) {
            return false;
        }
        long end = at + length;
        for (long attribute = at + InetDiagMsg.ATTRIBUTES; end - attribute >= InetDiagMsg.RTATTR_HEADER; ) {
            int bytes = InetDiagMsg.unsigned(message, InetDiagMsg.SHORT, attribute);
            if (bytes < InetDiagMsg.RTATTR_HEADER || bytes > end - attribute) {
                break; // a truncated message: the attributes before are valid
            }
            note(
                    InetDiagMsg.unsigned(message, InetDiagMsg.SHORT, attribute + 2),
                    attribute + InetDiagMsg.RTATTR_HEADER,
                    bytes - InetDiagMsg.RTATTR_HEADER);
            attribute += InetDiagMsg.align(bytes);
        }
        return info != 0 && infoLength >= TcpInfo.MIN_SIZE;
    }

    private void note(int type, long at, int length) {
        switch (type) {
            case InetDiagMsg.INFO -> {
                info = at;
                infoLength = length;
            }
            case InetDiagMsg.CONG -> {
                congestion = at;
                congestionLength = length;
            }
            case InetDiagMsg.TOS -> tos = length >= 1 ? at : 0;
            case InetDiagMsg.TCLASS -> tclass = length >= 1 ? at : 0;
            case InetDiagMsg.BBRINFO -> bbr = length >= BBRINFO_BYTES ? at : 0;
            case InetDiagMsg.CGROUP_ID -> cgroup = length >= Long.BYTES ? at : 0;
            case InetDiagMsg.SKMEMINFO -> memory = length >= SKMEMINFO_BYTES ? at : 0;
            default -> {} // an attribute of a newer kernel
        }
    }

    /** Returns the idle time in milliseconds, in which nothing was sent or received, of the last message read. */
    long idleMillis(MemorySegment buffer, long at) {
        if (state(buffer, at) == TcpState.SYN_SENT.kernel()) {
            return 0;
        }
        return Math.min(
                Integer.toUnsignedLong(word(buffer, TcpInfo.LAST_DATA_SENT)),
                Math.min(
                        Integer.toUnsignedLong(word(buffer, TcpInfo.LAST_DATA_RECEIVED)),
                        Integer.toUnsignedLong(word(buffer, TcpInfo.LAST_ACK_RECEIVED))));
    }

    /** Discards the data of the flow that had this row before. */
    void begin(long row) {
        octets.forget(row);
    }

    /** Writes the last message read into a row, except the sequence, the flow id and the time first seen. */
    void write(MemorySegment message, long at, MemorySegment rows, long row, long nowNanos) {
        InfoPlan fitting = plan;
        if (fitting == null || fitting.length != infoLength) {
            fitting = new InfoPlan(infoLength);
            plan = fitting;
        }
        FlowLayout.setPresence(rows, row, fitting.presence);
        writeEndpoints(message, at, rows, row);
        writeInfo(message, fitting, rows, row);
        writeDerived(message, rows, row);
        writeAttributes(message, rows, row);
        FlowLayout.put(rows, row, FlowField.STATE, MIB_STATES[state(message, at)]);
        FlowLayout.put(rows, row, FlowField.RECEIVE_QUEUE, message.get(InetDiagMsg.INT, at + InetDiagMsg.RQUEUE));
        FlowLayout.put(rows, row, FlowField.SEND_QUEUE, message.get(InetDiagMsg.INT, at + InetDiagMsg.WQUEUE));
        octets.correct(rows, row, state(message, at));
        FlowLayout.put(rows, row, FlowField.UID, message.get(InetDiagMsg.INT, at + InetDiagMsg.UID));
        putUnlessZero(rows, row, FlowField.INODE, message.get(InetDiagMsg.INT, at + InetDiagMsg.INODE));
        putUnlessZero(rows, row, FlowField.INTERFACE, message.get(InetDiagMsg.INT, at + InetDiagMsg.INTERFACE));
        FlowLayout.put(rows, row, FlowField.NETWORK_NAMESPACE, networkNamespace);
        FlowLayout.put(rows, row, FlowField.COOKIE, cookie(message, at));
        FlowLayout.put(rows, row, FlowField.SAMPLED, nowNanos);
        Extremes.update(rows, row);
    }

    private static void putUnlessZero(MemorySegment rows, long row, FlowField field, int value) {
        FlowLayout.put(rows, row, field, value);
        FlowLayout.present(rows, row, field, value != 0);
    }

    private static void writeEndpoints(MemorySegment message, long at, MemorySegment rows, long row) {
        FlowLayout.put(
                rows,
                row,
                FlowField.LOCAL_PORT,
                InetDiagMsg.unsigned(message, InetDiagMsg.NETWORK_SHORT, at + InetDiagMsg.SPORT));
        FlowLayout.put(
                rows,
                row,
                FlowField.REMOTE_PORT,
                InetDiagMsg.unsigned(message, InetDiagMsg.NETWORK_SHORT, at + InetDiagMsg.DPORT));
        boolean ipv6 = message.get(ValueLayout.JAVA_BYTE, at + InetDiagMsg.FAMILY) == SockDiag.IPV6;
        int zone = message.get(InetDiagMsg.INT, at + InetDiagMsg.INTERFACE);
        writeAddress(
                message,
                at + InetDiagMsg.SRC,
                ipv6,
                zone,
                rows,
                row,
                FlowField.LOCAL_ADDRESS,
                FlowField.LOCAL_ADDRESS_TYPE);
        writeAddress(
                message,
                at + InetDiagMsg.DST,
                ipv6,
                zone,
                rows,
                row,
                FlowField.REMOTE_ADDRESS,
                FlowField.REMOTE_ADDRESS_TYPE);
    }

    private static void writeAddress(
            MemorySegment message,
            long at,
            boolean ipv6,
            int zone,
            MemorySegment rows,
            long row,
            FlowField address,
            FlowField typeField) {
        long to = row + FlowLayout.offset(address);
        AddressType type = SocketMessage.type(message, at, ipv6, zone);
        if (type == AddressType.IPV4) {
            MemorySegment.copy(message, ipv6 ? at + 12 : at, rows, to, 4);
        } else {
            MemorySegment.copy(message, at, rows, to, 16);
            rows.set(InetDiagMsg.NETWORK_INT, to + 16, zone);
        }
        FlowLayout.put(rows, row, typeField, type.number());
    }

    private void writeInfo(MemorySegment message, InfoPlan fitting, MemorySegment rows, long row) {
        for (int i = 0; i < fitting.u32From.length; i++) {
            rows.set(
                    ValueLayout.JAVA_INT,
                    row + fitting.u32To[i],
                    message.get(InetDiagMsg.INT, info + fitting.u32From[i]));
        }
        for (int i = 0; i < fitting.u64From.length; i++) {
            rows.set(
                    ValueLayout.JAVA_LONG,
                    row + fitting.u64To[i],
                    message.get(InetDiagMsg.LONG, info + fitting.u64From[i]));
        }
        for (int i = 0; i < fitting.small.size(); i++) {
            TcpInfo.Member member = fitting.small.get(i);
            long from = info + member.offset();
            long value = member.field().width() == FlowField.Width.U8
                    ? message.get(ValueLayout.JAVA_BYTE, from)
                    : message.get(InetDiagMsg.SHORT, from);
            FlowLayout.put(rows, row, member.field(), value);
        }
    }

    /** Writes the fields that are computed from tcp_info, and clears the presence of those that its values mark as absent. */
    private void writeDerived(MemorySegment message, MemorySegment rows, long row) {
        int inFlight = word(message, TcpInfo.UNACKED)
                - word(message, TcpInfo.SACKED)
                - word(message, TcpInfo.LOST)
                + word(message, TcpInfo.RETRANS_OUT);
        FlowLayout.put(rows, row, FlowField.IN_FLIGHT, inFlight);
        if (word(message, TcpInfo.RTT) == 0) {
            FlowLayout.present(rows, row, FlowField.SRTT, false);
            FlowLayout.present(rows, row, FlowField.RTTVAR, false);
        }
        absentIf(word(message, TcpInfo.RCV_RTT) == 0, rows, row, FlowField.RECEIVE_RTT);
        absentIf(
                reaches(TcpInfo.MIN_RTT, 4) && word(message, TcpInfo.MIN_RTT) == NO_MIN_RTT,
                rows,
                row,
                FlowField.MIN_RTT);
        absentIf(unlimited(message, TcpInfo.PACING_RATE), rows, row, FlowField.PACING_RATE);
        absentIf(unlimited(message, TcpInfo.MAX_PACING_RATE), rows, row, FlowField.MAX_PACING_RATE);
        absentIf(
                reaches(TcpInfo.DELIVERY_RATE, 8) && message.get(InetDiagMsg.LONG, info + TcpInfo.DELIVERY_RATE) == 0,
                rows,
                row,
                FlowField.DELIVERY_RATE);
        int options = message.get(ValueLayout.JAVA_BYTE, info + TcpInfo.OPTIONS);
        if ((options & TcpInfo.OPTION_WSCALE) != 0) {
            int scales = message.get(ValueLayout.JAVA_BYTE, info + TcpInfo.WSCALE);
            putPresent(rows, row, FlowField.SEND_WINDOW_SCALE, scales & 0xf);
            putPresent(rows, row, FlowField.RECEIVE_WINDOW_SCALE, scales >> 4 & 0xf);
        }
        boundWindow(rows, row);
        if (reaches(TcpInfo.DELIVERY_RATE, 8)) {
            int limited = message.get(ValueLayout.JAVA_BYTE, info + TcpInfo.APP_LIMITED) & 1;
            putPresent(rows, row, FlowField.APP_LIMITED, limited);
        }
    }

    /** Limits the window to what the 16 bits of the header can carry; the kernel may have chosen a larger one. */
    private static void boundWindow(MemorySegment rows, long row) {
        boolean scaled = FlowLayout.has(rows, row, FlowField.RECEIVE_WINDOW_SCALE);
        long scale = scaled ? FlowLayout.number(rows, row, FlowField.RECEIVE_WINDOW_SCALE) : 0;
        long window = FlowLayout.number(rows, row, FlowField.RECEIVE_WINDOW);
        FlowLayout.put(rows, row, FlowField.RECEIVE_WINDOW, Math.min(window, MAX_UNSCALED_WINDOW << scale));
    }

    private int word(MemorySegment message, int offset) {
        return message.get(InetDiagMsg.INT, info + offset);
    }

    private boolean reaches(int offset, int bytes) {
        return infoLength >= offset + bytes;
    }

    private boolean unlimited(MemorySegment message, int rate) {
        return reaches(rate, Long.BYTES) && message.get(InetDiagMsg.LONG, info + rate) == UNLIMITED;
    }

    private static void absentIf(boolean absent, MemorySegment rows, long row, FlowField field) {
        if (absent) {
            FlowLayout.present(rows, row, field, false);
        }
    }

    private static void putPresent(MemorySegment rows, long row, FlowField field, long value) {
        FlowLayout.put(rows, row, field, value);
        FlowLayout.present(rows, row, field, true);
    }

    private void writeAttributes(MemorySegment message, MemorySegment rows, long row) {
        if (congestion != 0) {
            long to = row + FlowLayout.offset(FlowField.CONGESTION_CONTROL);
            int length = Math.min(congestionLength, FlowField.Width.TEXT.bytes());
            rows.set(InetDiagMsg.LONG, to, 0);
            rows.set(InetDiagMsg.LONG, to + Long.BYTES, 0);
            MemorySegment.copy(message, congestion, rows, to, length);
            FlowLayout.present(rows, row, FlowField.CONGESTION_CONTROL, true);
        }
        // An IPv6 socket has both; its IPv4 packets carry the TOS.
        long type = row + FlowLayout.offset(FlowField.REMOTE_ADDRESS_TYPE);
        boolean ipv4 = rows.get(ValueLayout.JAVA_BYTE, type) == AddressType.IPV4.number();
        long service = ipv4 ? tos : tclass;
        if (service != 0) {
            putPresent(rows, row, FlowField.TOS, message.get(ValueLayout.JAVA_BYTE, service));
        }
        if (bbr != 0) {
            putPresent(
                    rows,
                    row,
                    FlowField.BBR_BANDWIDTH,
                    Integer.toUnsignedLong(message.get(InetDiagMsg.INT, bbr))
                            | (long) message.get(InetDiagMsg.INT, bbr + 4) << Integer.SIZE);
            putPresent(rows, row, FlowField.BBR_MIN_RTT, message.get(InetDiagMsg.INT, bbr + 8));
            putPresent(rows, row, FlowField.BBR_PACING_GAIN, message.get(InetDiagMsg.INT, bbr + 12));
            putPresent(rows, row, FlowField.BBR_CWND_GAIN, message.get(InetDiagMsg.INT, bbr + 16));
        }
        if (cgroup != 0) {
            putPresent(rows, row, FlowField.CGROUP, message.get(InetDiagMsg.LONG, cgroup));
        }
        if (memory != 0) {
            putPresent(rows, row, FlowField.RECEIVE_MEMORY, message.get(InetDiagMsg.INT, memory));
            putPresent(rows, row, FlowField.RECEIVE_BUFFER, message.get(InetDiagMsg.INT, memory + 4));
            putPresent(rows, row, FlowField.SEND_MEMORY_ALLOCATED, message.get(InetDiagMsg.INT, memory + 8));
            putPresent(rows, row, FlowField.SEND_BUFFER, message.get(InetDiagMsg.INT, memory + 12));
            putPresent(rows, row, FlowField.SEND_MEMORY, message.get(InetDiagMsg.INT, memory + 20));
            putPresent(rows, row, FlowField.BACKLOG_MEMORY, message.get(InetDiagMsg.INT, memory + 28));
            putPresent(rows, row, FlowField.DROPS, message.get(InetDiagMsg.INT, memory + 32));
        }
    }
}
