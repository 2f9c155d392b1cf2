package io.tcpprobe.agent.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.events.Events;
import io.tcpprobe.agent.events.TestEvents;
import io.tcpprobe.agent.jmx.JmxConnector;
import io.tcpprobe.agent.parts.ServedParts;
import io.tcpprobe.test.EventStreamClient;
import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jolokia.json.JSONObject;
import org.jolokia.json.parser.JSONParser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Readers of {@code /events}, over loopback. */
class EventReadersTest {
    private static final InetSocketAddress FREE = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
    private static final long HEAP = 512L << 20;

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<EventStreamClient> readers = new ArrayList<>();
    private ServedParts parts;
    private JmxConnector beans;
    private HttpConnector connector;
    private Events events;

    @BeforeEach
    void open(@TempDir Path folder) throws Exception {
        parts = ServedParts.of(folder);
        beans = parts.jmx();
        events = parts.served().ruleEvents();
        TestEvents.raise(events, 1);
        connector = HttpConnector.open(
                parts.served(), new HttpConnector.Options(List.of(FREE), Origins.parse(""), HttpShare.of(HEAP, true)));
    }

    @AfterEach
    void close() throws Exception {
        for (EventStreamClient reader : readers) {
            reader.close();
        }
        client.close();
        connector.close();
        beans.close();
        parts.close();
    }

    private InetSocketAddress address() {
        return connector.addresses().getFirst();
    }

    private EventStreamClient kept(EventStreamClient reader) {
        readers.add(reader);
        return reader;
    }

    private EventStreamClient reader() throws IOException {
        return resumed("");
    }

    private EventStreamClient resumed(String lastId) throws IOException {
        return kept(EventStreamClient.resume(address(), lastId));
    }

    private static void await(EventStreamClient reader, String... changes) {
        Waiting.until("the messages", reader::changes, List.of(changes)::equals);
    }

    private HttpResponse<String> get(String target) throws Exception {
        return client.send(
                HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + address().getPort() + target))
                        .timeout(Duration.ofSeconds(20))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void shouldSendActiveEventsFirstAndThenEveryChange() throws Exception {
        TestEvents.raise(events, 2);
        TestEvents.raise(events, 3);
        TestEvents.clear(events, 2);
        EventStreamClient reader = reader();
        await(reader, "active 1", "active 3");
        Waiting.until("the position", () -> !reader.lastId().isEmpty());
        TestEvents.raise(events, 4);
        TestEvents.clear(events, 1);
        await(reader, "active 1", "active 3", "raised 4", "cleared 1");
        List<String> ids =
                reader.messages().stream().map(EventStreamClient.Message::id).toList();
        assertEquals(List.of("", ""), ids.subList(0, 2), "an active event is not a message to resume after");
        assertTrue(ids.get(2).endsWith("-4"), ids.toString());
        assertTrue(ids.get(3).endsWith("-5"), ids.toString());
        assertTrue(
                reader.head().contains("Content-Type: text/event-stream"),
                () -> reader.head().toString());
        assertFalse(
                reader.head().toString().contains("Content-Length"),
                () -> reader.head().toString());
    }

    @Test
    void shouldHaveTheItemsThatTheMBeanHas() throws Exception {
        EventStreamClient reader = reader();
        await(reader, "active 1");
        JSONObject streamed =
                new JSONParser().parse(reader.messages().getFirst().data(), JSONObject.class);
        JSONObject answer = new JSONParser()
                .parse(get("/jolokia/read/tcpprobe:type=Events/Active").body(), JSONObject.class);
        Map<?, ?> read = (Map<?, ?>) ((Map<?, ?>) answer.get("value")).get("1");
        assertEquals(new HashSet<>(read.keySet()), new HashSet<>(streamed.keySet()));
        for (Object name : read.keySet()) {
            if (name.equals("raised")) {
                assertEquals(
                        OffsetDateTime.parse(String.valueOf(read.get(name)))
                                .toInstant()
                                .truncatedTo(ChronoUnit.SECONDS),
                        Instant.parse(String.valueOf(streamed.get(name))).truncatedTo(ChronoUnit.SECONDS));
            } else {
                assertEquals(String.valueOf(read.get(name)), String.valueOf(streamed.get(name)), name.toString());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldResumeWithoutLossOrDoubles(boolean byHeader) throws Exception {
        EventStreamClient first = reader();
        await(first, "active 1");
        TestEvents.raise(events, 2);
        await(first, "active 1", "raised 2");
        String position = first.lastId(); // a message may still arrive while it is being closed
        first.close();
        TestEvents.raise(events, 3);
        TestEvents.clear(events, 2);
        EventStreamClient second = byHeader
                ? resumed(position)
                : kept(EventStreamClient.open(address(), "/events?x=1&lastEventId=" + position, ""));
        await(second, "raised 3", "cleared 2");
        TestEvents.clear(events, 3);
        await(second, "raised 3", "cleared 2", "cleared 3");
        EventStreamClient third = resumed(second.lastId());
        TestEvents.raise(events, 4);
        await(third, "raised 4");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0123456789ab-1", "RUN-99", "nonsense"})
    void shouldResetAReaderWhoseIdIsNotKept(String id) throws Exception {
        EventStreamClient first = reader();
        await(first, "active 1");
        Waiting.until("the position", () -> !first.lastId().isEmpty());
        EventStreamClient second = resumed(id.replace("RUN", first.lastId().replaceFirst("-.*", "")));
        await(second, "reset", "active 1");
        TestEvents.clear(events, 1);
        await(second, "reset", "active 1", "cleared 1");
    }

    @Test
    void shouldBoundReadersAndAnswerOthers() throws Exception {
        int share = HttpShare.of(HEAP, true).readers() * 3 / 4;
        List<EventStreamClient> accepted = new ArrayList<>();
        for (int i = 0; i < share; i++) {
            accepted.add(reader());
        }
        for (EventStreamClient reader : accepted) {
            await(reader, "active 1");
        }
        for (int i = 0; i < 200; i++) {
            HttpResponse<String> refused = get("/events");
            assertEquals(503, refused.statusCode());
            assertTrue(refused.body().contains("\"error\":\"too many readers"), refused.body());
            assertTrue(refused.headers().firstValue("Retry-After").isPresent());
            assertEquals(200, get("/jolokia/read/tcpprobe:type=Events/Raised").statusCode());
        }
        TestEvents.raise(events, 2);
        for (EventStreamClient reader : accepted) {
            await(reader, "active 1", "raised 2");
            reader.close();
        }
        EventStreamClient later = Waiting.until("room for a reader", this::reader, reader -> {
            Waiting.until("an answer", () -> !reader.head().isEmpty());
            return reader.head().getFirst().contains("200");
        });
        await(later, "active 1", "active 2");
    }

    @Test
    void shouldDisconnectASlowReaderAndSendAllToAnother() throws Exception {
        EventStreamClient slow = kept(EventStreamClient.stalled(address()));
        Waiting.until("the beginning of its answer", slow::answered);
        EventStreamClient fast = reader();
        List<String> expected = new ArrayList<>(List.of("active 1"));
        await(fast, "active 1");
        for (int from = 2; from < 3000; from += 100) {
            for (int id = from; id < from + 100; id++) {
                TestEvents.raise(events, id);
                TestEvents.clear(events, id);
                expected.addAll(List.of("raised " + id, "cleared " + id));
            }
            Waiting.until("all messages so far", () -> fast.messages().size() == expected.size());
        }
        assertEquals(expected, fast.changes());
        slow.start();
        Waiting.until("the end of the slow one", slow::ended);
        List<String> got = slow.changes();
        assertEquals(expected.subList(0, got.size()), got, "what it got is complete up to the end");
        assertTrue(got.size() < expected.size() / 2, () -> got.size() + " of " + expected.size());
        await(resumed(slow.lastId()), "reset", "active 1");
    }

    @Test
    void shouldResumeASlowReaderWhileTheMessagesAreKept() throws Exception {
        EventStreamClient reader = reader();
        await(reader, "active 1");
        Waiting.until("the position", () -> !reader.lastId().isEmpty());
        String position = reader.lastId(); // a message may still arrive while it is being closed
        reader.close();
        for (int id = 2; id <= 300; id++) {
            TestEvents.raise(events, id);
        }
        await(
                resumed(position),
                IntStream.rangeClosed(2, 300).mapToObj(id -> "raised " + id).toArray(String[]::new));
        await(
                reader(),
                Stream.concat(
                                Stream.of("active 1"),
                                IntStream.rangeClosed(2, 300).mapToObj(id -> "active " + id))
                        .toArray(String[]::new));
    }

    @Test
    void shouldEndAllReadersWhenItIsClosed() throws Exception {
        EventStreamClient one = reader();
        EventStreamClient two = reader();
        await(one, "active 1");
        await(two, "active 1");
        connector.close();
        Waiting.until("the end of both", () -> one.ended() && two.ended());
    }
}
