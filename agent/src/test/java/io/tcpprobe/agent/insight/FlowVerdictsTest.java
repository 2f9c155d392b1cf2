package io.tcpprobe.agent.insight;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.flows.TestRow;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.GrowthTable;
import io.tcpprobe.kernel.flow.NetworkCause;
import io.tcpprobe.kernel.flow.Verdict;
import io.tcpprobe.kernel.flow.VerdictField;
import io.tcpprobe.kernel.flow.VerdictTable;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlowVerdictsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MILLI = 1_000_000L;
    private static final long WINDOW = 1_070 * MILLI;
    private static final long WINDOW_MICROS = 1_070_000;
    private static final long ANY_CWND = 0xffff_ffffL;

    /** A sender whose congestion window is full, 100 s after the boot of the host. */
    private static final TestRow BEFORE = TestRow.flow(7)
            .with(FlowField.FIRST_SEEN, 90 * SECOND)
            .with(FlowField.SAMPLED, 100 * SECOND)
            .with(FlowField.BUSY_TIME, 7_000_003)
            .with(FlowField.RWND_LIMITED, 100_003)
            .with(FlowField.SNDBUF_LIMITED, 200_003)
            .with(FlowField.BYTES_SENT, 70_000_027)
            .with(FlowField.BYTES_ACKED, 69_900_001)
            .with(FlowField.BYTES_RECEIVED, 11)
            .with(FlowField.DATA_SEGS_OUT, 50_021)
            .with(FlowField.SEND_QUEUE, 300_007)
            .with(FlowField.NOT_SENT, 200_003)
            .with(FlowField.UNACKED, 70)
            .with(FlowField.IN_FLIGHT, 70)
            .with(FlowField.CWND, 70)
            .with(FlowField.CWND_CLAMP, ANY_CWND)
            .with(FlowField.SSTHRESH, 61)
            .with(FlowField.MSS, 1448)
            .with(FlowField.SEND_WINDOW, 900_001)
            .with(FlowField.SRTT, 20_011)
            .with(FlowField.MIN_RTT, 19_001)
            .with(FlowField.CA_STATE, 0)
            .with(FlowField.BACKOFF, 0)
            .with(FlowField.RETRANS, 5)
            .with(FlowField.TIMEOUTS, 1)
            .with(FlowField.TIMEOUT_TIME, 250)
            .with(FlowField.CONGESTION_SIGNALS, 3)
            .with(FlowField.FAST_RETRANSMITS, 2)
            .with(FlowField.DELIVERED_CE, 0)
            .with(FlowField.PACING_RATE, 6_100_003)
            .with(FlowField.SEND_MEMORY, 400_009)
            .with(FlowField.SEND_BUFFER, 900_011)
            .with(FlowField.SEND_MEMORY_ALLOCATED, 0)
            .with(FlowField.NO_SPACE, 0)
            .with(FlowField.RECEIVE_QUEUE, 0)
            .with(FlowField.RECEIVE_WINDOW, 500_009)
            .with(FlowField.RECEIVE_SSTHRESH, 600_011)
            .with(FlowField.RECEIVE_WINDOW_SCALE, 7)
            .with(FlowField.RECEIVE_RTT, 20_021);

    /** The same, busy for the whole window. */
    private static final TestRow NOW = BEFORE.plus(FlowField.SAMPLED, WINDOW)
            .plus(FlowField.BUSY_TIME, WINDOW_MICROS)
            .plus(FlowField.BYTES_SENT, 5_000_011)
            .plus(FlowField.BYTES_ACKED, 5_000_003)
            .plus(FlowField.DATA_SEGS_OUT, 3_457);

    private static VerdictTable judge(TestRow before, TestRow now) {
        return judge(before, now, 100 * SECOND + WINDOW);
    }

    private static VerdictTable judge(TestRow before, TestRow now, long takenNanos) {
        return FlowVerdicts.of(
                EarlierRows.of(TestRow.columns(before), 100 * SECOND - MILLI), TestRow.columns(now), takenNanos);
    }

    private static void assertSender(Verdict expected, TestRow before, TestRow now) {
        VerdictTable found = judge(before, now);
        assertEquals(expected.label(), found.text(VerdictField.VERDICT, 0), () -> found.text(VerdictField.EVIDENCE, 0));
    }

    /** The state of the sender in both rows, otherwise as in the window of a full congestion window. */
    private static void assertState(Verdict expected, UnaryOperator<TestRow> state) {
        assertSender(expected, state.apply(BEFORE), state.apply(NOW));
    }

    private static TestRow withoutDecidingFields(TestRow row) {
        return row.without(FlowField.SEND_MEMORY_ALLOCATED)
                .without(FlowField.MAX_PACING_RATE)
                .without(FlowField.NO_SPACE);
    }

    @Test
    void shouldFindFullCongestionWindow() {
        VerdictTable found = judge(BEFORE, NOW);
        assertEquals("net", found.text(VerdictField.VERDICT, 0));
        assertEquals(1000, found.number(VerdictField.VERDICT_SHARE, 0));
        assertEquals(1000, found.number(VerdictField.NET_SHARE, 0));
        assertEquals(0, found.number(VerdictField.APP_SHARE, 0));
        assertEquals(1070, found.number(VerdictField.VERDICT_WINDOW, 0));
        assertEquals(1000, found.number(VerdictField.VERDICT_CONFIDENCE, 0));
        assertEquals("window", found.text(VerdictField.NETWORK_CAUSE, 0));
    }

    @Test
    void shouldSplitTheWindowByTheClocksOfTheKernel() {
        TestRow now = NOW.with(FlowField.BUSY_TIME, 7_000_003 + 963_000)
                .plus(FlowField.RWND_LIMITED, 535_000)
                .plus(FlowField.SNDBUF_LIMITED, 214_000);
        VerdictTable found = judge(BEFORE, now);
        assertEquals("rwnd", found.text(VerdictField.VERDICT, 0));
        assertEquals(500, found.number(VerdictField.RWND_SHARE, 0));
        assertEquals(200, found.number(VerdictField.SNDBUF_SHARE, 0));
        assertEquals(200, found.number(VerdictField.NET_SHARE, 0));
        assertEquals(100, found.number(VerdictField.APP_SHARE, 0));
        assertEquals(300, found.number(VerdictField.VERDICT_CONFIDENCE, 0));
        assertFalse(found.has(VerdictField.NETWORK_CAUSE, 0));
    }

    /** Ticks of the kernel can make the busy time longer than the window. */
    @Test
    void shouldNotExceedTheWindow() {
        VerdictTable found =
                judge(BEFORE, NOW.plus(FlowField.BUSY_TIME, 4_000).plus(FlowField.RWND_LIMITED, 2_000_000));
        assertEquals(1000, found.number(VerdictField.RWND_SHARE, 0));
        assertEquals(0, found.number(VerdictField.NET_SHARE, 0));
    }

    @Test
    void shouldTellIdleFromAnApplicationThatSendsNow() {
        TestRow quiet =
                BEFORE.with(FlowField.SEND_QUEUE, 0).with(FlowField.UNACKED, 0).with(FlowField.NOT_SENT, 0);
        TestRow later = quiet.plus(FlowField.SAMPLED, WINDOW);
        assertSender(Verdict.IDLE, quiet, later);
        assertSender(Verdict.APP, quiet, later.plus(FlowField.BYTES_SENT, 1));
        assertSender(Verdict.APP, quiet, later.plus(FlowField.BYTES_ACKED, 1));
    }

    /** Busy is not the opposite of waiting for the application: data are under way all the time if it writes in pieces. */
    @Test
    void shouldFindAnApplicationThatKeepsTheFlowBusy() {
        assertState(
                Verdict.APP,
                row -> row.with(FlowField.NOT_SENT, 1447)
                        .with(FlowField.IN_FLIGHT, 9)
                        .with(FlowField.UNACKED, 9));
    }

    @Test
    void shouldNotTakeAFullCongestionWindowForTheApplication() {
        assertState(Verdict.NET, row -> row.with(FlowField.NOT_SENT, 1447));
        assertState(Verdict.APP, row -> row.with(FlowField.NOT_SENT, 0));
    }

    @Test
    void shouldFindAnApplicationThatWaitsForRoomInTheSendBuffer() {
        TestRow before = BEFORE.with(FlowField.NOT_SENT, 100)
                .with(FlowField.IN_FLIGHT, 20)
                .with(FlowField.NO_SPACE, 1);
        TestRow now =
                NOW.with(FlowField.NOT_SENT, 100).with(FlowField.IN_FLIGHT, 20).with(FlowField.NO_SPACE, 1);
        assertSender(Verdict.SNDBUF, before, now);
        assertSender(Verdict.APP, before.with(FlowField.NO_SPACE, 0), now.with(FlowField.NO_SPACE, 0));
    }

    @ParameterizedTest
    @CsvSource({"594008, SNDBUF", "594006, APP"})
    void shouldJudgeTheSendBufferByItsMemoryWithoutTheFlag(long memory, Verdict expected) {
        assertState(
                expected,
                row -> row.without(FlowField.NO_SPACE)
                        .with(FlowField.NOT_SENT, 100)
                        .with(FlowField.IN_FLIGHT, 20)
                        .with(FlowField.SEND_BUFFER, 900_011)
                        .with(FlowField.SEND_MEMORY, memory));
    }

    @Test
    void shouldFindASmallSendBufferWhileASegmentWaits() {
        UnaryOperator<TestRow> state = row -> row.with(FlowField.NO_SPACE, 1)
                .with(FlowField.IN_FLIGHT, 30)
                .with(FlowField.UNACKED, 30)
                .with(FlowField.SEND_QUEUE, 70 * 1448 - 1)
                .with(FlowField.NOT_SENT, 13_032);
        assertState(Verdict.SNDBUF, state);
        assertState(Verdict.SNDBUF, row -> state.apply(row).control("bbr"));
        assertState(Verdict.NET, row -> state.apply(row).with(FlowField.SEND_QUEUE, 70 * 1448));
    }

    @Test
    void shouldFindAWindowWithoutRoomForAFurtherSegment() {
        assertState(
                Verdict.RWND,
                row -> row.with(FlowField.IN_FLIGHT, 60)
                        .with(FlowField.UNACKED, 60)
                        .with(FlowField.SEND_WINDOW, 61 * 1448 - 1));
        assertState(
                Verdict.NET,
                row -> row.with(FlowField.IN_FLIGHT, 60)
                        .with(FlowField.UNACKED, 60)
                        .with(FlowField.SEND_WINDOW, 61 * 1448));
    }

    @Test
    void shouldFindLimitOfTheRate() {
        assertState(
                Verdict.PACING,
                row -> row.with(FlowField.MAX_PACING_RATE, 5_000_000).with(FlowField.IN_FLIGHT, 40));
        assertState(Verdict.NET, row -> row.with(FlowField.MAX_PACING_RATE, 9_000_000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"cubic", "bbr"})
    void shouldFindSegmentsThatWaitInThisHost(String control) {
        assertState(Verdict.LOCAL, row -> row.control(control).with(FlowField.SEND_MEMORY_ALLOCATED, 52_501));
        assertState(Verdict.NET, row -> row.control(control).with(FlowField.SEND_MEMORY_ALLOCATED, 52_499));
        assertState(
                Verdict.LOCAL,
                row -> row.control(control)
                        .with(FlowField.IN_FLIGHT, 30)
                        .with(FlowField.UNACKED, 30)
                        .with(FlowField.SEND_MEMORY_ALLOCATED, 6_751));
    }

    @Test
    void shouldJudgeByRatesWithoutTheFieldsThatDecide() {
        UnaryOperator<TestRow> plain = FlowVerdictsTest::withoutDecidingFields;
        assertState(Verdict.NET, plain);
        assertState(Verdict.LOCAL, row -> plain.apply(row).with(FlowField.IN_FLIGHT, 61));
        assertState(Verdict.NET, row -> plain.apply(row).with(FlowField.IN_FLIGHT, 62));
        assertState(Verdict.PACING, row -> plain.apply(row).with(FlowField.PACING_RATE, 4_800_000));
        assertEquals(700, judge(plain.apply(BEFORE), plain.apply(NOW)).number(VerdictField.VERDICT_CONFIDENCE, 0));
    }

    @Test
    void shouldSeeThatAQueueOfThisHostReducedTheWindow() {
        TestRow before = withoutDecidingFields(BEFORE);
        TestRow now = withoutDecidingFields(NOW);
        assertSender(Verdict.LOCAL, before, now.plus(FlowField.CONGESTION_SIGNALS, 1));
        assertSender(
                Verdict.NET, before, now.plus(FlowField.CONGESTION_SIGNALS, 1).plus(FlowField.RETRANS, 1));
        assertSender(
                Verdict.NET, before, now.plus(FlowField.CONGESTION_SIGNALS, 1).plus(FlowField.DELIVERED_CE, 1));
        assertSender(
                Verdict.NET, before, now.plus(FlowField.CONGESTION_SIGNALS, 1).plus(FlowField.FAST_RETRANSMITS, 1));
    }

    @Test
    void shouldTakeTheRateOfBbrForTheNetworks() {
        UnaryOperator<TestRow> bbr =
                row -> withoutDecidingFields(row).control("bbr").with(FlowField.IN_FLIGHT, 30);
        assertState(Verdict.NET, row -> bbr.apply(row).with(FlowField.PACING_RATE, 6_600_000));
        assertState(Verdict.LOCAL, row -> bbr.apply(row).with(FlowField.PACING_RATE, 6_700_000));
    }

    @Test
    void shouldFindWaitingForTimeouts() {
        assertState(Verdict.RECOVERY, row -> row.with(FlowField.CA_STATE, 4));
        assertState(Verdict.RECOVERY, row -> row.with(FlowField.BACKOFF, 2));
        assertState(Verdict.NET, row -> row.with(FlowField.CA_STATE, 3));
    }

    /** In a blackhole the kernel counts the time for the send buffer, which is full because nothing is acknowledged. */
    @Test
    void shouldNotTakeABlackholeForAFullSendBuffer() {
        TestRow before =
                BEFORE.with(FlowField.CA_STATE, 4).with(FlowField.BACKOFF, 1).with(FlowField.NOT_SENT, 0);
        TestRow now = NOW.with(FlowField.CA_STATE, 4).with(FlowField.BACKOFF, 2).with(FlowField.NOT_SENT, 0);
        VerdictTable found = judge(before, now.plus(FlowField.SNDBUF_LIMITED, WINDOW_MICROS));
        assertEquals("recovery", found.text(VerdictField.VERDICT, 0));
        assertEquals(1000, found.number(VerdictField.RECOVERY_SHARE, 0));
    }

    /** Probes of a closed window back off as well, but nothing is under way. */
    @Test
    void shouldNotTakeWindowProbesForTimeouts() {
        TestRow before =
                BEFORE.with(FlowField.BACKOFF, 3).with(FlowField.UNACKED, 0).with(FlowField.IN_FLIGHT, 0);
        TestRow now = NOW.with(FlowField.BACKOFF, 4)
                .with(FlowField.UNACKED, 0)
                .with(FlowField.IN_FLIGHT, 0)
                .with(FlowField.SEND_WINDOW, 0)
                .plus(FlowField.RWND_LIMITED, WINDOW_MICROS);
        assertSender(Verdict.RWND, before, now);
    }

    @Test
    void shouldCountTheTimeOfTimeoutsThatNoRowShows() {
        TestRow now = NOW.plus(FlowField.TIMEOUTS, 1).plus(FlowField.TIMEOUT_TIME, 642);
        VerdictTable found = judge(BEFORE, now);
        assertEquals("recovery", found.text(VerdictField.VERDICT, 0));
        assertEquals(600, found.number(VerdictField.RECOVERY_SHARE, 0));
        assertEquals(400, found.number(VerdictField.NET_SHARE, 0));
    }

    @Test
    void shouldSplitTheRestByBothRows() {
        TestRow app = BEFORE.with(FlowField.NOT_SENT, 0);
        VerdictTable found = judge(app, NOW);
        assertEquals(500, found.number(VerdictField.APP_SHARE, 0));
        assertEquals(500, found.number(VerdictField.NET_SHARE, 0));
        assertEquals(0, found.number(VerdictField.VERDICT_CONFIDENCE, 0));
        VerdictTable empty = judge(app.with(FlowField.SEND_QUEUE, 0), NOW);
        assertEquals(1000, empty.number(VerdictField.NET_SHARE, 0)); // an empty queue shows nothing
    }

    @ParameterizedTest
    @CsvSource({
        "SRTT, 40002, 5, QUEUE",
        "SRTT, 40001, 5, WINDOW",
        "SRTT, 20011, 16, LOSS",
        "SRTT, 20011, 15, WINDOW",
        "SSTHRESH, 71, 5, GROWING",
        "CWND_CLAMP, 70, 16, CLAMP"
    })
    void shouldFindTheCauseInTheNetwork(FlowField field, long value, long retrans, NetworkCause expected) {
        VerdictTable found = judge(BEFORE, NOW.with(field, value).with(FlowField.RETRANS, retrans));
        assertEquals(expected.label(), found.text(VerdictField.NETWORK_CAUSE, 0));
        assertEquals(expected.number(), found.number(VerdictField.NETWORK_CAUSE, 0));
    }

    @Test
    void shouldNotJudgeARowThatASweepWouldHaveRenewed() {
        long taken = 100 * SECOND + WINDOW;
        assertEquals("net", judge(BEFORE, NOW, taken + 1_200 * MILLI).text(VerdictField.VERDICT, 0));
        VerdictTable stale = judge(BEFORE, NOW, taken + 1_201 * MILLI);
        assertEquals("unknown", stale.text(VerdictField.VERDICT, 0));
        assertFalse(stale.has(VerdictField.VERDICT_SHARE, 0));
        assertFalse(stale.has(VerdictField.VERDICT_WINDOW, 0));
        assertEquals("unknown", stale.text(VerdictField.RECEIVER_VERDICT, 0));
    }

    @Test
    void shouldCountSilenceOfAFlowWithNothingToSendAsIdle() {
        TestRow now = NOW.with(FlowField.UNACKED, 0).with(FlowField.NOT_SENT, 0).with(FlowField.SEND_QUEUE, 0);
        VerdictTable found = judge(BEFORE, now, 100 * SECOND + WINDOW + 3 * SECOND);
        assertEquals("app", found.text(VerdictField.VERDICT, 0));
        assertEquals(737, found.number(VerdictField.APP_SHARE, 0));
        assertEquals(4070, found.number(VerdictField.VERDICT_WINDOW, 0));
    }

    @Test
    void shouldCountSilenceAtAClosedWindowForTheWindow() {
        TestRow closed =
                NOW.with(FlowField.UNACKED, 0).with(FlowField.IN_FLIGHT, 0).with(FlowField.SEND_WINDOW, 1447);
        VerdictTable found = judge(BEFORE, closed, 100 * SECOND + WINDOW + 3 * SECOND);
        assertEquals("rwnd", found.text(VerdictField.VERDICT, 0));
        assertEquals(869, found.number(VerdictField.RWND_SHARE, 0));
    }

    @Test
    void shouldNotJudgeAShortWindow() {
        TestRow soon = BEFORE.plus(FlowField.SAMPLED, 49 * MILLI).plus(FlowField.BUSY_TIME, 49_000);
        assertEquals("unknown", judge(BEFORE, soon, 100 * SECOND + 49 * MILLI).text(VerdictField.VERDICT, 0));
        TestRow enough = BEFORE.plus(FlowField.SAMPLED, 50 * MILLI).plus(FlowField.BUSY_TIME, 50_000);
        VerdictTable found = judge(BEFORE, enough, 100 * SECOND + 50 * MILLI);
        assertEquals("net", found.text(VerdictField.VERDICT, 0));
        assertEquals(50, found.number(VerdictField.VERDICT_CONFIDENCE, 0));
    }

    @Test
    void shouldNotJudgeWithoutTheClocks() {
        VerdictTable found = judge(BEFORE, NOW.without(FlowField.BUSY_TIME));
        assertEquals("unknown", found.text(VerdictField.VERDICT, 0));
        assertEquals("unknown", found.text(VerdictField.LIFE_VERDICT, 0));
    }

    /** As in records of tcp_probe, which have the receive window. */
    @Test
    void shouldNotJudgeAReceiverWithoutItsCounter() {
        VerdictTable found = judge(BEFORE.without(FlowField.BYTES_RECEIVED), NOW.without(FlowField.BYTES_RECEIVED));
        assertEquals("unknown", found.text(VerdictField.RECEIVER_VERDICT, 0));
    }

    @Test
    void shouldHaveNoWindowWithoutAnEarlierSnapshot() {
        VerdictTable found = FlowVerdicts.of(null, TestRow.columns(NOW), 101 * SECOND);
        assertEquals("unknown", found.text(VerdictField.VERDICT, 0));
        assertEquals("unknown", found.text(VerdictField.RECEIVER_VERDICT, 0));
        assertEquals("net", found.text(VerdictField.LIFE_VERDICT, 0));
        for (VerdictField field : VerdictField.all()) {
            boolean given = field == VerdictField.VERDICT
                    || field == VerdictField.RECEIVER_VERDICT
                    || field == VerdictField.LIFE_VERDICT
                    || field == VerdictField.LIFE_SHARE;
            assertEquals(given, found.has(field, 0), field.label());
            assertEquals(given, !found.text(field, 0).isEmpty(), field.label());
        }
    }

    @Test
    void shouldJudgeAFlowThatBeganInTheWindow() {
        EarlierRows earlier = EarlierRows.of(TestRow.columns(), 100 * SECOND);
        TestRow young = NOW.with(FlowField.FIRST_SEEN, 100_500 * MILLI)
                .with(FlowField.BUSY_TIME, 171_000)
                .with(FlowField.RWND_LIMITED, 0)
                .with(FlowField.SNDBUF_LIMITED, 0)
                .with(FlowField.TIMEOUTS, 0);
        long taken = 100 * SECOND + WINDOW;
        VerdictTable seen = FlowVerdicts.of(earlier, TestRow.columns(young.with(FlowField.SND_INITIAL, 12345)), taken);
        assertEquals("app", seen.text(VerdictField.VERDICT, 0));
        assertEquals(700, seen.number(VerdictField.APP_SHARE, 0));
        assertEquals(570, seen.number(VerdictField.VERDICT_WINDOW, 0));
        VerdictTable found = FlowVerdicts.of(earlier, TestRow.columns(young), taken); // its beginning was not seen
        assertEquals("unknown", found.text(VerdictField.VERDICT, 0));
    }

    @Test
    void shouldJudgeALifeByItsTimeWithDataIfTheBeginningIsUnknown() {
        TestRow now = NOW.with(FlowField.BUSY_TIME, 8_000_000)
                .with(FlowField.RWND_LIMITED, 6_000_000)
                .with(FlowField.SNDBUF_LIMITED, 0)
                .with(FlowField.TIMEOUTS, 0);
        VerdictTable old = judge(BEFORE, now);
        assertEquals("rwnd", old.text(VerdictField.LIFE_VERDICT, 0));
        assertEquals(750, old.number(VerdictField.LIFE_SHARE, 0));
        VerdictTable seen =
                judge(BEFORE, now.with(FlowField.FIRST_SEEN, 61_070 * MILLI).with(FlowField.SND_INITIAL, 1));
        assertEquals("app", seen.text(VerdictField.LIFE_VERDICT, 0));
        assertEquals(800, seen.number(VerdictField.LIFE_SHARE, 0));
    }

    /** A row without data to send says nothing about the time when there were some. */
    @Test
    void shouldSplitALifeByWhatTheSegmentsShowed() {
        TestRow now = NOW.with(FlowField.SEND_QUEUE, 0)
                .with(FlowField.NOT_SENT, 0)
                .with(FlowField.RWND_LIMITED, 0)
                .with(FlowField.SNDBUF_LIMITED, 0)
                .with(FlowField.CWND_LIMITS, 90)
                .with(FlowField.SENDER_LIMITS, 30);
        VerdictTable found = judge(BEFORE, now);
        assertEquals("net", found.text(VerdictField.LIFE_VERDICT, 0));
        assertEquals(750, found.number(VerdictField.LIFE_SHARE, 0));
    }

    private static void assertReceiver(Verdict expected, int share, TestRow before, TestRow now) {
        VerdictTable found = judge(before, now);
        assertEquals(expected.label(), found.text(VerdictField.RECEIVER_VERDICT, 0));
        assertEquals(share, (double) found.number(VerdictField.RECEIVER_SHARE, 0), 1);
    }

    @Test
    void shouldFindAnApplicationThatDoesNotRead() {
        TestRow full = NOW.with(FlowField.RECEIVE_QUEUE, 300_007).with(FlowField.RECEIVE_WINDOW, 0);
        assertReceiver(Verdict.SLOW_READER, 1000, full, full.plus(FlowField.SAMPLED, WINDOW));
        assertReceiver(Verdict.SLOW_READER, 500, BEFORE, full);
        TestRow less = NOW.with(FlowField.RECEIVE_QUEUE, 300_007).with(FlowField.RECEIVE_WINDOW, 10_009);
        assertReceiver(Verdict.IDLE, 516, BEFORE, less);
    }

    @Test
    void shouldFindAReceiveBufferThatIsUsedUpInEachRoundTrip() {
        long perWindow = 500_009L * 1_070_000 / 20_021; // of receiveWindow, which is less than receiveSsthresh
        assertReceiver(Verdict.RCVBUF, 660, BEFORE, NOW.plus(FlowField.BYTES_RECEIVED, perWindow * 66 / 100));
        assertReceiver(Verdict.PEER, 360, BEFORE, NOW.plus(FlowField.BYTES_RECEIVED, perWindow * 64 / 100));
    }

    /** Without the option the header carries 65535 at most, whatever the kernel would like to advertise. */
    @Test
    void shouldKnowThatAnUnscaledWindowIsSmall() {
        TestRow now = NOW.without(FlowField.RECEIVE_WINDOW_SCALE).plus(FlowField.BYTES_RECEIVED, 3_000_017);
        assertReceiver(Verdict.RCVBUF, 856, BEFORE, now);
        assertReceiver(Verdict.PEER, 888, BEFORE, NOW.plus(FlowField.BYTES_RECEIVED, 3_000_017));
    }

    /** Between requests the peer waits, and the estimate of the receiver includes that time. */
    @Test
    void shouldNotTakeTheTimeBetweenRequestsForARoundTrip() {
        TestRow received = NOW.plus(FlowField.BYTES_RECEIVED, 3_000_017).with(FlowField.RECEIVE_RTT, 180_001);
        assertReceiver(Verdict.PEER, 888, BEFORE, received);
        TestRow onlyReceived = received.plus(FlowField.BYTES_SENT, -5_000_011);
        assertReceiver(Verdict.RCVBUF, 1000, BEFORE, onlyReceived);
    }

    @Test
    void shouldFindAReceiverThatReceivesNothing() {
        assertReceiver(Verdict.IDLE, 1000, BEFORE, NOW);
    }

    @Test
    void shouldShowTheValuesOfItsEvidence() {
        TestRow now = NOW.plus(FlowField.RWND_LIMITED, 900_007).with(FlowField.SEND_WINDOW, 1_009);
        String evidence = judge(BEFORE, now).text(VerdictField.EVIDENCE, 0);
        assertTrue(evidence.startsWith("rwndLimited +900007 us, sendWindow 1009 B"), evidence);
        assertTrue(evidence.length() <= Explanation.MAXIMUM_LENGTH, evidence);
    }

    @Test
    void shouldAdviseByTheValuesOfTheFlow() {
        TestRow now = NOW.plus(FlowField.SNDBUF_LIMITED, WINDOW_MICROS);
        String unknown = judge(BEFORE, now).text(VerdictField.ADVICE, 0);
        assertTrue(unknown.endsWith("Do not set SO_SNDBUF, or raise the third value of net.ipv4.tcp_wmem."), unknown);
        String fixed = judge(BEFORE, now.with(FlowField.USER_LOCKS, 1)).text(VerdictField.ADVICE, 0);
        assertTrue(fixed.endsWith("Do not set SO_SNDBUF."), fixed);
        String tuned = judge(BEFORE, now.with(FlowField.USER_LOCKS, 2).with(FlowField.SRTT, 90_001))
                .text(VerdictField.ADVICE, 0);
        assertTrue(tuned.contains("Raise the third value of net.ipv4.tcp_wmem. The path seems to be full"), tuned);
    }

    @Test
    void shouldAdviseSmallWritersToSetNodelay() {
        UnaryOperator<TestRow> small = row -> row.with(FlowField.NOT_SENT, 50)
                .with(FlowField.IN_FLIGHT, 1)
                .with(FlowField.UNACKED, 1)
                .with(FlowField.SRTT, 41_003)
                .with(FlowField.NAGLE, 1);
        TestRow now = small.apply(NOW).with(FlowField.BYTES_SENT, 70_000_027 + 3_457 * 50);
        String advice = judge(small.apply(BEFORE), now).text(VerdictField.ADVICE, 0);
        assertTrue(advice.contains("TCP_NODELAY"), advice);
        String other = judge(small.apply(BEFORE), now.with(FlowField.NAGLE, 0)).text(VerdictField.ADVICE, 0);
        assertFalse(other.contains("TCP_NODELAY"), other);
    }

    @Test
    void shouldAdviseAFlowThatReceivesAsReceiver() {
        TestRow full = NOW.with(FlowField.RECEIVE_QUEUE, 300_007).with(FlowField.RECEIVE_WINDOW, 0);
        String advice = judge(full, full.plus(FlowField.SAMPLED, WINDOW).plus(FlowField.BYTES_RECEIVED, 1))
                .text(VerdictField.ADVICE, 0);
        assertEquals(Verdict.SLOW_READER.advice(), advice);
    }

    /** More flows than a block has, of which some ended and some began, in both snapshots at other places. */
    @Test
    void shouldCompareEachFlowWithItself() {
        TestRow[] before = IntStream.rangeClosed(1, 331)
                .filter(id -> id % 7 != 0)
                .mapToObj(id -> new TestRow(id, "cubic", BEFORE.numbers(), BEFORE.addresses()))
                .toArray(TestRow[]::new);
        TestRow[] now = IntStream.rangeClosed(2, 400)
                .filter(id -> id % 11 != 0)
                .mapToObj(id -> new TestRow(id, "cubic", NOW.numbers(), NOW.addresses())
                        .with(FlowField.BUSY_TIME, 7_000_003 + WINDOW_MICROS)
                        .plus(FlowField.RWND_LIMITED, WINDOW_MICROS * id / 400))
                .toArray(TestRow[]::new);
        VerdictTable found = FlowVerdicts.of(
                EarlierRows.of(TestRow.columns(before), 100 * SECOND), TestRow.columns(now), 100 * SECOND + WINDOW);
        for (int i = 0; i < now.length; i++) {
            long id = now[i].flowId();
            boolean known = id <= 331 && id % 7 != 0;
            assertEquals(known, found.has(VerdictField.RWND_SHARE, i), () -> "flow " + id);
            if (known) {
                assertEquals(id / 0.4, (double) found.number(VerdictField.RWND_SHARE, i), 1, () -> "flow " + id);
            }
        }
    }

    /** One flow is limited by the congestion window, one by the peer's window, two are unknown; a number and an absent value. */
    @Test
    void shouldCountTheFlowsByVerdict() {
        TestRow limited = TestRow.flow(3)
                .with(FlowField.SAMPLED, 100 * SECOND)
                .with(FlowField.UNACKED, 7)
                .with(FlowField.BUSY_TIME, 0)
                .with(FlowField.RWND_LIMITED, 0);
        TestRow later = limited.plus(FlowField.SAMPLED, WINDOW)
                .plus(FlowField.BUSY_TIME, WINDOW_MICROS)
                .plus(FlowField.RWND_LIMITED, WINDOW_MICROS);
        VerdictTable verdicts = new VerdictsAndGrowth(
                FlowVerdicts.of(
                        EarlierRows.of(TestRow.columns(limited, BEFORE), 100 * SECOND),
                        TestRow.columns(later, NOW, TestRow.flow(8), TestRow.flow(9)),
                        100 * SECOND + WINDOW),
                GrowthTable.EMPTY);
        int[] counts = new int[256];
        verdicts.count(VerdictField.VERDICT, 4, counts);
        assertEquals(1, counts[Verdict.RWND.number()]);
        assertEquals(1, counts[Verdict.NET.number()]);
        assertEquals(2, counts[Verdict.UNKNOWN.number()]);
        assertEquals(4, IntStream.of(counts).sum());

        int[] shares = new int[1 + 1000];
        verdicts.count(VerdictField.VERDICT_SHARE, 4, shares);
        assertEquals(2, IntStream.of(shares).sum(), "a flow without a verdict has no share");
        int[] first = new int[256];
        verdicts.count(VerdictField.VERDICT, 1, first);
        assertEquals(1, first[Verdict.RWND.number()]);
        assertEquals(1, IntStream.of(first).sum());
    }
}
