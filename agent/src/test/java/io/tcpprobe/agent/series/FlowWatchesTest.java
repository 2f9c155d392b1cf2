package io.tcpprobe.agent.series;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.flows.TestRow;
import io.tcpprobe.agent.parts.ServedParts;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.EndReason;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowListener;
import io.tcpprobe.kernel.flow.WatchedFlows;
import io.tcpprobe.kernel.flow.WatchedFlows.Event;
import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Watches of a source whose flows and samples the test makes. */
class FlowWatchesTest {
    private static final int MAX = 3;

    private final WatchableSource source = new WatchableSource();
    private ServedParts parts;
    private FlowWatches watches;

    @BeforeEach
    void open(@TempDir Path state) throws Exception {
        source.flows(flow(1, 443), flow(2, 443), flow(7, 22));
        parts = new ServedParts(
                state,
                Path.of("/proc/net"),
                Map.of(Settings.SNAPSHOTAGE, "0", Settings.WATCH_MAX, Integer.toString(MAX)),
                (_, clock) -> source.clock(clock));
        watches = parts.served().watches();
    }

    @AfterEach
    void close() throws Exception {
        parts.close();
    }

    private static TestRow flow(long id, int remotePort) {
        return TestRow.flow(id)
                .between("10.0.0.1", "192.0.2." + id % 251)
                .with(FlowField.LOCAL_PORT, 1000 + id)
                .with(FlowField.REMOTE_PORT, remotePort)
                .with(FlowField.ACTIVE_OPEN, 1)
                .with(FlowField.BYTES_SENT, 100 * id)
                .with(FlowField.CWND, id);
    }

    private SampleSeries await(long watch, String what, Predicate<SampleSeries> right) {
        return Waiting.until(what, () -> watches.read(watch, 0), right);
    }

    private static List<Long> ids(SampleSeries series) {
        return series.flows().stream().map(SeriesFlow::id).toList();
    }

    private static Long value(SampleSeries series, int sample, String column) {
        return series.samples().get(sample)[SampleSeries.COLUMNS.indexOf(column)];
    }

    @Test
    void shouldKeepTheSamplesOfAFlow() throws Exception {
        long watch = watches.watch(" 2 ");
        source.sample(flow(2, 443).with(FlowField.CWND, 11).with(FlowField.SAMPLES, 5));
        source.sample(flow(1, 443).with(FlowField.CWND, 99).with(FlowField.SAMPLES, 5));
        source.sample(flow(2, 443).with(FlowField.CWND, 12).with(FlowField.SAMPLES, 6));
        SampleSeries series = await(watch, "two samples", read -> read.next() == 2);
        assertEquals(List.of(2L), ids(series));
        assertEquals(11, value(series, 0, "cwnd"));
        assertEquals(12, value(series, 1, "cwnd"));
        assertEquals(2, value(series, 1, SampleSeries.FLOW));
        assertEquals(null, value(series, 1, "srtt"), "absent is not zero");
        assertEquals("10.0.0.1:1002", series.flows().getFirst().local());
        assertEquals("192.0.2.2:443", series.flows().getFirst().remote());
        assertEquals(0, series.flows().getFirst().lost());
        assertFalse(series.more());
        assertEquals(0, watches.read(watch, 2).samples().size());
        assertEquals(1, watches.read(watch, 1).samples().size());
    }

    @Test
    void shouldCountTheSamplesThatWereLost() throws Exception {
        long watch = watches.watch("2");
        source.sample(flow(2, 443).with(FlowField.SAMPLES, 0xffff_fffeL));
        source.sample(flow(2, 443).with(FlowField.SAMPLES, 3)); // the counter has wrapped
        source.report(Event.ENDED, flow(2, 443).with(FlowField.SAMPLES, 5).with(FlowField.END_REASON, 5));
        SampleSeries series = await(watch, "the end", read -> read.state().live() == 0);
        assertEquals(0, value(series, 0, SampleSeries.LOST_BEFORE));
        assertEquals(4, value(series, 1, SampleSeries.LOST_BEFORE));
        assertEquals(6, series.flows().getFirst().lost(), "and two at the end");
        assertEquals(2, series.flows().getFirst().samples());
    }

    @Test
    void shouldBoundTheMemoryOfAWatchThatIsNotRead() throws Exception {
        long watch = watches.watch("2");
        int count = SampleRing.CAPACITY + 1009;
        for (int i = 0; i < count; i++) {
            source.sample(flow(2, 443).with(FlowField.SAMPLES, i).with(FlowField.CWND, i));
        }
        SampleSeries series = await(watch, "all samples", read -> read.state().samples() == count);
        assertEquals(1009, series.missed());
        assertEquals(1009, series.firstNumber());
        assertEquals(1009, value(series, 0, "cwnd"));
        assertEquals(FlowWatches.MAX_SAMPLES, series.samples().size());
        assertTrue(series.more());
        assertEquals(0, watches.read(watch, series.next()).missed());
        assertEquals(0, watches.read(watch, Long.MAX_VALUE).samples().size());
    }

    @Test
    void shouldReportTheEndAndKeepTheSamples() throws Exception {
        long watch = watches.watch("7");
        source.sample(flow(7, 22));
        source.report(Event.ENDED, flow(7, 22).with(FlowField.END_REASON, EndReason.RESET_RECEIVED.number()));
        source.flows(flow(1, 443));
        SampleSeries series = await(watch, "the end", read -> read.state().live() == 0);
        assertEquals(SeriesFlow.State.ENDED, series.flows().getFirst().state());
        assertEquals(EndReason.RESET_RECEIVED, series.flows().getFirst().endReason());
        parts.pass(500);
        assertEquals(1, watches.read(watch, 0).samples().size());
        parts.pass(500);
        assertEquals(1, watches.read(watch, 0).samples().size(), "it was read in watch.time");
        parts.pass(601);
        Waiting.until("the watch to end", () -> watches.all().isEmpty());
        assertTrue(assertThrows(IllegalArgumentException.class, () -> watches.read(watch, 0))
                .getMessage()
                .startsWith("series " + watch + ": there is no such watch; "));
    }

    @Test
    void shouldNoticeAnEndThatWasNotReported() throws Exception {
        long watch = watches.watch("7");
        source.flows(flow(1, 443));
        parts.pass(2);
        SampleSeries series = await(watch, "the end", read -> read.state().live() == 0);
        assertEquals(EndReason.UNKNOWN, series.flows().getFirst().endReason());
        Waiting.until("the source to forget it", () -> source.watched().isEmpty());
    }

    @Test
    void shouldRefuseMoreWatchesThanTheMaximum() throws Exception {
        for (int i = 0; i < MAX; i++) {
            watches.watch("1");
        }
        String refused = assertThrows(IllegalStateException.class, () -> watches.watch("2"))
                .getMessage();
        assertTrue(
                refused.startsWith("watch 2: there are 3 watches, the maximum (watch.max); end one by unwatch"),
                refused);
        watches.unwatch(2);
        assertEquals(4, watches.watch("2"));
        assertEquals(
                List.of(1L, 3L, 4L),
                watches.all().stream().map(SampleSeries.State::number).toList());
    }

    @Test
    void shouldEndAWatchOfAnEndedFlowToMakeRoom() throws Exception {
        watches.watch(":443");
        long over = watches.watch("7");
        watches.watch("1");
        source.report(Event.ENDED, flow(7, 22));
        await(over, "the end", read -> read.state().live() == 0);
        watches.watch("2");
        assertThrows(IllegalArgumentException.class, () -> watches.read(over, 0));
        assertThrows(IllegalStateException.class, () -> watches.watch("2"));
    }

    @Test
    void shouldStopTheSourceWithTheLastWatch() throws Exception {
        long one = watches.watch("1");
        long other = watches.watch("1");
        assertEquals(List.of(1L), source.watched());
        watches.unwatch(one);
        assertEquals(List.of(1L), source.watched(), "another watch has it");
        watches.unwatch(other);
        assertFalse(source.watching());
        assertThrows(IllegalArgumentException.class, () -> watches.unwatch(other));
        watches.watch("2");
        assertEquals(List.of(2L), source.watched(), "it begins again");
    }

    @Test
    void shouldWatchTheFlowsOfAnEndpoint() throws Exception {
        assertEquals(List.of(2L, 1L), ids(watches.read(watches.watch(":443"), 0)), "the one with more bytes first");
        assertEquals(List.of(7L), ids(watches.read(watches.watch("192.0.2.7"), 0)));
        assertEquals(List.of(1L), ids(watches.read(watches.watch("10.0.0.1:1001"), 0)));
    }

    @Test
    void shouldWatchTheFlowsOfAGroup() throws Exception {
        assertEquals(List.of(2L, 1L), ids(watches.read(watches.watch("port:443"), 0)));
        assertEquals(List.of(7L, 2L, 1L), ids(watches.read(watches.watch("prefix:192.0.2.0/24"), 0)));
        assertEquals(List.of(), ids(watches.read(watches.watch("process:none"), 0)));
    }

    @Test
    void shouldFindAFlowOfAnEndpointThatAppearsLater() throws Exception {
        long watch = watches.watch(":8080");
        assertEquals(List.of(), ids(watches.read(watch, 0)));
        source.flows(flow(9, 8080));
        parts.pass(2);
        await(watch, "the flow of a snapshot", read -> ids(read).equals(List.of(9L)));
        source.sample(flow(9, 8080));
        await(watch, "its sample", read -> read.next() == 1);
    }

    @Test
    void shouldFindAFlowAsSoonAsItIsEstablished() throws Exception {
        long watch = watches.watch(":8080");
        source.flows(flow(10, 22)); // the other one is in no snapshot
        source.notify(FlowListener.Change.ESTABLISHED, flow(10, 22));
        source.notify(FlowListener.Change.ESTABLISHED, flow(9, 8080));
        await(watch, "the flow", read -> ids(read).equals(List.of(9L)));
    }

    @Test
    void shouldLeaveFlowsThatAreTooMany() throws Exception {
        TestRow[] many = new TestRow[41];
        for (int i = 0; i < many.length; i++) {
            many[i] = flow(100 + i, 443);
        }
        source.flows(many);
        long watch = watches.watch(":443");
        assertEquals(Watch.MAX_LIVE, ids(watches.read(watch, 0)).size());
        parts.pass(2);
        SampleSeries series = await(watch, "the search", read -> read.state().left() > 0);
        assertEquals(Watch.MAX_LIVE, series.state().live());
        for (int i = 0; i < many.length; i++) {
            source.report(Event.ENDED, many[i]);
        }
        await(
                watch,
                "the ends",
                read -> read.flows().stream().anyMatch(flow -> flow.state() == SeriesFlow.State.ENDED));
        for (int round = 0; round < 20; round++) {
            source.flows(flow(1000 + round, 443));
            parts.pass(2);
            long id = 1000L + round;
            await(watch, "flow " + id, read -> ids(read).contains(id));
            source.report(Event.ENDED, flow(id, 443));
        }
        assertTrue(ids(watches.read(watch, 0)).size() <= Watch.MAX_FLOWS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1", "4294967296", "x", "process", "host.example:80", ":65536", "colour:red"})
    void shouldRefuseWhatIsNotATarget(String text) {
        String refused = assertThrows(IllegalArgumentException.class, () -> watches.watch(text))
                .getMessage();
        assertTrue(refused.contains("neither a flow id, nor an endpoint"), refused);
    }

    @Test
    void shouldRefuseAnUnknownFlowAndBeginNothing() {
        String refused = assertThrows(IllegalArgumentException.class, () -> watches.watch("99"))
                .getMessage();
        assertTrue(refused.startsWith("watch 99: no flow has this id"), refused);
        assertFalse(source.watching());
        assertEquals(List.of(), watches.all());
    }

    @Test
    void shouldReportASourceThatHasNoSingleSamples() {
        source.refuse();
        String refused = assertThrows(IllegalStateException.class, () -> watches.watch("1"))
                .getMessage();
        assertTrue(refused.contains("reports no single samples; set probe.source to bpf or diag"), refused);
    }

    @Test
    void shouldGoOnAfterAFailure() throws Exception {
        long watch = watches.watch("1");
        source.fail(new IOException("busy"));
        Waiting.until("the failure", source::failed);
        source.sample(flow(1, 443));
        await(watch, "a sample", read -> read.next() == 1);
    }

    @Test
    void shouldEndWithTheAgent() throws Exception {
        watches.watch("1");
        watches.close();
        assertFalse(source.watching());
        assertThrows(IllegalStateException.class, () -> watches.watch("1"));
    }

    @Test
    void shouldNotWatchMoreFlowsThanTheSourceHasPlacesFor() throws Exception {
        parts.served().settings().change(Settings.WATCH_MAX, "32", "test");
        TestRow[] many = new TestRow[WatchedFlows.MAX_FLOWS + 5];
        for (int i = 0; i < many.length; i++) {
            many[i] = flow(100 + i, 10_000 + i);
        }
        source.flows(many);
        for (int i = 0; i < WatchedFlows.MAX_FLOWS - 2; i += 2) {
            watches.watch("10.0.0.1:" + (1100 + i));
            watches.watch("10.0.0.1:" + (1101 + i));
        }
        watches.watch("prefix:192.0.2.0/24");
        assertEquals(WatchedFlows.MAX_FLOWS, source.watched().size());
        assertEquals(2, watches.all().getLast().left());
    }
}
