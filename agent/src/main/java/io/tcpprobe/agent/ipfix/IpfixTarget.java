package io.tcpprobe.agent.ipfix;

import io.tcpprobe.agent.push.FlowRecord;
import io.tcpprobe.agent.push.PushBatch;
import io.tcpprobe.agent.push.PushTarget;
import io.tcpprobe.config.Problem;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sends flow records to a collector. A collector acknowledges nothing: a record counts as sent when the kernel has accepted it, and over UDP
 * as failed if ICMP reports that nothing listens. A batch is encoded once; if the session breaks, what it has left is sent in the next one.
 */
final class IpfixTarget implements PushTarget {
    private final RecordGrowth growth;
    private final MessageEncoder encoder;
    private final ExportSession session;
    private @Nullable Pending pending;

    /** A batch that is being sent. */
    private static final class Pending {
        private final PushBatch.Flows batch;
        private final Deque<IpfixMessage> messages;
        private int rejected;
        private String why;

        Pending(PushBatch.Flows batch, List<IpfixMessage> messages, int rejected, String why) {
            this.batch = batch;
            this.messages = new ArrayDeque<>(messages);
            this.rejected = rejected;
            this.why = why;
        }
    }

    /** Creates a target; nothing is opened yet. */
    IpfixTarget(RecordGrowth growth, MessageEncoder encoder, ExportSession.Setup setup) {
        this.growth = growth;
        this.encoder = encoder;
        this.session = new ExportSession(setup, encoder.templates());
    }

    @Override
    public Outcome send(PushBatch batch) throws InterruptedException {
        return switch (batch) {
            case PushBatch.Flows flows -> send(flows);
            case PushBatch.Events _, PushBatch.Groups _, PushBatch.MetricValues _ ->
                new Outcome.Refused("IPFIX has flow records only");
        };
    }

    @SuppressWarnings("ReferenceEquality") // the same batch is sent again
    private Outcome send(PushBatch.Flows batch) throws InterruptedException {
        Pending known = pending;
        Pending now = known != null && known.batch == batch ? known : encode(batch);
        pending = now;
        try {
            for (IpfixMessage next = now.messages.peek(); next != null; next = now.messages.peek()) {
                int refused = session.send(next);
                now.messages.remove();
                if (refused > 0) {
                    now.rejected += refused;
                    now.why = "nothing listens at the collector's port";
                }
            }
        } catch (IOException failed) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            return new Outcome.Later(Problem.quote(failed.toString()));
        }
        pending = null;
        return new Outcome.Accepted(Math.min(now.rejected, batch.size()), now.why);
    }

    private Pending encode(PushBatch.Flows batch) {
        List<FlowInterval> intervals = new ArrayList<>(batch.size());
        int rejected = 0;
        String why = "";
        for (FlowRecord record : batch.records()) {
            switch (growth.since(record)) {
                case RecordGrowth.Result.Known(FlowInterval interval) -> intervals.add(interval);
                case RecordGrowth.Result.Unknown(String reason) -> {
                    rejected++;
                    why = reason;
                }
            }
        }
        return new Pending(batch, encoder.encode(intervals), rejected, why);
    }

    @Override
    public void close() {
        session.close();
    }
}
