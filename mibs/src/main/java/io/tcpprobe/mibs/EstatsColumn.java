package io.tcpprobe.mibs;

import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.proc.TcpSysctls;
import java.util.List;

/**
 * A column of TCP-ESTATS-MIB, and how it is computed from the fields of a flow. Declared once, in {@link EstatsTable};
 * docs/estats.md is rendered from there.
 *
 * @param id its sub-identifier
 * @param name its descriptor
 * @param syntax its type
 * @param origin which sources can provide it
 * @param needs the fields that a flow must have to have a value; empty for listeners and for unavailable columns
 * @param reading computes the value; for DateAndTime in nanoseconds of CLOCK_MONOTONIC. Not used without {@code needs}
 * @param from the origin of the value for the documentation, or why it is unavailable
 */
public record EstatsColumn(
        int id, String name, Smi syntax, Origin origin, List<FlowField> needs, Reading reading, String from) {
    /** Which sources can provide a value. */
    public enum Origin {
        /** The kernel reports it to any process, by inet_diag. */
        KERNEL("any source"),
        /** The maximum, the minimum or the first of the sampled values. */
        SAMPLES("any source, over its samples"),
        /** It requires a source that sees every segment: bpf. */
        SEGMENTS("bpf"),
        /** It is unavailable on Linux. */
        UNAVAILABLE("not available");

        private final String sources;

        Origin(String sources) {
            this.sources = sources;
        }

        /** Returns the sources that provide it, for the documentation. */
        public String sources() {
            return sources;
        }
    }

    /** Computes the value of a column for a flow that has the fields it needs. */
    @FunctionalInterface
    public interface Reading {
        /**
         * Returns the value, in the unit of the column.
         *
         * @param host the TCP sysctls of the host
         */
        long of(FlowColumns flows, int row, TcpSysctls host);
    }

    /** Returns true if any source provides it. */
    public boolean available() {
        return origin != Origin.UNAVAILABLE;
    }
}
