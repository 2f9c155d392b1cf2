package io.tcpprobe.mibs;

import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.proc.TcpSysctls;
import java.util.List;

/**
 * A column of TCP-ESTATS-MIB: what it is, and how it comes from the fields of a flow. Declared once, in {@link EstatsTable};
 * docs/estats.md is rendered from there.
 *
 * @param id its sub-identifier
 * @param name its descriptor
 * @param syntax its type
 * @param origin what it takes to know it
 * @param needs the fields without which a flow has no value here; empty for listeners and for what cannot be had
 * @param reading computes the value, for DateAndTime nanoseconds of CLOCK_MONOTONIC; means nothing without {@code needs}
 * @param from where it comes from, for a person; or why it cannot be had
 */
public record EstatsColumn(
        int id, String name, Smi syntax, Origin origin, List<FlowField> needs, Reading reading, String from) {
    /** What it takes to know a value. */
    public enum Origin {
        /** The kernel tells it to anybody, by inet_diag. */
        KERNEL("any source"),
        /** The greatest, the least, or the first of what the samples show. */
        SAMPLES("any source, over its samples"),
        /** Who sees every segment knows it: the source bpf. */
        SEGMENTS("bpf"),
        /** It cannot be had on Linux as it is. */
        NOBODY("cannot be had");

        private final String givenBy;

        Origin(String givenBy) {
            this.givenBy = givenBy;
        }

        /** Which sources give it. */
        public String givenBy() {
            return givenBy;
        }
    }

    /** Computes a column's value of a flow that has the fields it needs. */
    @FunctionalInterface
    public interface Reading {
        /**
         * The value, in the column's unit.
         *
         * @param host how the host's TCP is set
         */
        long of(FlowColumns flows, int row, TcpSysctls host);
    }

    /** Whether any source gives it. */
    public boolean given() {
        return origin != Origin.NOBODY;
    }
}
