package io.tcpprobe.agent.series;

import io.tcpprobe.agent.flows.TestRow;
import io.tcpprobe.agent.flows.TestSource;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowListener;
import io.tcpprobe.kernel.flow.FlowRow;
import io.tcpprobe.kernel.flow.FlowRows;
import io.tcpprobe.kernel.flow.FlowValues;
import io.tcpprobe.kernel.flow.WatchedFlows;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A source with the flows, the samples and the events that a test makes. */
public final class WatchableSource extends TestSource {
    private record Report(WatchedFlows.Event event, TestRow row) {}

    private final Set<Long> watched = new TreeSet<>();
    private final Deque<Report> reports = new ArrayDeque<>();
    private final List<FlowListener> listeners = new ArrayList<>();
    private FlowRows rows = TestRow.rows();
    private LongSupplier clock = () -> 0;
    private boolean watching;
    private boolean refusing;
    private @Nullable IOException failure;

    /** Gives the samples this clock. */
    public WatchableSource clock(LongSupplier monotonicNanos) {
        clock = monotonicNanos;
        return this;
    }

    /** Replaces all flows. */
    public synchronized void flows(TestRow... all) {
        rows = TestRow.rows(all);
    }

    /** Takes a sample, which is reported if the flow is watched. */
    public void sample(TestRow row) {
        report(WatchedFlows.Event.SAMPLE, row);
    }

    public synchronized void report(WatchedFlows.Event event, TestRow row) {
        reports.add(new Report(event, row.with(FlowField.SAMPLED, clock.getAsLong())));
    }

    /** Notifies all listeners. */
    public void notify(FlowListener.Change change, TestRow row) {
        listeners.forEach(listener -> listener.happened(change, TestRow.rows(row)));
    }

    /** Has no single samples from now on. */
    void refuse() {
        refusing = true;
    }

    /** Fails once. */
    synchronized void fail(IOException why) {
        failure = why;
    }

    /** Returns true after that failure. */
    synchronized boolean failed() {
        return failure == null;
    }

    synchronized List<Long> watched() {
        return List.copyOf(watched);
    }

    synchronized boolean watching() {
        return watching;
    }

    @Override
    public synchronized FlowRows rows() {
        return rows;
    }

    @Override
    public Optional<FlowListener.Subscription> listen(FlowListener listener) {
        listeners.add(listener);
        return Optional.of(subscription(() -> listeners.remove(listener)));
    }

    @Override
    public synchronized Optional<WatchedFlows> watchFlows() {
        if (refusing) {
            return Optional.empty();
        }
        watching = true;
        return Optional.of(new Watching());
    }

    private final class Watching implements WatchedFlows {
        @Override
        public boolean add(long flowId, FlowValues flow) {
            synchronized (WatchableSource.this) {
                if (watched.size() == MAX_FLOWS && !watched.contains(flowId)) {
                    throw new IllegalStateException("too many");
                }
                watched.add(flowId);
                return true;
            }
        }

        @Override
        public void remove(long flowId) {
            synchronized (WatchableSource.this) {
                watched.remove(flowId);
            }
        }

        @Override
        public void drain(Listener listener) throws IOException {
            synchronized (WatchableSource.this) {
                IOException failing = failure;
                failure = null;
                if (failing != null) {
                    throw failing;
                }
                for (Report report = reports.poll(); report != null; report = reports.poll()) {
                    deliver(report, listener);
                }
            }
        }

        private void deliver(Report report, Listener listener) {
            long flowId = report.row.flowId();
            if (watched.contains(flowId)) {
                if (report.event != Event.SAMPLE) {
                    watched.remove(flowId);
                }
                listener.happened(report.event, flowId, new FlowRow(TestRow.rows(report.row)));
            }
        }

        @Override
        public long intervalMillis() {
            return 5;
        }

        @Override
        public void close() {
            synchronized (WatchableSource.this) {
                watching = false;
                watched.clear();
            }
        }
    }
}
