package io.tcpprobe.agent.jfr;

import io.tcpprobe.agent.estats.FlowEventHub;
import io.tcpprobe.agent.events.EventListener;
import io.tcpprobe.agent.events.Events;
import io.tcpprobe.agent.flows.FlowSnapshotCache;
import io.tcpprobe.agent.flows.VerdictEvaluator;
import io.tcpprobe.agent.series.FlowWatches;
import io.tcpprobe.kernel.flow.WatchedFlows;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.FlightRecorderListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes events into the recordings of this JVM's flight recorder. Until the first recording of the JVM it only waits: no event class is
 * loaded, nothing is subscribed, no thread runs. After that, what no recording wants is not computed.
 */
public final class FlightRecorderEvents implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FlightRecorderEvents.class);

    /**
     * What the events are about.
     *
     * @param flows the live flows
     * @param changes notifies of flows that end
     * @param lives judges what limited flows in their lives
     * @param watches has the samples of watched flows
     * @param rules notifies of the events of rules
     * @param monotonicNanos CLOCK_MONOTONIC, in nanoseconds
     */
    public record Observed(
            FlowSnapshotCache flows,
            FlowEventHub changes,
            VerdictEvaluator lives,
            FlowWatches watches,
            Events rules,
            LongSupplier monotonicNanos) {}

    /** What writes the events. */
    private record Writers(FlowEnds ends, VerdictHook verdicts, EventListener rules, WatchedFlows.Listener samples) {}

    private final Observed observed;
    private final FlightRecorderListener listener = new FlightRecorderListener() {
        @Override
        public void recorderInitialized(FlightRecorder recorder) {
            try {
                begin();
            } catch (RuntimeException | LinkageError failed) { // the recording must not fail
                LOG.warn(
                        "write events into the flight recorder: {}; recordings have no events of tcpprobe",
                        failed.toString());
            }
        }
    };
    private @Nullable Writers writers;
    private boolean closed;

    private FlightRecorderEvents(Observed observed) {
        this.observed = observed;
    }

    /** Waits for the first recording; if there is or was one, begins at once. */
    public static FlightRecorderEvents open(Observed observed) {
        FlightRecorderEvents events = new FlightRecorderEvents(observed);
        FlightRecorder.addListener(events.listener);
        return events;
    }

    /** Runs when the flight recorder is initialized, before a recording starts. */
    private synchronized void begin() {
        if (closed || writers != null) {
            return;
        }
        List<Class<? extends Event>> types = // not a constant: that would load them when the agent starts
                List.of(FlowEndEvent.class, VerdictEvent.class, SampleEvent.class, RuleEvent.class);
        types.forEach(FlightRecorder::register);
        LongUnaryOperator wallMillis = nanos -> observed.flows.last().wallMillis(nanos);
        Writers made = new Writers(
                new FlowEnds(observed.lives, observed.monotonicNanos, wallMillis),
                new VerdictHook(observed.flows),
                RuleEvent::write,
                new Samples(wallMillis));
        writers = made;
        observed.changes.subscribe(made.ends, "the flight recorder has no events of flows that end");
        observed.rules.addListener(made.rules);
        observed.watches.addListener(made.samples);
        FlightRecorder.addPeriodicEvent(VerdictEvent.class, made.verdicts);
    }

    /** Writes no further events. Calls the flight recorder without a lock: it holds its own when it calls {@link #begin}. */
    @Override
    public void close() {
        Writers made;
        synchronized (this) {
            closed = true;
            made = writers;
        }
        FlightRecorder.removeListener(listener);
        if (made != null) {
            FlightRecorder.removePeriodicEvent(made.verdicts);
            observed.rules.removeListener(made.rules);
            observed.watches.removeListener(made.samples);
            made.ends.close();
        }
    }
}
