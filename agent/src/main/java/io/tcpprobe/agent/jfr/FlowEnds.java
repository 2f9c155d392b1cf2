package io.tcpprobe.agent.jfr;

import io.tcpprobe.agent.flows.EndedFlowWriter;
import io.tcpprobe.agent.flows.VerdictEvaluator;
import io.tcpprobe.agent.logging.BoundedLog;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowListener;
import io.tcpprobe.kernel.flow.FlowRows;
import io.tcpprobe.kernel.flow.FlowValues;
import io.tcpprobe.kernel.flow.VerdictField;
import io.tcpprobe.kernel.flow.VerdictTable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes an event for each flow that ends, on a thread of its own. While no recording wants these events, rows are not copied. Flows that end
 * faster than they can be written are dropped and counted.
 */
final class FlowEnds implements FlowListener, AutoCloseable {
    /** Maximum number of rows that wait to be written. */
    static final int MAX_WAITING = 2000;

    private static final Logger LOG = LoggerFactory.getLogger(FlowEnds.class);
    private static final long GATHER_MILLIS = 100;

    private final VerdictEvaluator lives;
    private final LongSupplier monotonicNanos;
    private final LongUnaryOperator wallMillis;

    /** Is asked if a recording wants these events. */
    private final FlowEndEvent probe = new FlowEndEvent();

    private final BoundedLog log = new BoundedLog(System::nanoTime);
    private final EndedFlowWriter writer;
    private final AtomicLong throttled = new AtomicLong();

    /**
     * Starts the thread.
     *
     * @param lives judges what limited flows in their lives
     * @param monotonicNanos CLOCK_MONOTONIC, in nanoseconds
     * @param wallMillis converts such a time to milliseconds since 1970
     */
    FlowEnds(VerdictEvaluator lives, LongSupplier monotonicNanos, LongUnaryOperator wallMillis) {
        this.lives = lives;
        this.monotonicNanos = monotonicNanos;
        this.wallMillis = wallMillis;
        this.writer = EndedFlowWriter.start("tcpprobe-jfr", MAX_WAITING, GATHER_MILLIS, new Writing());
    }

    @Override
    public void happened(Change change, FlowRows flow) {
        if ((change == Change.ENDED || change == Change.FAILED) && probe.isEnabled()) {
            writer.add(flow);
        }
    }

    private final class Writing implements EndedFlowWriter.Target {
        @Override
        public void write(FlowColumns flows) {
            writeAll(flows);
        }

        @Override
        public void failed(Throwable failure) {
            log.warn(
                    LOG,
                    "record ended flows",
                    failure.getClass().getName(),
                    "record ended flows in the flight recorder: " + BoundedLog.brief(failure)
                            + "; later ones are recorded");
        }
    }

    private void writeAll(FlowColumns flows) {
        @Nullable VerdictTable verdicts = null; // computed for the first event
        for (int i = 0; i < flows.size(); i++) {
            FlowEndEvent event = new FlowEndEvent();
            event.begin(); // the throttle needs a time
            if (event.shouldCommit()) {
                if (verdicts == null) {
                    verdicts = lives.evaluate(flows, monotonicNanos.getAsLong());
                }
                commit(event, flows, verdicts, i);
            } else if (event.isEnabled()) {
                throttled.incrementAndGet();
            }
        }
    }

    private void commit(FlowEndEvent event, FlowColumns flows, VerdictTable verdicts, int index) {
        FlowValues flow = flows.at(index);
        event.identify(flows.flowId(index), flow);
        event.describe(
                flow,
                flow.has(FlowField.SAMPLED)
                        ? wallMillis.applyAsLong(flow.number(FlowField.SAMPLED))
                        : FlowEvent.ABSENT);
        event.judge(
                verdicts.has(VerdictField.LIFE_VERDICT, index) ? verdicts.text(VerdictField.LIFE_VERDICT, index) : null,
                verdicts.has(VerdictField.LIFE_SHARE, index)
                        ? FlowEvent.share(verdicts.number(VerdictField.LIFE_SHARE, index))
                        : Float.NaN);
        event.lost = lost();
        event.commit();
    }

    /** Returns the number of ends that a recording wanted and that were not written, because flows ended too fast. */
    long lost() {
        return throttled.get() + writer.dropped();
    }

    /** Writes what is waiting, and ends the thread. */
    @Override
    public void close() {
        writer.close();
    }
}
