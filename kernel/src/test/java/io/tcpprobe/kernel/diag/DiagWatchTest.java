package io.tcpprobe.kernel.diag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.config.Configuration;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowRow;
import io.tcpprobe.kernel.flow.WatchedFlows;
import io.tcpprobe.kernel.flow.WatchedFlows.Event;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Flows of the source diag that are polled one by one. */
class DiagWatchTest {
    private static DiagSource source(LoopbackPairs pairs) throws IOException {
        SettingStore settings = Configuration.read(null, Map.of(), List.of("port=" + pairs.port(), "probetime=0"))
                .store(List.of(), _ -> {});
        return DiagSource.open(settings, System::nanoTime);
    }

    private static FlowColumns flows(DiagSource source) throws IOException {
        source.refresh();
        return FlowColumns.copyOf(source.rows());
    }

    private static Map<Event, List<FlowColumns>> drain(WatchedFlows watch) throws IOException {
        Map<Event, List<FlowColumns>> reported = new EnumMap<>(Event.class);
        watch.drain((event, _, flow) -> reported.computeIfAbsent(event, _ -> new ArrayList<>())
                .add(FlowColumns.copyOf(((FlowRow) flow).rows())));
        return reported;
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void shouldReadWhatADumpReads(String address) throws Exception {
        try (LoopbackPairs pairs = LoopbackPairs.listen(address);
                DiagSource source = source(pairs);
                WatchedFlows watch = source.watchFlows().orElseThrow()) {
            pairs.open();
            FlowColumns dumped = flows(source);
            assertEquals(2, dumped.size());
            for (int i = 0; i < dumped.size(); i++) {
                assertTrue(watch.add(dumped.flowId(i), dumped.at(i)));
                assertTrue(watch.add(dumped.flowId(i), dumped.at(i)), "a second time has no effect");
            }
            List<FlowColumns> samples = drain(watch).get(Event.SAMPLE);
            assertEquals(2, samples.size());
            for (int i = 0; i < dumped.size(); i++) {
                FlowColumns sample = samples.get(i);
                assertEquals(dumped.flowId(i), sample.flowId(0));
                for (FlowField field : List.of(
                        FlowField.LOCAL_PORT,
                        FlowField.REMOTE_PORT,
                        FlowField.COOKIE,
                        FlowField.FIRST_SEEN,
                        FlowField.SEGS_IN,
                        FlowField.CWND,
                        FlowField.MSS,
                        FlowField.SEND_BUFFER,
                        FlowField.NETWORK_NAMESPACE,
                        FlowField.STATE)) {
                    assertEquals(dumped.number(field, i), sample.number(field, 0), field.label());
                }
                assertEquals(
                        dumped.text(FlowField.CONGESTION_CONTROL, i), sample.text(FlowField.CONGESTION_CONTROL, 0));
            }
        }
    }

    @Test
    void shouldReportTheEndOnceAndKeepTheOthers() throws Exception {
        try (LoopbackPairs pairs = LoopbackPairs.listen("127.0.0.1");
                DiagSource source = source(pairs);
                WatchedFlows watch = source.watchFlows().orElseThrow()) {
            int first = pairs.open();
            pairs.open();
            FlowColumns all = flows(source);
            for (int i = 0; i < all.size(); i++) {
                watch.add(all.flowId(i), all.at(i));
            }
            assertEquals(4, drain(watch).get(Event.SAMPLE).size());
            pairs.closeOldest();
            Map<Event, List<FlowColumns>> after = drain(watch);
            assertEquals(2, after.get(Event.SAMPLE).size());
            assertEquals(2, after.get(Event.ENDED).size());
            assertTrue(after.get(Event.ENDED).stream()
                    .allMatch(flow -> flow.number(FlowField.LOCAL_PORT, 0) == first
                            || flow.number(FlowField.REMOTE_PORT, 0) == first));
            Map<Event, List<FlowColumns>> later = drain(watch);
            assertEquals(2, later.get(Event.SAMPLE).size());
            assertEquals(1, later.size(), "the end is reported once");
        }
    }

    @Test
    void shouldRefuseMoreFlowsThanItHasRoomFor() throws Exception {
        try (LoopbackPairs pairs = LoopbackPairs.listen("127.0.0.1");
                DiagSource source = source(pairs);
                WatchedFlows watch = source.watchFlows().orElseThrow()) {
            for (int i = 0; i < WatchedFlows.MAX_FLOWS / 2 + 1; i++) {
                pairs.open();
            }
            FlowColumns all = flows(source);
            for (int i = 0; i < WatchedFlows.MAX_FLOWS; i++) {
                watch.add(all.flowId(i), all.at(i));
            }
            int next = WatchedFlows.MAX_FLOWS;
            assertThrows(IllegalStateException.class, () -> watch.add(all.flowId(next), all.at(next)));
            watch.remove(all.flowId(0));
            assertTrue(watch.add(all.flowId(next), all.at(next)));
            assertEquals(WatchedFlows.MAX_FLOWS, drain(watch).get(Event.SAMPLE).size());
        }
    }
}
