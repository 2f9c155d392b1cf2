package io.tcpprobe.agent.groups;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.config.Origin;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.SettingValue;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.EndReason;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowStatistic;
import io.tcpprobe.kernel.flow.GroupField;
import io.tcpprobe.kernel.flow.GroupKind;
import io.tcpprobe.kernel.flow.RttHistogram;
import io.tcpprobe.kernel.flow.TcpState;
import io.tcpprobe.kernel.proc.ControlGroups;
import io.tcpprobe.test.Seed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class GroupCounterTest {
    private static final long SECOND = 1_000_000_000;
    private static final int OWN_NAMESPACE = 7;

    /** The paths of the control groups, by id. */
    private final Map<Long, Path> controlGroups = new HashMap<>(Map.of(1L, Path.of("")));

    /** The pods that the kubelet lists, by container. It is asked once. */
    private final Map<String, String> pods = new HashMap<>();

    private GroupCounter counter = counter(100, 24, 48);

    /** The counter that has the flows that existed at the start. */
    private @Nullable GroupCounter begun;

    /** Listeners of port 80 in the namespace 7. */
    private static final class Port80 implements FlowRoles.Listeners {
        @Override
        public BitSet ports() {
            BitSet ports = new BitSet();
            ports.set(80);
            return ports;
        }

        @Override
        public int networkNamespace() {
            return OWN_NAMESPACE;
        }
    }

    private GroupCounter counter(int max, int ipv4Bits, int ipv6Bits) {
        try {
            List<SettingValue<?>> values = List.of(
                    Settings.GROUPS_IPV4PREFIX.parse(Integer.toString(ipv4Bits)),
                    Settings.GROUPS_IPV6PREFIX.parse(Integer.toString(ipv6Bits)));
            SettingStore settings = new SettingStore(Map.of(Origin.COMMAND_LINE, values), _ -> {});
            GroupNames names = new GroupNames(
                    new PeerPrefixes(settings),
                    new Containers(
                            () -> ControlGroups.of(controlGroups),
                            new PodNames(Optional.of(() -> pods), () -> SECOND, Runnable::run),
                            () -> SECOND));
            return new GroupCounter(new GroupTotals(names, max), new FlowRoles(new Port80()), 64);
        } catch (Exception wrong) {
            throw new IllegalStateException(wrong);
        }
    }

    private static FakeFlow client(int id) {
        return new FakeFlow(id).with(FlowField.ACTIVE_OPEN, 1);
    }

    private void count(long takenNanos, FakeFlow... flows) {
        count(takenNanos, List.of(flows), Map.of(FlowStatistic.CONNECTS_REFUSED, 0L));
    }

    private void count(long takenNanos, List<FakeFlow> flows, Map<FlowStatistic, Long> statistics) {
        var snapshot = FakeFlow.snapshot(takenNanos, flows, statistics);
        if (counter != begun) {
            counter.begin(snapshot);
            begun = counter;
        }
        counter.prepare(snapshot.flows(), counter.unsettled(snapshot.flows()));
        counter.count(snapshot);
    }

    private long number(GroupKind kind, String name, GroupField field) {
        Group group = counter.snapshot().find(kind, name).orElseThrow();
        assertTrue(group.has(field), field.label());
        return group.number(field);
    }

    private long clients(GroupField field) {
        return number(GroupKind.ROLE, "client", field);
    }

    private long sum(GroupKind kind, GroupField field) {
        return counter.snapshot().of(kind).stream()
                .mapToLong(group -> group.number(field))
                .sum();
    }

    @Test
    void shouldCountAFlowFromItsOpeningToItsEndInOneGroupOfEachKind() {
        count(SECOND);
        FakeFlow flow = client(1).process("curl").with(FlowField.BYTES_SENT, 100);
        count(2 * SECOND, flow);
        assertEquals(1, clients(GroupField.FLOWS));
        flow.with(FlowField.BYTES_SENT, 250).with(FlowField.RETRANS, 3);
        count(3 * SECOND, flow);
        flow.with(FlowField.BYTES_SENT, 307);
        counter.ended(flow.ended(EndReason.RESET_RECEIVED), 4 * SECOND);
        List<Group> groups = List.of(
                counter.snapshot().find(GroupKind.ROLE, "client").orElseThrow(),
                counter.snapshot().find(GroupKind.PORT, "443").orElseThrow(),
                counter.snapshot().find(GroupKind.PROCESS, "curl").orElseThrow(),
                counter.snapshot().find(GroupKind.PREFIX, "192.0.2.0/24").orElseThrow());
        for (Group group : groups) {
            assertEquals(307, group.number(GroupField.BYTES_SENT), group::toString);
            assertEquals(3, group.number(GroupField.RETRANS), group::toString);
            assertEquals(1, group.number(GroupField.OPENED), group::toString);
            assertEquals(1, group.number(GroupField.ASSIGNED), group::toString);
            assertEquals(1, group.number(GroupField.ENDED_RESET_RECEIVED), group::toString);
            assertEquals(0, group.number(GroupField.FLOWS), group::toString);
        }
    }

    @Test
    void shouldCountAFlowThatWasFoundFromTheValuesFound() {
        FakeFlow old = new FakeFlow(1).with(FlowField.BYTES_SENT, 1_000_000);
        count(SECOND, old);
        assertEquals(1, clients(GroupField.FLOWS));
        assertEquals(0, clients(GroupField.BYTES_SENT));
        assertEquals(0, clients(GroupField.OPENED));
        count(2 * SECOND, old.plus(FlowField.BYTES_SENT, 5));
        assertEquals(5, clients(GroupField.BYTES_SENT));
    }

    @Test
    void shouldCountWhatAFlowFoundAtTheStartDidBeforeTheFirstClientAsked() {
        FakeFlow stays = new FakeFlow(1).with(FlowField.BYTES_SENT, 1_000_000);
        FakeFlow ends = new FakeFlow(2).with(FlowField.BYTES_SENT, 2_000_000);
        counter.begin(FakeFlow.snapshot(SECOND, List.of(stays, ends)));
        counter.ended(ends.plus(FlowField.BYTES_SENT, 70).ended(EndReason.FIN_SENT), 2 * SECOND);
        var late = FakeFlow.snapshot(2 * SECOND, List.of(stays.plus(FlowField.BYTES_SENT, 5), ends));
        counter.count(late);
        assertEquals(75, clients(GroupField.BYTES_SENT));
        assertEquals(1, clients(GroupField.FLOWS));
        assertEquals(1, clients(GroupField.ENDED_FIN_SENT));
        assertEquals(0, clients(GroupField.OPENED));
        begun = counter;
        count(3 * SECOND, stays.plus(FlowField.BYTES_SENT, 6));
        assertEquals(81, clients(GroupField.BYTES_SENT));
    }

    @Test
    void shouldNotCountWhatAFlowDidThatIsOlderThanTheAgent() {
        count(SECOND);
        FakeFlow old = new FakeFlow(1).with(FlowField.FIRST_SEEN, SECOND).with(FlowField.BYTES_SENT, 1000);
        counter.ended(old.ended(EndReason.FIN_SENT), 2 * SECOND);
        assertEquals(0, clients(GroupField.BYTES_SENT));
        assertEquals(1, clients(GroupField.ENDED_FIN_SENT));
    }

    @Test
    void shouldNotCountTwiceWhatAnEvictedFlowHadDone() {
        count(SECOND);
        count(2 * SECOND, client(1).with(FlowField.BYTES_SENT, 1000));
        var full = Map.of(FlowStatistic.MAXFLOW_REACHED, 1L);
        count(3 * SECOND, List.of(), full);
        FakeFlow returned = new FakeFlow(2).with(FlowField.BYTES_SENT, 1100);
        count(4 * SECOND, List.of(returned), full);
        count(6 * SECOND, List.of(returned.plus(FlowField.BYTES_SENT, 7)), full);
        assertEquals(1007, clients(GroupField.BYTES_SENT));
        assertEquals(1, clients(GroupField.MISSED));
        assertEquals(1, clients(GroupField.FLOWS));
    }

    @Test
    void shouldNotCountTwiceTheFlowsOfAnotherSource() {
        count(SECOND);
        count(2 * SECOND, client(1).with(FlowField.BYTES_SENT, 1000));
        count(3 * SECOND, new FakeFlow(2).with(FlowField.BYTES_SENT, 1100));
        assertEquals(1000, clients(GroupField.BYTES_SENT));
    }

    @Test
    void shouldNotCountAsNewWhatAnotherPortSelects() {
        FakeFlow one = new FakeFlow(1);
        count(SECOND, one);
        counter.selectionChanged();
        count(2 * SECOND, one, new FakeFlow(2).with(FlowField.BYTES_SENT, 1100));
        assertEquals(0, clients(GroupField.BYTES_SENT));
        assertEquals(2, clients(GroupField.FLOWS));
    }

    @Test
    void shouldNotCountAFlowAgainThatEndedAfterTheSnapshotWasBegun() {
        count(SECOND);
        FakeFlow flow = client(1).with(FlowField.BYTES_SENT, 100);
        var late = FakeFlow.snapshot(2 * SECOND, List.of(flow));
        var later = FakeFlow.snapshot(2 * SECOND + 1, List.of(flow));
        counter.ended(flow.ended(EndReason.FIN_SENT), 2 * SECOND + 2);
        counter.count(late);
        counter.count(later);
        assertEquals(100, clients(GroupField.BYTES_SENT));
        assertEquals(1, clients(GroupField.ASSIGNED));
        assertEquals(0, clients(GroupField.FLOWS));
    }

    @Test
    void shouldAwaitTheReportOfTheEndOfAFlowThatIsGone() {
        count(SECOND);
        FakeFlow flow = client(1).with(FlowField.BYTES_SENT, 100);
        count(2 * SECOND, flow);
        count(3 * SECOND);
        assertEquals(1, clients(GroupField.FLOWS));
        counter.ended(flow.plus(FlowField.BYTES_SENT, 11).ended(EndReason.FIN_SENT), 3 * SECOND);
        count(9 * SECOND);
        assertEquals(111, clients(GroupField.BYTES_SENT));
        assertEquals(0, clients(GroupField.MISSED));
        assertEquals(1, clients(GroupField.ENDED_FIN_SENT));
        assertEquals(0, clients(GroupField.FLOWS));
    }

    @Test
    void shouldKeepWhatWasSeenOfAFlowWhoseEndIsNotReported() {
        count(SECOND);
        count(2 * SECOND, client(1).with(FlowField.BYTES_SENT, 100));
        count(3 * SECOND);
        count(3 * SECOND + GroupCounter.REPORT_NANOS + 1);
        assertEquals(100, clients(GroupField.BYTES_SENT));
        assertEquals(1, clients(GroupField.MISSED));
        assertEquals(0, clients(GroupField.FLOWS));
    }

    /** More ends than are remembered: flows of a snapshot that is older than them could have ended, so they wait for the next one. */
    @Test
    void shouldNotTrustAnOldSnapshotAfterMoreEndsThanItRemembers() {
        count(SECOND);
        FakeFlow lives = client(1000).with(FlowField.BYTES_SENT, 10);
        FakeFlow ends = client(1).with(FlowField.BYTES_SENT, 1);
        var old = FakeFlow.snapshot(2 * SECOND, List.of(lives, ends));
        counter.ended(ends.ended(EndReason.FIN_SENT), 3 * SECOND);
        for (int id = 2; id <= 101; id++) {
            counter.ended(client(id).with(FlowField.BYTES_SENT, 1).ended(EndReason.FIN_SENT), 3 * SECOND + id);
        }
        counter.count(old);
        assertEquals(101, clients(GroupField.BYTES_SENT));
        count(4 * SECOND, lives);
        assertEquals(111, clients(GroupField.BYTES_SENT));
        assertEquals(1, clients(GroupField.FLOWS));
    }

    @Test
    void shouldPutFlowsWithoutRoomIntoOther() {
        counter = counter(2, 24, 48);
        count(SECOND);
        int hostile = 10_007;
        for (int id = 1; id <= hostile; id++) {
            controlGroups.put(2L + id, Path.of("lxc.payload.c" + id));
            pods.put("c" + id, "shop/c" + id);
        }
        FakeFlow live = client(hostile + 1).peer("10.1.0.1").process("p1"); // of the first groups
        count(2 * SECOND, live.with(FlowField.REMOTE_PORT, 1).with(FlowField.CGROUP, 3));
        for (int id = 1; id <= hostile; id++) {
            FakeFlow flow = client(id)
                    .with(FlowField.REMOTE_PORT, id)
                    .peer("10." + id % 250 + "." + id / 250 + ".1")
                    .process("p" + id)
                    .with(FlowField.CGROUP, 2 + id)
                    .with(FlowField.BYTES_SENT, 3);
            counter.ended(flow.ended(EndReason.FIN_SENT), 2 * SECOND + id);
        }
        for (GroupKind kind :
                List.of(GroupKind.PORT, GroupKind.PROCESS, GroupKind.CONTAINER, GroupKind.PREFIX, GroupKind.POD)) {
            List<Group> groups = counter.snapshot().of(kind);
            assertEquals(List.of(1, 2, 3), groups.stream().map(Group::number).toList());
            assertEquals(hostile - 2, groups.getFirst().number(GroupField.ASSIGNED));
            assertEquals("other", groups.getFirst().name());
            assertEquals(3L * hostile, sum(kind, GroupField.BYTES_SENT));
        }
        assertEquals(3, number(GroupKind.PORT, "1", GroupField.BYTES_SENT), "the first ones stay");
    }

    @Test
    void shouldCountFailedConnectsByReason() {
        count(SECOND);
        Map<EndReason, GroupField> fields = Map.of(
                EndReason.CONNECTION_REFUSED, GroupField.FAILED_REFUSED,
                EndReason.CONNECT_TIMED_OUT, GroupField.FAILED_TIMED_OUT,
                EndReason.UNREACHABLE, GroupField.FAILED_UNREACHABLE,
                EndReason.CONNECT_CANCELLED, GroupField.FAILED_CANCELLED,
                EndReason.CONNECT_FAILED, GroupField.FAILED_OTHER);
        int times = 0;
        for (EndReason reason : EndReason.values()) {
            times++;
            for (int i = 0; i < times && fields.containsKey(reason); i++) {
                counter.failed(new FakeFlow(1).with(FlowField.RETRANS, 2).ended(reason));
            }
        }
        times = 0;
        for (EndReason reason : EndReason.values()) {
            times++;
            if (fields.containsKey(reason)) {
                assertEquals(times, clients(fields.get(reason)), reason.label());
            }
        }
        assertEquals(2 * clients(GroupField.ASSIGNED), clients(GroupField.RETRANS_HANDSHAKE));
        assertEquals(0, clients(GroupField.OPENED));
        assertEquals(0, clients(GroupField.FLOWS));
    }

    @Test
    void shouldCountTheFailureOfAConnectThatWasAFlow() {
        count(SECOND);
        FakeFlow flow = new FakeFlow(1).with(FlowField.STATE, TcpState.SYN_SENT.mib());
        count(2 * SECOND, flow);
        counter.ended(flow.ended(EndReason.CONNECT_TIMED_OUT), 3 * SECOND);
        assertEquals(1, clients(GroupField.FAILED_TIMED_OUT));
        assertEquals(0, clients(GroupField.OPENED));
    }

    @Test
    void shouldCountAFlowAsOpenedOnceItIsEstablished() {
        count(SECOND);
        FakeFlow flow = new FakeFlow(1).with(FlowField.STATE, TcpState.SYN_SENT.mib());
        count(2 * SECOND, flow);
        assertEquals(0, clients(GroupField.OPENED));
        flow.with(FlowField.STATE, TcpState.ESTABLISHED.mib());
        count(3 * SECOND, flow);
        count(4 * SECOND, flow);
        assertEquals(1, clients(GroupField.OPENED));
    }

    /** Every reason is counted by a field, none by two. */
    @ParameterizedTest
    @EnumSource
    void shouldHaveAFieldForEveryReason(EndReason reason) {
        assertEquals(
                List.of(GroupField.of(reason)),
                GroupField.all().stream()
                        .filter(field -> field.reason().filter(reason::equals).isPresent())
                        .toList());
    }

    @Test
    void shouldMoveAFlowOnceToTheProcessThatBecomesKnown() {
        count(SECOND);
        FakeFlow flow = client(1).with(FlowField.BYTES_SENT, 100);
        count(2 * SECOND, flow);
        count(3 * SECOND, flow.process("first").plus(FlowField.BYTES_SENT, 20));
        count(4 * SECOND, flow.process("other1").plus(FlowField.BYTES_SENT, 3));
        assertEquals(100, number(GroupKind.PROCESS, "unknown", GroupField.BYTES_SENT));
        assertEquals(23, number(GroupKind.PROCESS, "first", GroupField.BYTES_SENT));
        assertEquals(0, number(GroupKind.PROCESS, "unknown", GroupField.FLOWS));
        assertEquals(1, number(GroupKind.PROCESS, "first", GroupField.FLOWS));
        assertFalse(counter.snapshot().find(GroupKind.PROCESS, "other1").isPresent());
    }

    @Test
    void shouldMoveAFlowToItsProcessWhenAllPlacesWereTakenBeforeItsOwnerWasUnknown() {
        counter = counter(2, 24, 48);
        count(SECOND);
        FakeFlow late = client(3).with(FlowField.BYTES_SENT, 100);
        FakeFlow without = client(4).with(FlowField.BYTES_SENT, 1000);
        count(2 * SECOND, client(1).process("first"), client(2).process("second"), late, without);
        count(3 * SECOND, late.process("second").plus(FlowField.BYTES_SENT, 20), without.process("third"));
        count(4 * SECOND, late, without.plus(FlowField.BYTES_SENT, 3));
        assertEquals(20, number(GroupKind.PROCESS, "second", GroupField.BYTES_SENT));
        assertEquals(1100, number(GroupKind.PROCESS, "unknown", GroupField.BYTES_SENT));
        assertEquals(2, number(GroupKind.PROCESS, "unknown", GroupField.ASSIGNED));
        assertEquals(0, number(GroupKind.PROCESS, "unknown", GroupField.FLOWS));
        assertEquals(3, number(GroupKind.PROCESS, "other", GroupField.BYTES_SENT));
        assertEquals(1, number(GroupKind.PROCESS, "other", GroupField.ASSIGNED));
    }

    @Test
    void shouldTellAProcessFromTheGroupWithItsName() {
        counter = counter(2, 24, 48);
        count(SECOND);
        FakeFlow nameless = client(3).with(FlowField.BYTES_SENT, 30);
        count(
                2 * SECOND,
                client(1).process("other").with(FlowField.BYTES_SENT, 1),
                client(2).process("unknown").with(FlowField.BYTES_SENT, 2),
                nameless,
                client(4).process("third").with(FlowField.BYTES_SENT, 400));
        List<Group> processes = counter.snapshot().of(GroupKind.PROCESS);
        assertEquals(
                List.of("other", "other (name of process)", "unknown (name of process)", "unknown"),
                processes.stream().map(Group::name).toList());
        assertEquals(
                List.of(400L, 1L, 2L, 30L),
                processes.stream()
                        .map(group -> group.number(GroupField.BYTES_SENT))
                        .toList());
        count(3 * SECOND, nameless.process("unknown").plus(FlowField.BYTES_SENT, 5));
        assertEquals(7, number(GroupKind.PROCESS, "unknown (name of process)", GroupField.BYTES_SENT));
    }

    @Test
    void shouldGroupFlowsByContainerAndPodAndThoseWithoutOneAsHost() {
        pods.put("0123456789ab", "shop/web-0");
        controlGroups.put(7L, Path.of("docker", "0123456789ab" + "c".repeat(52)));
        controlGroups.put(8L, Path.of("lxc.payload.host"));
        controlGroups.put(9L, Path.of("lxc.payload.other"));
        count(SECOND);
        count(
                2 * SECOND,
                client(1).with(FlowField.CGROUP, 7).with(FlowField.BYTES_SENT, 10),
                client(2).with(FlowField.CGROUP, 8).with(FlowField.BYTES_SENT, 200),
                client(3).with(FlowField.CGROUP, 1).with(FlowField.BYTES_SENT, 3000),
                client(4).with(FlowField.CGROUP, 9).with(FlowField.BYTES_SENT, 40_000),
                client(5).with(FlowField.CGROUP, 4711).with(FlowField.BYTES_SENT, 500_000),
                client(6).with(FlowField.BYTES_SENT, 6_000_000));
        assertEquals(
                Map.of(
                        "other", 0L,
                        "0123456789ab", 10L,
                        "host (name of container)", 200L,
                        "host", 3000L,
                        "other (name of container)", 40_000L,
                        "unknown", 6_500_000L),
                sent(GroupKind.CONTAINER));
        assertEquals(Map.of("other", 0L, "shop/web-0", 10L, "host", 3000L, "unknown", 6_540_200L), sent(GroupKind.POD));
    }

    private Map<String, Long> sent(GroupKind kind) {
        return counter.snapshot().of(kind).stream()
                .collect(Collectors.toMap(Group::name, group -> group.number(GroupField.BYTES_SENT)));
    }

    /** A flow without a known owner must not cause a dump of the listeners for each snapshot. */
    @Test
    void shouldNeedTheListenersForNewFlowsOnly() {
        FakeFlow nameless = new FakeFlow(1);
        count(SECOND, nameless);
        var next = FakeFlow.snapshot(2 * SECOND, List.of(nameless, client(2)));
        assertFalse(counter.unsettled(next.flows()).needsListeners());
        next = FakeFlow.snapshot(2 * SECOND, List.of(nameless, new FakeFlow(2)));
        assertTrue(counter.unsettled(next.flows()).needsListeners());
    }

    @Test
    void shouldShowNoControlCharactersOfAProcessName() {
        count(SECOND, client(1).process("a\u001b[2Jb"));
        assertEquals(1, number(GroupKind.PROCESS, "a?[2Jb", GroupField.FLOWS));
    }

    @ParameterizedTest
    @CsvSource({
        "80, 50000, 7, server, 80",
        "50000, 80, 7, client, 80",
        "80, 50000, 8, unknown, unknown",
    })
    void shouldFindTheRoleByTheListenersOfItsNamespace(int local, int remote, int namespace, String role, String port) {
        FakeFlow flow = new FakeFlow(1)
                .with(FlowField.LOCAL_PORT, local)
                .with(FlowField.REMOTE_PORT, remote)
                .with(FlowField.NETWORK_NAMESPACE, namespace);
        count(SECOND, flow);
        assertEquals(1, number(GroupKind.ROLE, role, GroupField.FLOWS));
        assertEquals(1, number(GroupKind.PORT, port, GroupField.FLOWS));
    }

    @Test
    void shouldPreferTheObservedRoleToTheListeners() {
        count(SECOND, client(1).with(FlowField.LOCAL_PORT, 80), new FakeFlow(2).with(FlowField.ACTIVE_OPEN, 0));
        assertEquals(1, number(GroupKind.ROLE, "client", GroupField.FLOWS));
        assertEquals(1, number(GroupKind.ROLE, "server", GroupField.FLOWS));
    }

    @ParameterizedTest
    @CsvSource({
        "198.51.100.201, 24, 48, 198.51.100.0/24",
        "198.51.100.201, 27, 48, 198.51.100.192/27",
        "198.51.100.201, 0, 48, 0.0.0.0/0",
        "198.51.100.201, 32, 48, 198.51.100.201/32",
        "2001:db8:aaaa:bbbb::1, 24, 48, 2001:db8:aaaa::/48",
        "2001:db8:aaaa:bbbb::1, 24, 33, 2001:db8:8000::/33",
        "2001:db8:aaaa:bbbb::1, 24, 128, 2001:db8:aaaa:bbbb::1/128",
    })
    void shouldShortenThePeersAddress(String peer, int ipv4Bits, int ipv6Bits, String prefix) {
        counter = counter(10, ipv4Bits, ipv6Bits);
        count(SECOND, client(1).peer(peer));
        assertEquals(1, number(GroupKind.PREFIX, prefix, GroupField.FLOWS));
    }

    @Test
    void shouldHavePercentilesInTheBucketsOfTheExactOnes() {
        Random random = new Random(Seed.next());
        count(SECOND);
        long[] all = new long[4001];
        FakeFlow[] flows = {client(1), client(2), client(3)};
        for (int i = 0; i < all.length; i++) {
            all[i] = (long) Math.exp(3 + 12 * random.nextDouble());
            flows[i % flows.length].plus(RttHistogram.BUCKETS.get(bucket(all[i])), 1);
            if (i % 500 == 0) {
                count(2 * SECOND + i, flows);
            }
        }
        counter.ended(flows[0].ended(EndReason.FIN_SENT), 3 * SECOND);
        count(4 * SECOND, flows[1], flows[2]);
        Arrays.sort(all);
        assertEquals(
                all.length,
                counter.snapshot()
                        .find(GroupKind.ROLE, "client")
                        .orElseThrow()
                        .rtt()
                        .samples());
        assertNear(all, 50, clients(GroupField.RTT_P50));
        assertNear(all, 90, clients(GroupField.RTT_P90));
        assertNear(all, 99, clients(GroupField.RTT_P99));
    }

    private static int bucket(long micros) {
        int bucket = 0;
        while (bucket + 1 < RttHistogram.BUCKETS.size() && RttHistogram.lowerBound(bucket + 1) <= micros) {
            bucket++;
        }
        return bucket;
    }

    private static void assertNear(long[] sorted, int percent, long found) {
        long exact = sorted[(sorted.length * percent + 99) / 100 - 1];
        assertTrue(Math.abs(bucket(exact) - bucket(found)) <= 1, () -> percent + " %: " + exact + ", not " + found);
    }

    @Test
    void shouldOmitWhatTheSourceDoesNotProvide() {
        count(SECOND, List.of(new FakeFlow(1).with(FlowField.BYTES_SENT, 1)), Map.of());
        Group group = counter.snapshot().find(GroupKind.ROLE, "client").orElseThrow();
        assertTrue(group.has(GroupField.BYTES_SENT));
        assertTrue(group.has(GroupField.ENDED_UNKNOWN));
        assertFalse(group.has(GroupField.RETRANS_FAST));
        assertFalse(group.has(GroupField.FAILED_REFUSED));
        assertFalse(group.has(GroupField.RTT_P50));
    }

    @ParameterizedTest
    @CsvSource({"5, 8, 3", "8, 8, 0", "4294967290, 4, 10", "100, 40, 0"})
    void shouldCountACounterOf32BitsThatWraps(long before, long now, long more) {
        assertEquals(more, CountedValues.increase(FlowField.RETRANS, before, now));
    }

    /** Flows open, grow, end and vanish at random, and reports come late or not at all: counters never fall, and nothing is lost. */
    @Test
    void shouldCountEveryByteOnceWhateverTheOrder() {
        Random random = new Random(Seed.next());
        counter = counter(3, 24, 48);
        count(0);
        Map<Integer, FakeFlow> live = new HashMap<>();
        List<FakeFlow> unreported = new ArrayList<>();
        Map<GroupField, Long> last = new HashMap<>();
        long truth = 0;
        long ends = 0;
        int id = 0;
        for (int step = 1; step <= 3000; step++) {
            long now = step * SECOND / 4;
            if (live.size() < 40 && random.nextInt(3) > 0) {
                FakeFlow flow = client(++id).with(FlowField.REMOTE_PORT, random.nextInt(20));
                live.put(id, flow.process("p" + random.nextInt(6)));
            }
            for (FakeFlow flow : live.values()) {
                long more = random.nextInt(100);
                flow.plus(FlowField.BYTES_SENT, more);
                truth += more;
            }
            var snapshot = FakeFlow.snapshot(now, live.values());
            for (FakeFlow flow : List.copyOf(live.values())) {
                if (random.nextInt(20) == 0) {
                    live.remove((int) flow.id());
                    unreported.add(flow);
                }
            }
            boolean reportFirst = random.nextBoolean();
            if (reportFirst) {
                ends += report(unreported, now + 1, step, random);
            }
            counter.prepare(snapshot.flows(), counter.unsettled(snapshot.flows()));
            counter.count(snapshot);
            if (!reportFirst) {
                ends += report(unreported, now + 1, step, random);
            }
            assertNothingFalls(last);
        }
        ends += report(unreported, 800 * SECOND, 0, random);
        count(801 * SECOND, List.copyOf(live.values()), Map.of());
        for (GroupKind kind : GroupKind.values()) {
            assertEquals(truth, sum(kind, GroupField.BYTES_SENT), kind.label());
            assertEquals(live.size(), sum(kind, GroupField.FLOWS), kind.label());
            assertEquals(ends, sum(kind, GroupField.ENDED_FIN_SENT), kind.label());
            assertEquals(id, sum(kind, GroupField.OPENED), kind.label());
            assertEquals(0, sum(kind, GroupField.MISSED), kind.label());
        }
    }

    /** Reports most of the ends, and all of them at every fourth step, which is each second. */
    private int report(List<FakeFlow> unreported, long now, int step, Random random) {
        int reported = 0;
        for (FakeFlow flow : List.copyOf(unreported)) {
            if (step % 4 == 0 || random.nextInt(3) > 0) {
                counter.ended(flow.ended(EndReason.FIN_SENT), now);
                unreported.remove(flow);
                reported++;
            }
        }
        return reported;
    }

    private void assertNothingFalls(Map<GroupField, Long> last) {
        for (GroupField field : GroupField.all()) {
            if (field.counter()) {
                long now = sum(GroupKind.ROLE, field);
                assertTrue(now >= last.getOrDefault(field, 0L), field.label());
                last.put(field, now);
            }
        }
    }
}
