package io.tcpprobe.agent.events;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpprobe.kernel.flow.EventRule;
import io.tcpprobe.kernel.flow.FlowStatistic;
import io.tcpprobe.kernel.proc.Counters;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rules about the host, from readings that a test makes up. */
class HostMeasuresTest {
    private static final String TCP = "OutSegs RetransSegs AttemptFails";
    private static final String EXT =
            "ListenOverflows ListenDrops SyncookiesSent TCPReqQFullDoCookies TCPReqQFullDrop TCPDSACKRecv EmbryonicRsts";
    private static final Map<FlowStatistic, Long> NO_STATISTICS = Map.of();
    private static final HostReading BEFORE = reading("1000 10 3", "0 0 0 0 0 0 0", statistics(0, 0, 0), 2, 10, 20);

    /** A rule and the reading at the end of a bad window. */
    record Case(EventRule rule, HostReading now) {
        @Override
        public String toString() {
            return rule.label();
        }
    }

    private static HostReading reading(
            String tcp, String ext, Map<FlowStatistic, Long> statistics, long failures, long halfOpen, long memory) {
        return new HostReading(
                counters("Tcp", TCP, tcp),
                counters("TcpExt", EXT, ext),
                statistics,
                failures,
                halfOpen,
                false,
                OptionalLong.of(memory));
    }

    private static Counters counters(String group, String names, String values) {
        byte[] text = "%s: %s%n%s: %s%n".formatted(group, names, group, values).getBytes(StandardCharsets.US_ASCII);
        return Counters.parse(text, text.length, group, Counters.NONE);
    }

    private static Map<FlowStatistic, Long> statistics(long refused, long skipped, long lost) {
        return Map.of(
                FlowStatistic.CONNECTS_REFUSED, refused,
                FlowStatistic.CONNECTS_TIMED_OUT, 0L,
                FlowStatistic.MAXFLOW_REACHED, skipped,
                FlowStatistic.SOURCE_LOST, lost);
    }

    static List<Case> cases() {
        return List.of(
                new Case(
                        EventRule.RETRANSMISSION_STORM,
                        reading("1900 110 3", "0 0 0 0 0 0 0", statistics(0, 0, 0), 2, 10, 20)),
                new Case(
                        EventRule.LISTENER_OVERFLOW,
                        reading("1000 10 3", "7 9 0 0 0 0 0", statistics(0, 0, 0), 2, 10, 20)),
                new Case(EventRule.SYN_FLOOD, reading("1000 10 3", "0 0 60 60 0 0 0", statistics(0, 0, 0), 2, 10, 20)),
                new Case(EventRule.SYN_FLOOD, reading("1000 10 3", "0 0 0 0 60 0 0", statistics(0, 0, 0), 2, 10, 20)),
                new Case(EventRule.HALF_OPEN, reading("1000 10 3", "0 0 0 0 0 0 0", statistics(0, 0, 0), 2, 1000, 20)),
                new Case(
                        EventRule.FAILED_CONNECTS,
                        reading("1000 10 3", "0 0 0 0 0 0 0", statistics(6, 0, 0), 2, 10, 20)),
                new Case(
                        EventRule.MEMORY_PRESSURE,
                        reading("1000 10 3", "0 0 0 0 0 0 0", statistics(0, 0, 0), 2, 10, 91)),
                new Case(
                        EventRule.MAXFLOWS_REACHED,
                        reading("1000 10 3", "0 0 0 0 0 0 0", statistics(0, 5, 0), 2, 10, 20)),
                new Case(EventRule.SOURCE_LOST, reading("1000 10 3", "0 0 0 0 0 0 0", statistics(0, 0, 1), 2, 10, 20)),
                new Case(EventRule.SOURCE_LOST, reading("1000 10 3", "0 0 0 0 0 0 0", statistics(0, 0, 0), 3, 10, 20)));
    }

    private static List<Measurement> window(HostReading now) {
        return window(BEFORE, now);
    }

    private static List<Measurement> window(HostReading before, HostReading now) {
        List<Measurement> all = new ArrayList<>(HostMeasures.ofCounters(before, now, Windows.SECONDS, "box"));
        all.addAll(HostMeasures.ofOverflows(before, now, "box"));
        all.addAll(HostMeasures.ofSnapshots(before, now, Windows.SECONDS, "box"));
        return all;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldRaiseAndClear(Case rule) {
        List<String> expected = List.of(rule.rule.label() + " of host box");
        List<Measurement> quiet = window(BEFORE);
        Windows windows = new Windows().pass(3, quiet).pass(2, window(rule.now));
        assertEquals(expected, windows.active());
        windows.pass(6, quiet);
        assertEquals(List.of(), windows.active());
        assertEquals(expected, windows.past());
    }

    @Test
    void shouldNotRaiseOnDuplicatesThatThePeerReported() {
        HostReading spurious = reading("1900 110 3", "0 0 0 0 0 95 0", statistics(0, 0, 0), 2, 10, 20);
        assertEquals(List.of(), new Windows().pass(9, window(spurious)).active());
    }

    @Test
    void shouldUseTheKernelsCounterIfTheSourceDoesNotCountFailedConnects() {
        HostReading before = reading("1000 10 3", "0 0 0 0 0 0 0", NO_STATISTICS, 2, 10, 20);
        HostReading now = reading("1000 10 13", "0 0 0 0 0 0 0", NO_STATISTICS, 2, 10, 20);
        assertEquals(
                List.of("failedConnects of host box"),
                new Windows().pass(2, window(before, now)).active());
    }

    /** A peer that sends a SYN and then a reset, as a scan does, is no failed connect of this host; the kernel counts it in both. */
    @Test
    void shouldNotTakeResetsOfPeersForFailedConnects() {
        HostReading before = reading("1000 10 3", "0 0 0 0 0 0 5", NO_STATISTICS, 2, 10, 20);
        HostReading scan = reading("1000 10 1003", "0 0 0 0 0 0 1005", NO_STATISTICS, 2, 10, 20);
        assertEquals(List.of(), new Windows().pass(5, window(before, scan)).active());
        HostReading both = reading("1000 10 1013", "0 0 0 0 0 0 1005", NO_STATISTICS, 2, 10, 20);
        Windows windows = new Windows().pass(2, window(before, both));
        assertEquals(List.of("failedConnects of host box"), windows.active());
        Event event = windows.events.state().active().getFirst();
        assertEquals(120, event.value());
        assertEquals("AttemptFails +1010, of these 1000 of peers (EmbryonicRsts)", event.evidence());
    }

    @Test
    void shouldBeSilentIfNothingGrowsOrCountersAreMissing() {
        HostReading none =
                new HostReading(Counters.NONE, Counters.NONE, NO_STATISTICS, 0, 0, false, OptionalLong.empty());
        List<Measurement> all = new ArrayList<>(window(none, none));
        all.addAll(window(none, BEFORE).stream()
                .filter(one -> one.rule() != EventRule.SOURCE_LOST) // the failures of the first reading
                .toList());
        assertEquals(List.of(), new Windows().pass(9, all).active());
    }
}
