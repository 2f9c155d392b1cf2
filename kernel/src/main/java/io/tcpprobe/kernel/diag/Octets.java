package io.tcpprobe.kernel.diag;

import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowLayout;
import io.tcpprobe.kernel.flow.TcpState;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Subtracts SYN and FIN from the byte counts of a row. The kernel counts sequence numbers, and SYN and FIN use one each.
 *
 * <p>The peer's FIN has been received in CLOSE_WAIT and later states. Our FIN has been queued in FIN_WAIT_1 and later states.
 * The SYN is counted on the side that opened the connection. The kernel does not report that side, but it follows from the
 * counts (Linux 4.19): the bytes sent once equal the bytes acknowledged plus the bytes outstanding. This no longer holds after
 * a queue of this host has refused a segment that TCP counted as sent, so the result is stored. While it is unknown, the SYN is
 * not subtracted.
 */
final class Octets {
    private static final int FIN_RECEIVED = states(TcpState.CLOSE_WAIT, TcpState.LAST_ACK, TcpState.CLOSING);
    private static final int FIN_QUEUED =
            states(TcpState.FIN_WAIT_1, TcpState.FIN_WAIT_2, TcpState.CLOSING, TcpState.LAST_ACK);

    /** Bits of queuedFlags. */
    private static final int TO_READ = 1;

    private static final int TO_SEND = 2;

    /** The side that opened the connection; the SYN counts if it is this host. */
    private enum Opener {
        UNKNOWN,
        PEER,
        THIS_HOST
    }

    private Opener[] openers = new Opener[0];

    private static int states(TcpState... states) {
        return Arrays.stream(states).mapToInt(state -> 1 << state.kernel()).sum();
    }

    /** Resets the opener of a row that another flow had before. */
    void forget(long row) {
        int index = indexOf(row);
        openers[index] = Opener.UNKNOWN;
    }

    /** Returns the number of the row, for which {@link #openers} has an entry. */
    private int indexOf(long row) {
        int index = (int) (row / FlowLayout.SIZE);
        int known = openers.length;
        if (index >= known) {
            openers = Arrays.copyOf(openers, Math.max(index + 1, known * 2));
            Arrays.fill(openers, known, openers.length, Opener.UNKNOWN);
        }
        return index;
    }

    /** Corrects a row after the kernel's counts were written to it. */
    void correct(MemorySegment rows, long row, int kernelState) {
        boolean finReceived = (FIN_RECEIVED >> kernelState & 1) != 0;
        boolean finQueued = (FIN_QUEUED >> kernelState & 1) != 0;
        boolean synCounts = opener(rows, row, finQueued) == Opener.THIS_HOST;
        boolean finUnread = finReceived && number(rows, row, FlowField.RECEIVE_QUEUE) > 0;
        boolean finUnacked = finQueued && number(rows, row, FlowField.SEND_QUEUE) > 0;
        if (finReceived) {
            less(rows, row, FlowField.BYTES_RECEIVED);
        }
        if (finUnread) {
            less(rows, row, FlowField.RECEIVE_QUEUE);
        }
        if (finUnacked) {
            less(rows, row, FlowField.SEND_QUEUE);
            less(rows, row, FlowField.NOT_SENT);
        } else if (finQueued) {
            less(rows, row, FlowField.BYTES_ACKED);
        }
        boolean synUnacked = synCounts && number(rows, row, FlowField.BYTES_ACKED) == 0;
        if (synCounts) {
            less(rows, row, synUnacked ? FlowField.SEND_QUEUE : FlowField.BYTES_ACKED);
        }
        int flags = (finUnread ? TO_READ : 0) | (finUnacked || synUnacked ? TO_SEND : 0);
        FlowLayout.put(rows, row, FlowField.QUEUED_FLAGS, flags);
    }

    private Opener opener(MemorySegment rows, long row, boolean finQueued) {
        int index = indexOf(row);
        if (openers[index] == Opener.UNKNOWN && FlowLayout.has(rows, row, FlowField.BYTES_RETRANS)) {
            openers[index] = computed(rows, row, finQueued);
        }
        return openers[index];
    }

    private static Opener computed(MemorySegment rows, long row, boolean finQueued) {
        long notSent = number(rows, row, FlowField.NOT_SENT);
        long outstanding = number(rows, row, FlowField.SEND_QUEUE) - notSent;
        long finSent = finQueued && notSent == 0 ? 1 : 0;
        long sentOnce = number(rows, row, FlowField.BYTES_SENT) - number(rows, row, FlowField.BYTES_RETRANS);
        int syn = (int) (number(rows, row, FlowField.BYTES_ACKED) + outstanding - finSent - sentOnce);
        return switch (syn) {
            case 0 -> Opener.PEER;
            case 1 -> Opener.THIS_HOST;
            default -> Opener.UNKNOWN;
        };
    }

    private static long number(MemorySegment rows, long row, FlowField field) {
        return FlowLayout.number(rows, row, field);
    }

    private static void less(MemorySegment rows, long row, FlowField field) {
        FlowLayout.put(rows, row, field, Math.max(number(rows, row, field) - 1, 0));
    }
}
