package io.tcpprobe.agent.push;

import io.tcpprobe.agent.events.Event;
import io.tcpprobe.agent.events.EventListener;
import io.tcpprobe.agent.groups.GroupSnapshot;
import io.tcpprobe.agent.metrics.MetricFamily;
import java.util.List;

/** What is sent at once. A target gets flow records and events, and the kind of batch that its {@link Sender.Periodic} reads. */
public sealed interface PushBatch {
    /** Returns the number of items, as they are counted. */
    int size();

    /**
     * Flow records, in the order in which they were made.
     *
     * @param records at most {@link Sender#MAX_BATCH} records
     */
    record Flows(List<FlowRecord> records) implements PushBatch {
        @Override
        public int size() {
            return records.size();
        }
    }

    /**
     * Changes of events, in their order.
     *
     * @param changes at most {@link Sender#MAX_BATCH} changes
     */
    record Events(List<EventChange> changes) implements PushBatch {
        @Override
        public int size() {
            return changes.size();
        }
    }

    /**
     * A change of an event.
     *
     * @param change what happened
     * @param event the event
     */
    record EventChange(EventListener.Change change, Event event) {}

    /**
     * All groups at one moment.
     *
     * @param groups the groups
     * @param wallMillis the time, in milliseconds since 1970
     */
    record Groups(GroupSnapshot groups, long wallMillis) implements PushBatch {
        @Override
        public int size() {
            return 1;
        }
    }

    /**
     * All metrics at one moment.
     *
     * @param families the metrics
     * @param wallMillis the time, in milliseconds since 1970
     */
    record MetricValues(List<MetricFamily> families, long wallMillis) implements PushBatch {
        @Override
        public int size() {
            return 1;
        }
    }
}
