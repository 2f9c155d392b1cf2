package io.tcpprobe.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.flowlog.LoggedFlow;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowText;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HistoryFormatTest {
    private static final Instant NOON = Instant.parse("2026-03-05T12:00:00Z");
    private static final LoggedFlow OF_HOST = new LoggedFlow(NOON, Map.of(FlowField.RETRANS, 3L));
    private static final LoggedFlow OF_POD = new LoggedFlow(
            NOON, Map.of(FlowField.RETRANS, 4L, FlowText.CONTAINER, "0123456789ab", FlowText.POD, "shop/web-0"));

    private static List<String> lines(HistoryFormat format, LoggedFlow... flows) {
        return format.lines(List.of(flows), Optional.empty(), Integer.MAX_VALUE, ZoneOffset.UTC);
    }

    private static List<String> words(String line) {
        return List.of(line.split("  +", -1));
    }

    @Test
    void shouldHaveAColumnOfPodsOnlyIfThereAreAny() {
        assertFalse(lines(HistoryFormat.TABLE, OF_HOST).getFirst().contains("pod"));
        List<String> table = lines(HistoryFormat.TABLE, OF_POD, OF_HOST);
        int column = words(table.getFirst()).indexOf("pod");
        assertEquals("process", words(table.getFirst()).get(column - 1));
        assertEquals("shop/web-0", words(table.get(1)).get(column));
        assertEquals("-", words(table.get(2)).get(column));
    }

    @Test
    void shouldPrintContainerAndPodForOtherPrograms() {
        assertTrue(lines(HistoryFormat.JSON, OF_POD)
                .getFirst()
                .contains("\"container\":\"0123456789ab\",\"pod\":\"shop/web-0\""));
        assertFalse(lines(HistoryFormat.JSON, OF_HOST).getFirst().contains("pod"));
        List<String> csv = lines(HistoryFormat.CSV, OF_POD);
        int column = List.of(csv.getFirst().split(",", -1)).indexOf("pod");
        assertEquals("shop/web-0", csv.get(1).split(",", -1)[column]);
    }
}
