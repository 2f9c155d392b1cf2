package io.tcpprobe.kernel.flow;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What limits a flow. Each verdict is declared once here; the enumeration in TCPPROBE-MIB, the texts of JMX and JSON, the terminal and
 * docs/insight.md follow from it.
 *
 * <p>To add one: append a constant with the next free number, and let {@code agent.insight} decide on it. Numbers are never changed or
 * reused.
 */
public enum Verdict {
    UNKNOWN(
            1,
            "unknown",
            Role.BOTH,
            "There is no earlier row to compare with, the rows are less than 50 ms apart, the row is too old, or the source lacks the"
                    + " fields that decide.",
            "The values do not suffice for a verdict.",
            "Ask again after a second; prefer the source bpf.",
            FlowField.SAMPLED),
    IDLE(
            2,
            "idle",
            Role.BOTH,
            "As sender: nothing was sent or acknowledged and the send queue is empty. As receiver: nothing was received.",
            "Nothing was transferred.",
            "Nothing to do, if the application has nothing to transfer.",
            FlowField.BYTES_SENT,
            FlowField.BYTES_RECEIVED,
            FlowField.LAST_DATA_SENT),
    APP(
            3,
            "app",
            Role.SENDER,
            "Time without data to send (busyTime does not grow); and of the busy time the part in which less than a segment waits to be"
                    + " sent and the send buffer is not the cause.",
            "The sending application supplies data too slowly or in pieces; the connection could carry more.",
            "Look at the sending application: tuning the network does not help.",
            FlowField.BUSY_TIME,
            FlowField.NOT_SENT,
            FlowField.SEND_QUEUE),
    RWND(
            4,
            "rwnd",
            Role.SENDER,
            "The growth of rwndLimited; and of the remaining busy time the part in which the peer's window has no room for a further"
                    + " segment while cwnd has.",
            "The window of the receiver limits the sender: its application reads slowly, or its buffer is small.",
            "Look at the receiver: at a window of 0 its application reads too slowly; otherwise give it a larger receive buffer, and"
                    + " check that window scaling is on.",
            FlowField.RWND_LIMITED,
            FlowField.SEND_WINDOW,
            FlowField.ZERO_WINDOWS_RECEIVED,
            FlowField.SEND_WINDOW_SCALE),
    SNDBUF(
            5,
            "sndbuf",
            Role.SENDER,
            "The growth of sndbufLimited; and of the remaining busy time the part in which less than a segment waits to be sent"
                    + " (also: cwnd has room for all of sendQueue) while the application waits for room in the"
                    + " send buffer (noSpace; without that field: sendMemory is at least 66 % of sendBuffer).",
            "The send buffer is smaller than the path can hold: the application waits although cwnd and window have room.",
            "Enlarge the send buffer.",
            FlowField.SNDBUF_LIMITED,
            FlowField.SEND_MEMORY,
            FlowField.SEND_BUFFER,
            FlowField.NO_SPACE,
            FlowField.IN_FLIGHT,
            FlowField.CWND),
    NET(
            6,
            "net",
            Role.SENDER,
            "Of the remaining busy time the part in which cwnd is full, or lost segments are repaired (caState recovery), or bbr"
                    + " sends at the rate that it found, or nothing else limits.",
            "The network limits the sender, by congestion control. The cause is in networkCause.",
            "See the cause.",
            FlowField.CWND,
            FlowField.IN_FLIGHT,
            FlowField.SRTT,
            FlowField.MIN_RTT,
            FlowField.RETRANS,
            FlowField.DATA_SEGS_OUT),
    PACING(
            7,
            "pacing",
            Role.SENDER,
            "Of the remaining busy time the part in which segments leave at the pacing rate while a limit on it is set: maxPacingRate;"
                    + " without that field: the pacing rate is below 80 % of what the kernel would choose itself.",
            "A rate limit of the application or the control group limits the sender (SO_MAX_PACING_RATE).",
            "Raise or remove the rate limit, if it is not intended.",
            FlowField.MAX_PACING_RATE,
            FlowField.PACING_RATE,
            FlowField.BYTES_SENT,
            FlowField.CWND,
            FlowField.IN_FLIGHT),
    RECOVERY(
            8,
            "recovery",
            Role.SENDER,
            "Of the time with data to send the part in which the sender waits after a retransmission timeout (caState loss, or backoff"
                    + " with unacknowledged data); at least the growth of timeoutTime. Time that the peer's window accounts for is not"
                    + " part of it.",
            "The sender waits for retransmission timeouts: path or peer are silent.",
            "Check that the peer is alive and that the path, its filters and its MTU let segments and ACKs pass.",
            FlowField.TIMEOUTS,
            FlowField.BACKOFF,
            FlowField.TIMEOUT_TIME,
            FlowField.RTO,
            FlowField.LAST_ACK_RECEIVED),
    LOCAL(
            9,
            "local",
            Role.SENDER,
            "Of the remaining busy time the part in which more than half of the unacknowledged bytes, with room in cwnd more than"
                    + " 15 %, are still in this host (sendMemoryAllocated); without that field: cwnd has room and nothing else"
                    + " limits.",
            "A queue of this host limits the sender: its queueing discipline, its interface, or its processor.",
            "Look at this host's interface: tc -s qdisc, ethtool -S, the rate of a shaper, the load of the processor.",
            FlowField.SEND_MEMORY_ALLOCATED,
            FlowField.UNACKED,
            FlowField.IN_FLIGHT,
            FlowField.CWND),
    SLOW_READER(
            10,
            "slowReader",
            Role.RECEIVER,
            "receiveQueue fills at least half of what the window and the queue together hold.",
            "The receiving application of this host reads more slowly than data arrive.",
            "Look at the application of this host that has the socket open: it does not read fast enough.",
            FlowField.RECEIVE_QUEUE,
            FlowField.RECEIVE_WINDOW,
            FlowField.ZERO_WINDOWS_SENT),
    RCVBUF(
            11,
            "rcvbuf",
            Role.RECEIVER,
            "At least 65 % of the largest window that is advertised was received per receiveRtt; per srtt if that is shorter and data were sent.",
            "The receive buffer of this host limits the peer: a round-trip time could carry more than the window allows.",
            "Enlarge the receive buffer.",
            FlowField.RECEIVE_BUFFER,
            FlowField.RECEIVE_SSTHRESH,
            FlowField.RECEIVE_WINDOW,
            FlowField.RECEIVE_RTT,
            FlowField.SRTT,
            FlowField.RECEIVE_WINDOW_SCALE),
    PEER(
            12,
            "peer",
            Role.RECEIVER,
            "Data were received, and neither slowReader nor rcvbuf holds.",
            "The peer or the path determines the rate.",
            "Look at the verdict of the sender.",
            FlowField.BYTES_RECEIVED,
            FlowField.RECEIVE_QUEUE,
            FlowField.RECEIVE_WINDOW);

    /** Which end of a connection a verdict is about. */
    public enum Role {
        SENDER,
        RECEIVER,
        BOTH
    }

    private static final List<Verdict> OF_SENDER = of(Role.SENDER);
    private static final List<Verdict> OF_RECEIVER = of(Role.RECEIVER);

    private final int number;
    private final String label;
    private final Role role;
    private final String rule;
    private final String doc;
    private final String advice;

    @SuppressWarnings("ImmutableEnumChecker") // immutable, made by List.of
    private final List<FlowField> evidence;

    Verdict(int number, String label, Role role, String rule, String doc, String advice, FlowField... evidence) {
        this.number = number;
        this.label = label;
        this.role = role;
        this.rule = rule;
        this.doc = doc;
        this.advice = advice;
        this.evidence = List.of(evidence);
    }

    private static List<Verdict> of(Role role) {
        return Arrays.stream(values())
                .filter(verdict -> verdict.role == role || verdict.role == Role.BOTH)
                .toList();
    }

    /** Returns the verdicts about a flow as sender. */
    public static List<Verdict> ofSender() {
        return OF_SENDER;
    }

    /** Returns the verdicts about a flow as receiver. */
    public static List<Verdict> ofReceiver() {
        return OF_RECEIVER;
    }

    /** Returns the verdict with this number. */
    public static Optional<Verdict> of(long number) {
        return Arrays.stream(values())
                .filter(verdict -> verdict.number == number)
                .findFirst();
    }

    /** Returns its number in SNMP. */
    public int number() {
        return number;
    }

    /** Returns its name in every projection: "rwnd". */
    public String label() {
        return label;
    }

    /** Returns which end it is about. */
    public Role role() {
        return role;
    }

    /** Returns the rule that decides on it, in words. */
    public String rule() {
        return rule;
    }

    /** Returns its meaning. */
    public String doc() {
        return doc;
    }

    /** Returns what to do about it. */
    public String advice() {
        return advice;
    }

    /** Returns the fields whose values are its evidence. */
    public List<FlowField> evidence() {
        return evidence;
    }
}
