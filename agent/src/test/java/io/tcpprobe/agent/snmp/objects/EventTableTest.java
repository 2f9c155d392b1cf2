package io.tcpprobe.agent.snmp.objects;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpprobe.agent.events.Event;
import io.tcpprobe.agent.events.EventSubject;
import io.tcpprobe.kernel.flow.EventRule;
import io.tcpprobe.kernel.flow.Verdict;
import io.tcpprobe.mibs.EventObject;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.snmp4j.smi.OctetString;
import org.snmp4j.smi.Variable;

class EventTableTest {
    static final Event EVENT = new Event(
            4711,
            EventRule.BLACKHOLE,
            new EventSubject(EventRule.Subject.PEER_PREFIX, "10.4.5.0/24"),
            Instant.parse("2026-11-26T10:11:12.3Z"),
            Optional.empty(),
            97,
            80,
            "33 of 34 flows silent",
            Optional.of(Verdict.RECOVERY));

    private static List<String> values(Event event) {
        EventRows rows = new EventRows(List.of(event));
        return Arrays.stream(EventObject.values())
                .map(object ->
                        object.arc() + " " + text(EventRows.column(object).value(rows, 0)))
                .toList();
    }

    private static String text(Variable value) {
        return value instanceof OctetString octets && !octets.isPrintable() ? octets.toHexString() : value.toString();
    }

    @Test
    void shouldProjectEveryObject() {
        assertEquals(
                List.of(
                        "2 5",
                        "3 2",
                        "4 3",
                        "5 10.4.5.0/24",
                        "6 07:ea:0b:1a:0a:0b:0c:03:2b:00:00",
                        "7 97",
                        "8 80",
                        "9 33 of 34 flows silent",
                        "10 8",
                        "11 " + EventRule.BLACKHOLE.advice(),
                        "12 07:b2:01:01:00:00:00:00:2b:00:00"),
                values(EVENT));
    }

    @Test
    void shouldBeIndexedByTheNumberOfTheEvent() {
        int[] arcs = new int[128];
        assertEquals(1, new EventRows(List.of(EVENT)).index(0, arcs));
        assertEquals(4711, arcs[0]);
    }
}
