package io.tcpprobe.kernel.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.EndReason;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowLayout;
import io.tcpprobe.kernel.flow.FlowRows;
import io.tcpprobe.kernel.flow.FlowStatistic;
import io.tcpprobe.kernel.flow.FlowValues;
import io.tcpprobe.kernel.flow.WatchedFlows;
import io.tcpprobe.kernel.flow.WatchedFlows.Event;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Flows that are watched: which samples the kernel reports of them. */
class BpfWatchTest {
    private static final int LAST = 65535;

    /** In rare runs the kernel does not call the tracepoint for some milliseconds: a twentieth. */
    private static final int UNEXPLAINED = 20;

    /** What was reported: of each sample the length, the count of samples and that of segments. */
    private static final class Reported implements WatchedFlows.Listener {
        record Sample(long flow, long length, long number, long segments) {}

        final List<Sample> samples = new ArrayList<>();
        final List<String> ends = new ArrayList<>();

        @Override
        public void happened(Event event, long flowId, FlowValues flow) {
            if (event == Event.SAMPLE) {
                samples.add(new Sample(
                        flowId,
                        flow.number(FlowField.LENGTH),
                        flow.number(FlowField.SAMPLES),
                        flow.number(FlowField.SEGMENTS_SEEN)));
            } else {
                ends.add(event + " " + flowId + " "
                        + (flow.has(FlowField.END_REASON) ? flow.number(FlowField.END_REASON) : "-"));
            }
        }

        long caused() {
            return samples.stream()
                    .filter(sample -> sample.length != 0 && sample.length != LAST)
                    .count();
        }
    }

    private static WatchedFlows watch(BpfSource source) throws IOException {
        return source.watchFlows().orElseThrow();
    }

    /** Returns the flow with this local port, alone in a snapshot. */
    private static FlowColumns flow(BpfSource source, int localPort) throws IOException {
        source.refreshNow();
        FlowRows rows = source.rows();
        for (int i = 0; i < rows.count(); i++) {
            FlowColumns one = FlowColumns.copyOf(FlowRows.one(rows.memory(), (long) i * FlowLayout.SIZE));
            if (one.size() == 1 && one.number(FlowField.LOCAL_PORT, 0) == localPort) {
                return one;
            }
        }
        throw new AssertionError("no flow from port " + localPort);
    }

    private static long add(WatchedFlows watch, FlowColumns flow) {
        assertTrue(watch.add(flow.flowId(0), flow.at(0)));
        return flow.flowId(0);
    }

    @Test
    void shouldReportASampleOfEverySegmentOfAWatchedFlowAndNoneOfAnother() throws Exception {
        Bpf.requireNamespaces();
        try (LinkedNamespaces namespaces = new LinkedNamespaces();
                BpfSource source = Bpf.open(Bpf.settings("probetime=86400000", "bufsize=65536"));
                Transfer watched =
                        new Transfer(namespaces.left(), namespaces.right(), LinkedNamespaces.RIGHT_IPV4, 100_000);
                Transfer other =
                        new Transfer(namespaces.left(), namespaces.right(), LinkedNamespaces.RIGHT_IPV4, 100_000);
                WatchedFlows watch = watch(source)) {
            namespaces.awaitStill("InSegs");
            FlowColumns before = flow(source, watched.clientPort());
            long merged = -namespaces.bothCounted("TCPBacklogCoalesce");
            long dropped = -namespaces.bothCounted("TCPBacklogDrop");
            long missed = -missed(source);
            long id = add(watch, before);
            watched.exchange(6_000_000);
            other.exchange(6_000_000);
            namespaces.awaitStill("InSegs");
            merged += namespaces.bothCounted("TCPBacklogCoalesce");
            dropped += namespaces.bothCounted("TCPBacklogDrop");
            missed += missed(source);
            FlowColumns after = flow(source, watched.clientPort());
            Reported reported = new Reported();
            watch.drain(reported);
            assertEquals(0, source.statistics().get(FlowStatistic.RING_FULL), "no sample was lost");
            assertTrue(reported.samples.stream().allMatch(sample -> sample.flow == id), "of the watched flow only");
            assertEquals(grown(FlowField.SEGMENTS_SEEN, before, after), reported.caused(), "one of each segment");
            long arrived = grown(FlowField.SEGS_IN, before, after);
            long rest = arrived - reported.caused();
            assertTrue(arrived > 100, arrived + " segments arrived"); // a busy receiver acknowledges more bytes at once
            assertTrue(
                    rest >= 0 && rest <= merged + dropped + missed + arrived / UNEXPLAINED,
                    arrived + " segments, " + reported.caused() + " samples, " + merged + " merged, " + dropped
                            + " dropped, " + missed + " missed");
        }
    }

    private static long missed(BpfSource source) {
        return source.statistics().getOrDefault(FlowStatistic.PURGE_IN_PROGRESS, 0L);
    }

    private static long grown(FlowField field, FlowColumns before, FlowColumns after) {
        return after.number(field, 0) - before.number(field, 0);
    }

    @Test
    void shouldNumberTheSamplesThatTheRingHadNoRoomFor() throws Exception {
        try (BpfSource source = Bpf.open(Bpf.settings("probetime=86400000", "bufsize=1"));
                LoopbackFlows flows = new LoopbackFlows();
                WatchedFlows watch = watch(source)) {
            flows.open();
            flows.pingPong();
            long id = add(watch, flow(source, flows.port()));
            for (int i = 0; i < 101; i++) {
                flows.pingPong();
            }
            Reported first = new Reported();
            watch.drain(first);
            int kept = first.samples.size();
            assertTrue(kept > 0 && kept < 101, kept + " samples fit into a page");
            flows.pingPong();
            Reported second = new Reported();
            watch.drain(second);
            long lost = second.samples.getFirst().number - first.samples.getLast().number - 1;
            assertTrue(lost >= 101 - kept, lost + " were lost, " + kept + " kept");
            assertTrue(source.statistics().get(FlowStatistic.RING_FULL) >= lost, () -> "" + source.statistics());
            assertEquals(id, second.samples.getFirst().flow);
        }
    }

    @Test
    void shouldReportTheEndAndNothingOfTheNextFlowInTheSameRow() throws Exception {
        try (BpfSource source = Bpf.open(Bpf.settings("probetime=86400000"));
                LoopbackFlows flows = new LoopbackFlows();
                WatchedFlows watch = watch(source)) {
            flows.open();
            flows.pingPong();
            FlowColumns flow = flow(source, flows.port());
            long id = add(watch, flow);
            flows.closeLast();
            for (int i = 0; i < 7; i++) { // one of them gets the row
                flows.open();
                flows.pingPongFor(20);
            }
            Reported reported = new Reported();
            watch.drain(reported);
            assertEquals(List.of("ENDED " + id + " " + EndReason.FIN_RECEIVED.number()), reported.ends);
            assertEquals(LAST, reported.samples.getLast().length, "the last sample of the connection");
            assertTrue(reported.samples.stream().allMatch(sample -> sample.flow == id), reported.samples::toString);
            assertFalse(watch.add(id, flow.at(0)), "the flow is gone");
        }
    }

    @Test
    void shouldReportThatAFlowIsNoLongerTracked() throws Exception {
        SettingStore settings = Bpf.settings("probetime=86400000");
        try (BpfSource source = Bpf.open(settings);
                LoopbackFlows flows = new LoopbackFlows();
                WatchedFlows watch = watch(source)) {
            flows.open();
            flows.pingPong();
            long id = add(watch, flow(source, flows.port()));
            settings.change(Settings.PORT, "1", "test");
            Reported reported = new Reported();
            watch.drain(reported);
            assertEquals(List.of("EVICTED " + id + " -"), reported.ends);
        }
    }

    @Test
    void shouldReportNothingOfAFlowThatIsNotWatchedAnyMore() throws Exception {
        try (BpfSource source = Bpf.open(Bpf.settings("probetime=86400000"));
                LoopbackFlows flows = new LoopbackFlows()) {
            flows.open();
            flows.pingPong();
            try (WatchedFlows watch = watch(source)) {
                long id = add(watch, flow(source, flows.port()));
                flows.pingPong();
                watch.remove(id);
                Reported reported = new Reported();
                watch.drain(reported);
                assertTrue(reported.samples.isEmpty(), "what was reported before is discarded");
                long samples = flow(source, flows.port()).number(FlowField.SAMPLES, 0);
                flows.pingPong();
                flows.pingPong();
                long after = flow(source, flows.port()).number(FlowField.SAMPLES, 0);
                assertEquals(1, after - samples, "the sweep's sample only");
            }
        }
    }

    @Test
    void shouldRefuseMoreFlowsThanTheKernelHasPlacesFor() throws Exception {
        try (BpfSource source = Bpf.open(Bpf.settings("probetime=86400000"));
                LoopbackFlows flows = new LoopbackFlows();
                WatchedFlows watch = watch(source)) {
            for (int i = 0; i < WatchedFlows.MAX_FLOWS / 2 + 1; i++) {
                flows.open();
            }
            source.refreshNow();
            FlowColumns all = FlowColumns.copyOf(source.rows());
            List<Integer> ours = new ArrayList<>();
            for (int i = 0; i < all.size(); i++) {
                if (all.number(FlowField.LOCAL_PORT, i) == flows.port()
                        || all.number(FlowField.REMOTE_PORT, i) == flows.port()) {
                    ours.add(i);
                }
            }
            assertTrue(ours.size() > WatchedFlows.MAX_FLOWS, ours.size() + " flows");
            for (int index : ours.subList(0, WatchedFlows.MAX_FLOWS)) {
                assertTrue(watch.add(all.flowId(index), all.at(index)));
            }
            int next = ours.get(WatchedFlows.MAX_FLOWS);
            assertThrows(IllegalStateException.class, () -> watch.add(all.flowId(next), all.at(next)));
            watch.remove(all.flowId(ours.getFirst()));
            assertTrue(watch.add(all.flowId(next), all.at(next)));
        }
    }
}
