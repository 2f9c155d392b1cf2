package io.tcpprobe.kernel.flow;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The state of a TCP socket, with its numbers in the kernel (net/tcp_states.h) and in TCP-MIB (RFC 4022, tcpConnectionState).
 */
public enum TcpState {
    ESTABLISHED(1, 5, "established"),
    SYN_SENT(2, 3, "synSent"),
    SYN_RECEIVED(3, 4, "synReceived"),
    FIN_WAIT_1(4, 6, "finWait1"),
    FIN_WAIT_2(5, 7, "finWait2"),
    TIME_WAIT(6, 11, "timeWait"),
    CLOSED(7, 1, "closed"),
    CLOSE_WAIT(8, 8, "closeWait"),
    LAST_ACK(9, 9, "lastAck"),
    LISTEN(10, 2, "listen"),
    CLOSING(11, 10, "closing"),
    /** A half-open connection without a socket; the MIB does not distinguish it from {@link #SYN_RECEIVED}. */
    NEW_SYN_RECEIVED(12, 4, "synReceived");

    private static final @Nullable TcpState[] BY_KERNEL = new TcpState[13];
    private static final @Nullable TcpState[] BY_MIB = new TcpState[12];

    static {
        for (TcpState state : values()) {
            BY_KERNEL[state.kernel] = state;
            if (BY_MIB[state.mib] == null) {
                BY_MIB[state.mib] = state;
            }
        }
    }

    private final int kernel;
    private final int mib;
    private final String label;

    TcpState(int kernel, int mib, String label) {
        this.kernel = kernel;
        this.mib = mib;
        this.label = label;
    }

    /** Returns the number in the kernel. */
    public int kernel() {
        return kernel;
    }

    /** Returns the number in tcpConnectionState. */
    public int mib() {
        return mib;
    }

    /** Returns the name in tcpConnectionState. */
    public String label() {
        return label;
    }

    /**
     * Returns the number of sockets by state.
     *
     * @param byKernel number of sockets, indexed by the kernel's number of the state
     */
    public static Map<TcpState, Integer> count(int[] byKernel) {
        Map<TcpState, Integer> counted = new EnumMap<>(TcpState.class);
        for (TcpState state : values()) {
            counted.put(state, byKernel[state.kernel]);
        }
        return counted;
    }

    /** Returns the state with this number in the kernel, or null if there is none. */
    public static @Nullable TcpState ofKernel(int number) {
        return number >= 0 && number < BY_KERNEL.length ? BY_KERNEL[number] : null;
    }

    /** Returns the state with this number in tcpConnectionState, or null if there is none. */
    public static @Nullable TcpState ofMib(int number) {
        return number >= 0 && number < BY_MIB.length ? BY_MIB[number] : null;
    }
}
