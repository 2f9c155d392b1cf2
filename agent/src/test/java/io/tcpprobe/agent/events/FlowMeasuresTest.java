package io.tcpprobe.agent.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.flows.TestRow;
import io.tcpprobe.config.SettingValue;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.EventRule;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rules about flows, from rows that a test makes up. */
class FlowMeasuresTest {
    private static final long LARGE = 100L << 20;
    private static final FlowMeasures.Subjects SUBJECTS = subjects(Set.of());

    /**
     * A rule, what happens to a flow in a window that it is about, and the subjects of its events if four peers of 10.4.5.0/24 are
     * affected.
     */
    record Case(EventRule rule, UnaryOperator<TestRow> bad, List<String> subjects) {
        @Override
        public String toString() {
            return rule.label();
        }
    }

    private static TestRow flow(int id) {
        return TestRow.flow(id)
                .between("10.1.2.3", "10.4.5." + id % 256)
                .with(FlowField.LOCAL_PORT, 443)
                .with(FlowField.REMOTE_PORT, 40_000 + id)
                .with(FlowField.ACTIVE_OPEN, 0)
                .with(FlowField.MSS, 1448)
                .with(FlowField.SEND_WINDOW, 65_000)
                .with(FlowField.SEND_QUEUE, 14_480)
                .with(FlowField.UNACKED, 10)
                .with(FlowField.SRTT, 30_000)
                .with(FlowField.MIN_RTT, 20_000)
                .with(FlowField.BACKOFF, 0)
                .with(FlowField.RETRANS, 7)
                .with(FlowField.DSACK_DUPS, 0)
                .with(FlowField.DATA_SEGS_OUT, 1000)
                .with(FlowField.BYTES_ACKED, 1_000_000)
                .with(FlowField.BYTES_RECEIVED, 500)
                .with(FlowField.BYTES_SENT, 1_000_000);
    }

    /** A window in which a flow transfers data, and one in a thousand segments is lost. */
    private static TestRow healthy(TestRow before) {
        return before.plus(FlowField.DATA_SEGS_OUT, 1000)
                .plus(FlowField.RETRANS, 1)
                .plus(FlowField.BYTES_ACKED, 1_448_000)
                .plus(FlowField.BYTES_SENT, 1_448_000);
    }

    static List<Case> cases() {
        return List.of(
                new Case(
                        EventRule.RETRANSMISSION_STORM,
                        before -> healthy(before).plus(FlowField.RETRANS, 60),
                        List.of("peerPrefix 10.4.5.0/24")),
                new Case(
                        EventRule.RTT_INFLATION,
                        before -> healthy(before).with(FlowField.SRTT, 320_000),
                        List.of("peerPrefix 10.4.5.0/24")),
                new Case(
                        EventRule.ZERO_WINDOW_STALL,
                        before -> before.with(FlowField.SEND_WINDOW, 0).with(FlowField.UNACKED, 0),
                        List.of("listener :443", "peerPrefix 10.4.5.0/24")),
                new Case(
                        EventRule.RTO_BACKOFF,
                        before -> healthy(before).with(FlowField.BACKOFF, 4),
                        List.of("listener :443")),
                new Case(
                        EventRule.BLACKHOLE,
                        before -> before.with(FlowField.BACKOFF, 2).plus(FlowField.DATA_SEGS_OUT, 2),
                        List.of("peerPrefix 10.4.5.0/24")));
    }

    private static FlowColumns columns(int flows, UnaryOperator<TestRow> change) {
        return TestRow.columns(IntStream.rangeClosed(1, flows)
                .mapToObj(id -> change.apply(flow(id)))
                .toArray(TestRow[]::new));
    }

    private static List<Measurement> window(int flows, UnaryOperator<TestRow> change) {
        return FlowMeasures.of(columns(flows, UnaryOperator.identity()), columns(flows, change), SUBJECTS);
    }

    /** The second of two windows in a row with the same change: gauges are the same at both ends. */
    private static List<Measurement> steady(int flows, UnaryOperator<TestRow> change) {
        return steady(flows, change, SUBJECTS);
    }

    private static List<Measurement> steady(int flows, UnaryOperator<TestRow> change, FlowMeasures.Subjects subjects) {
        return FlowMeasures.of(
                columns(flows, change), columns(flows, row -> change.apply(change.apply(row))), subjects);
    }

    private static FlowMeasures.Subjects subjects(Set<Long> watched, SettingValue<?>... settings) {
        return new FlowMeasures.Subjects(Windows.prefixes(settings), watched, LARGE);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldRaiseAndClear(Case rule) {
        List<String> expected = rule.subjects.stream()
                .map(subject -> rule.rule.label() + " of " + subject)
                .sorted()
                .toList();
        Windows windows = new Windows();
        windows.pass(1, steady(4, rule.bad));
        if (rule.rule.raiseSeconds() > Windows.SECONDS) {
            assertEquals(List.of(), windows.active(), "not before its minimum duration");
        }
        windows.pass(1, steady(4, rule.bad));
        assertEquals(expected, windows.active());
        windows.pass(5, window(4, FlowMeasuresTest::healthy));
        assertEquals(expected, windows.active(), "not before the time to clear");
        windows.pass(1, window(4, FlowMeasuresTest::healthy));
        assertEquals(List.of(), windows.active());
        assertEquals(expected, windows.past());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldBeSilentAboutFewFlows(Case rule) {
        if (rule.rule != EventRule.RETRANSMISSION_STORM) { // which counts retransmissions
            assertEquals(List.of(), new Windows().pass(20, steady(2, rule.bad)).active());
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldRaiseAboutOneLargeFlow(Case rule) {
        if (rule.rule.subjects().contains(EventRule.Subject.FLOW)) {
            Windows windows =
                    new Windows().pass(2, steady(1, row -> rule.bad.apply(row).plus(FlowField.BYTES_SENT, LARGE)));
            assertTrue(
                    windows.active().contains(rule.rule.label() + " of flow 10.1.2.3:443 - 10.4.5.1:40001"),
                    () -> windows.active().toString());
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldRaiseAboutAWatchedFlowAndNotAboutOthers(Case rule) {
        if (rule.rule.subjects().contains(EventRule.Subject.FLOW)) {
            Windows windows = new Windows().pass(2, steady(2, rule.bad, subjects(Set.of(2L))));
            assertEquals(
                    List.of(rule.rule.label() + " of flow 10.1.2.3:443 - 10.4.5.2:40002"),
                    windows.active().stream()
                            .filter(event -> event.contains(" of flow "))
                            .toList());
            windows.pass(6, steady(2, rule.bad));
            assertTrue(
                    windows.past().contains(rule.rule.label() + " of flow 10.1.2.3:443 - 10.4.5.2:40002"),
                    "it is not watched any more");
        }
    }

    @Test
    void shouldSumFlowsByThePrefixesOfTheSettings() throws Exception {
        FlowMeasures.Subjects subjects =
                subjects(Set.of(), Settings.GROUPS_IPV4PREFIX.parse("12"), Settings.GROUPS_IPV6PREFIX.parse("128"));
        UnaryOperator<TestRow> bad = row -> healthy(row).plus(FlowField.RETRANS, 60);
        assertEquals(
                List.of("retransmissionStorm of peerPrefix 10.0.0.0/12"),
                new Windows().pass(2, steady(4, bad, subjects)).active());
    }

    @Test
    void shouldBeSilentUnderHealthyLoad() {
        assertEquals(
                List.of(),
                new Windows().pass(720, window(50, FlowMeasuresTest::healthy)).active(),
                "in an hour");
    }

    @Test
    void shouldNotCountSpuriousRetransmissions() {
        Windows windows = new Windows()
                .pass(
                        5,
                        window(
                                4,
                                row -> healthy(row).plus(FlowField.RETRANS, 60).plus(FlowField.DSACK_DUPS, 60)));
        assertEquals(List.of(), windows.active());
    }

    /** A window that is closed at one end of the time only is back-pressure. */
    @Test
    void shouldNotTakeAShortZeroWindowForAStall() {
        Windows windows = new Windows()
                .pass(20, window(4, row -> row.with(FlowField.SEND_WINDOW, 0).with(FlowField.UNACKED, 0)));
        assertEquals(List.of(), windows.active());
    }

    @Test
    void shouldNotMeasureFlowsThatAreInOneSnapshotOnly() {
        FlowColumns before = columns(3, UnaryOperator.identity());
        FlowColumns other = TestRow.columns(IntStream.rangeClosed(11, 14)
                .mapToObj(id -> healthy(flow(id)).plus(FlowField.RETRANS, 900))
                .toArray(TestRow[]::new));
        assertEquals(List.of(), FlowMeasures.of(before, other, SUBJECTS));
    }

    @Test
    void shouldNameEvidenceAndVerdict() {
        Windows windows = new Windows().pass(2, steady(4, row -> healthy(row).plus(FlowField.RETRANS, 60)));
        Event event = windows.events.state().active().getFirst();
        assertEquals("244 of 4000 segments retransmitted; worst: 10.1.2.3:443 - 10.4.5.1:40001", event.evidence());
        assertEquals(61, event.value());
        assertEquals(50, event.threshold());
        assertEquals("net", event.verdict().orElseThrow().label());
    }

    /** Anyone can open connections from many prefixes. */
    @Test
    void shouldBoundTheSubjects() {
        int flows = FlowMeasures.MAX_SUBJECTS + 1000;
        TestRow[] before = new TestRow[flows];
        TestRow[] now = new TestRow[flows];
        for (int i = 0; i < flows; i++) {
            before[i] = flow(i + 1).between("10.1.2.3", i / 65_536 + 1 + "." + i / 256 % 256 + "." + i % 256 + ".9");
            now[i] = healthy(before[i]).plus(FlowField.RETRANS, 500);
        }
        List<Measurement> measured = FlowMeasures.of(TestRow.columns(before), TestRow.columns(now), SUBJECTS).stream()
                .filter(one -> one.rule() == EventRule.RETRANSMISSION_STORM)
                .toList();
        assertEquals(FlowMeasures.MAX_SUBJECTS, measured.size());
        long last = flows;
        assertEquals(
                FlowMeasures.MAX_SUBJECTS + 1,
                FlowMeasures.of(TestRow.columns(before), TestRow.columns(now), subjects(Set.of(last))).stream()
                        .filter(one -> one.rule() == EventRule.RETRANSMISSION_STORM)
                        .count(),
                "a watched flow has a place");
        Windows windows = new Windows().pass(3, measured);
        assertEquals(ActiveLimits.MAX_OF_RULE, windows.active().size());
        assertEquals(
                FlowMeasures.MAX_SUBJECTS - ActiveLimits.MAX_OF_RULE,
                windows.events.state().suppressed(),
                "each counted once");
    }
}
