package io.tcpprobe.agent.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.tcpprobe.kernel.flow.EventRule;
import java.time.Instant;
import java.util.Optional;
import org.jolokia.json.JSONObject;
import org.jolokia.json.parser.JSONParser;
import org.junit.jupiter.api.Test;

class EventJsonTest {
    @Test
    void shouldHaveEveryItemInOrder() {
        assertEquals(
                "{\"id\":7,\"rule\":\"blackhole\",\"severity\":\"critical\",\"subjectKind\":\"peerPrefix\","
                        + "\"subject\":\"10.0.7.0/24\",\"raised\":\"2023-11-14T22:13:20.130Z\",\"cleared\":null,\"value\":97,"
                        + "\"threshold\":80,\"unit\":\"percent\","
                        + "\"evidence\":\"33 of 34 flows silent; largest: \\\"10.4.5.6:443\\\"\",\"verdict\":\"recovery\","
                        + "\"advice\":\"" + EventRule.BLACKHOLE.advice() + "\"}",
                EventJson.line(TestEvents.active(7)));
    }

    @Test
    void shouldBeOneLineWhateverANameContains() throws Exception {
        String name = "a\r\nevent: forged\u0000\u2028\"\\\u001b[1m";
        Event event = new Event(
                1,
                EventRule.RTO_BACKOFF,
                new EventSubject(EventRule.Subject.PROCESS, name),
                Instant.EPOCH,
                Optional.of(Instant.EPOCH),
                3,
                3,
                "",
                Optional.empty());
        String line = EventJson.line(event);
        assertFalse(line.chars().anyMatch(character -> character < ' '), line);
        JSONObject read = new JSONParser().parse(line, JSONObject.class);
        assertEquals(name, read.get("subject"));
        assertEquals("1970-01-01T00:00:00Z", read.get("cleared"));
        assertEquals(null, read.get("verdict"));
    }
}
