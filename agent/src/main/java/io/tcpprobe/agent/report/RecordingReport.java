package io.tcpprobe.agent.report;

import io.tcpprobe.agent.insight.VerdictHistory;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.Verdict;
import io.tcpprobe.kernel.flow.VerdictField;
import io.tcpprobe.kernel.flow.VerdictTable;
import io.tcpprobe.kernel.replay.RecordedSample;
import io.tcpprobe.kernel.replay.Recording;
import io.tcpprobe.kernel.replay.RecordingVisitor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A recording summed up, per connection. Memory is bounded: connections beyond a maximum are only counted. */
public final class RecordingReport {
    /** Maximum number of connections. */
    public static final int MAX_CONNECTIONS = 10_000;

    private final Map<Long, ConnectionReport> connections = new LinkedHashMap<>();
    private final Recording recording;
    private final int maximum;
    private long leftOut;

    private RecordingReport(Recording recording, int maximum) {
        this.recording = recording;
        this.maximum = maximum;
    }

    /**
     * Reads a recording.
     *
     * @param warnings receives the faults of malformed lines, of which the number is bounded, and of damaged files
     * @throws IOException if the file cannot be read or has no record; the message states the cause and the remedy
     */
    public static RecordingReport of(Path file, SettingStore settings, Consumer<String> warnings) throws IOException {
        return of(file, settings, MAX_CONNECTIONS, warnings);
    }

    static RecordingReport of(Path file, SettingStore settings, int maximum, Consumer<String> warnings)
            throws IOException {
        Recording recording = new Recording(file, settings, maximum, warnings);
        RecordingReport report = new RecordingReport(recording, maximum);
        Reader reader = report.new Reader();
        recording.read(reader);
        reader.judgeLives();
        return report;
    }

    /** Adds samples and verdicts to the connections. */
    private final class Reader implements RecordingVisitor {
        private final VerdictHistory history = VerdictHistory.ofRecording();
        private boolean begun;
        private @Nullable FlowColumns lastFlows;
        private VerdictTable lastVerdicts = VerdictTable.EMPTY;

        @Override
        public void sample(RecordedSample sample) {
            ConnectionReport connection = connections.get(sample.connection());
            if (connection == null) {
                if (connections.size() >= maximum) {
                    leftOut++;
                    return;
                }
                connection = new ConnectionReport(sample);
                connections.put(connection.number(), connection);
            }
            connection.add(sample);
            if (sample.last()) {
                VerdictTable last = VerdictHistory.ofRecording().evaluate(sample.copy(), sample.timeNanos());
                connection.setLifeVerdict(verdict(last, VerdictField.LIFE_VERDICT, 0));
            }
        }

        @Override
        public void interval(long timeNanos, Supplier<FlowColumns> open) {
            FlowColumns flows = open.get();
            if (!begun) {
                begun = true;
                long before = timeNanos - Recording.INTERVAL_NANOS; // flows that begin now are judged from their begin
                history.evaluate(flows, before);
                return;
            }
            VerdictTable verdicts = history.evaluate(flows, timeNanos);
            lastFlows = flows;
            lastVerdicts = verdicts;
            for (int i = 0; i < flows.size(); i++) {
                ConnectionReport connection = connections.get(flows.flowId(i));
                if (connection != null) {
                    connection.addVerdicts(
                            flows.number(FlowField.SAMPLED, i),
                            verdict(verdicts, VerdictField.VERDICT, i),
                            verdict(verdicts, VerdictField.RECEIVER_VERDICT, i));
                }
            }
        }

        /** Sets the verdict over life of the connections that are open at the end. */
        void judgeLives() {
            for (int i = 0; lastFlows != null && i < lastFlows.size(); i++) {
                ConnectionReport connection = connections.get(lastFlows.flowId(i));
                if (connection != null) {
                    connection.setLifeVerdict(verdict(lastVerdicts, VerdictField.LIFE_VERDICT, i));
                }
            }
        }

        private static Verdict verdict(VerdictTable verdicts, VerdictField field, int index) {
            return verdicts.has(field, index)
                    ? Verdict.of(verdicts.number(field, index)).orElse(Verdict.UNKNOWN)
                    : Verdict.UNKNOWN;
        }
    }

    /** Returns the connections, the one with the most bytes first. */
    public List<ConnectionReport> connections() {
        return connections.values().stream()
                .sorted(Comparator.comparingDouble(ConnectionReport::bytes)
                        .reversed()
                        .thenComparingLong(ConnectionReport::number))
                .toList();
    }

    /** Returns the number of records that were read. */
    public long records() {
        return recording.records();
    }

    /** Returns the number of records of connections beyond the maximum. */
    public long leftOut() {
        return leftOut + recording.skipped();
    }

    /** Returns the number of malformed lines. */
    public long badLines() {
        return recording.badLines();
    }
}
