package io.tcpprobe.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.series.SampleSeries;
import io.tcpprobe.agent.series.SeriesFlow;
import io.tcpprobe.config.Configuration;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.kernel.flow.EndReason;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.replay.RecordedSample;
import io.tcpprobe.kernel.replay.Recording;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written of a series is read as a recording. */
class SeriesRecordingTest {
    private static final long BEGAN = 7_000_000_000L;
    private static final Duration LONG = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    private final Deque<SampleSeries> pages = new ArrayDeque<>();
    private final List<Long> asked = new ArrayList<>();

    /** The numbers of the readings that fail, from 1. */
    private final Set<Integer> failures = new HashSet<>();

    private static SeriesFlow flow(SeriesFlow.State state, String command, long lost) {
        return new SeriesFlow(
                12,
                "[fe80::1%3]:80",
                "10.0.0.2:65221",
                4026531840L,
                99,
                6_000_000_000L,
                "bbr",
                command,
                2,
                lost,
                state,
                EndReason.FIN_SENT);
    }

    private static @Nullable Long[] sample(long time, Map<String, Long> values) {
        @Nullable Long[] sample = new Long[SampleSeries.COLUMNS.size()];
        sample[0] = 12L;
        sample[1] = time;
        sample[2] = 0L;
        values.forEach((name, value) -> sample[SampleSeries.COLUMNS.indexOf(name)] = value);
        return sample;
    }

    private void page(long first, long missed, boolean more, SeriesFlow flow, @Nullable Long[] sample) {
        pages.add(new SampleSeries(
                new SampleSeries.State(1, "12", 0, BEGAN, 1, 0, 0),
                first,
                first + 1,
                missed,
                more,
                List.of(flow),
                Collections.singletonList(sample)));
    }

    private SeriesRecording.Summary record(Path file, Duration time) throws Exception {
        WatchedSeries series = new WatchedSeries() {
            @Override
            public SampleSeries read(long from) throws IOException {
                asked.add(from);
                if (failures.remove(asked.size())) {
                    throw new IOException("slow");
                }
                SampleSeries page = pages.poll();
                if (page == null) {
                    throw new IOException("no page");
                }
                return page;
            }

            @Override
            public void close() {}
        };
        return new SeriesRecording(series).record(file, time);
    }

    private record Read(
            long time, long flow, String local, String remote, long state, long cwnd, long sampled, String command) {}

    private List<Read> read(Path file) throws IOException {
        SettingStore settings = Configuration.read(null, Map.of(), List.of()).store(List.of(), _ -> {});
        List<Read> samples = new ArrayList<>();
        new Recording(file, settings, 10, fault -> {
                    throw new AssertionError(fault);
                })
                .read((RecordedSample sample) -> samples.add(new Read(
                        sample.timeNanos(),
                        sample.connection(),
                        sample.local(),
                        sample.remote(),
                        sample.number(FlowField.STATE),
                        sample.number(FlowField.CWND),
                        sample.number(FlowField.SAMPLED),
                        sample.text(FlowField.COMMAND))));
        return samples;
    }

    @Test
    void shouldWriteAllPagesUntilTheFlowHasEnded() throws Exception {
        Path file = folder.resolve("series.gz");
        page(
                0,
                0,
                true,
                flow(SeriesFlow.State.LIVE, "a\"b\u00e4", 0),
                sample(1_000_000_001L, Map.of("cwnd", 10L, "state", 5L)));
        page(
                8,
                7,
                false,
                flow(SeriesFlow.State.ENDED, "a\"b\u00e4", 5),
                sample(3_500_000_000L, Map.of("cwnd", 4_000_000_000L)));
        SeriesRecording.Summary summary = record(file, LONG);
        assertEquals(List.of(0L, 1L), asked);
        assertEquals(2, summary.samples());
        assertEquals(12, summary.lost());
        assertTrue(summary.complete());
        assertEquals(Duration.ZERO, summary.silent());
        String local = "[fe80::1%3]:80";
        assertEquals(
                List.of(
                        new Read(0, 1, local, "10.0.0.2:65221", 5, 10, 0, "a\"b?"),
                        new Read(
                                2_499_999_999L,
                                1,
                                local,
                                "10.0.0.2:65221",
                                0,
                                4_000_000_000L,
                                2_499_999_999L,
                                "a\"b?")),
                read(file));
    }

    private static final Map<String, Long> CWND = Map.of("cwnd", 10L);

    @Test
    void shouldGoOnAfterAFailureWithTheSampleThatWasDue() throws Exception {
        failures.addAll(Set.of(1, 3, 4));
        page(0, 0, false, flow(SeriesFlow.State.LIVE, "a", 0), sample(1, CWND));
        page(1, 0, false, flow(SeriesFlow.State.ENDED, "a", 0), sample(2, CWND));
        SeriesRecording.Summary summary = record(folder.resolve("series.gz"), LONG);
        assertEquals(List.of(0L, 0L, 1L, 1L, 1L), asked);
        assertEquals(2, summary.samples());
        assertTrue(summary.silent().isPositive(), summary::toString);
    }

    @Test
    void shouldKeepWhatItHasIfTheAgentIsSilentUntilTheTimeIsOver() throws Exception {
        page(0, 0, false, flow(SeriesFlow.State.LIVE, "a", 0), sample(1, CWND));
        SeriesRecording.Summary summary = record(folder.resolve("series.gz"), Duration.ofMillis(300));
        assertEquals(1, summary.samples());
        assertTrue(summary.silent().isPositive(), summary::toString);
    }

    @Test
    void shouldPassAFailureOnIfNothingCouldBeRead() throws Exception {
        assertEquals(
                "no page",
                assertThrows(IOException.class, () -> record(folder.resolve("series.gz"), Duration.ofMillis(300)))
                        .getMessage());
    }

    @Test
    void shouldNotRetryWhatTheAgentRefuses() throws Exception {
        WatchedSeries refusing = new WatchedSeries() {
            @Override
            public SampleSeries read(long from) throws IOException {
                asked.add(from);
                throw new AgentClient.RefusedException("series 1: there is no such watch");
            }

            @Override
            public void close() {}
        };
        assertThrows(
                AgentClient.RefusedException.class,
                () -> new SeriesRecording(refusing).record(folder.resolve("series.gz"), LONG));
        assertEquals(List.of(0L), asked);
    }
}
