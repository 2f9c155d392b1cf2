package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.test.EventStreamClient;
import io.tcpprobe.test.PostReceiver;
import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jolokia.json.parser.JSONParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Events as server-sent events and at the receivers of {@code events.webhook}: they are provoked by listeners that do not accept. */
class EventSinksIT {
    private static final String RULE = "listenerOverflow";
    private static final int READERS = 200;

    @RegisterExtension
    final Agents agents = Agents.ofTest();

    @TempDir
    Path folder;

    @RegisterExtension
    final Kept kept = new Kept();

    private AgentOptions options() {
        return AgentOptions.in(folder.resolve("state"))
                .set("probe.source", "diag")
                .set("snapshotage", 100)
                .set("events.interval", 1)
                .set("events.clear", 10); // longer than the pauses between SYNs that are sent again
    }

    private static InetSocketAddress address(AgentProcess agent) {
        URI http = agent.http();
        return new InetSocketAddress(InetAddress.ofLiteral(http.getHost()), http.getPort());
    }

    private EventStreamClient reader(AgentProcess agent, String lastId) throws IOException {
        return kept.open(EventStreamClient.resume(address(agent), lastId));
    }

    private PostReceiver receiver() throws IOException {
        return kept.open(new PostReceiver((_, _) -> 200));
    }

    private static Map<?, ?> json(String text) {
        try {
            return (Map<?, ?>) new JSONParser().parse(text);
        } catch (Exception bad) {
            throw new AssertionError(text, bad);
        }
    }

    /** Returns the types of a reader's messages about a listener: "raised". */
    private static List<String> about(FullListener listener, EventStreamClient reader) {
        return reader.messages().stream()
                .filter(message -> isAbout(listener, json(message.data())))
                .map(EventStreamClient.Message::event)
                .toList();
    }

    /** Returns the same of the CloudEvents that a receiver has accepted. */
    private static List<String> about(FullListener listener, PostReceiver receiver) {
        return receiver.accepted().stream()
                .map(request -> json(request.body()))
                .filter(event -> event.get("data") instanceof Map<?, ?> data && isAbout(listener, data))
                .map(event -> String.valueOf(event.get("type")).replace("io.tcpprobe.event.", ""))
                .toList();
    }

    private static boolean isAbout(FullListener listener, Map<?, ?> event) {
        return RULE.equals(event.get("rule")) && listener.address().equals(event.get("subject"));
    }

    private static void raise(FullListener listener, EventStreamClient reader) {
        Waiting.until("raised", listener::overflow, _ -> about(listener, reader).contains("raised"));
    }

    private FullListener listener() throws IOException {
        return kept.open(FullListener.open());
    }

    @Test
    void shouldStreamAndPostAnEventWhenItIsRaisedAndCleared() throws Exception {
        PostReceiver receiver = receiver();
        Path token = folder.resolve("token");
        Files.writeString(token, "Bearer 123\n");
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
        AgentProcess agent = agents.start(
                options().set("events.webhook", receiver.url("/hook")).set("events.webhook.tokenfile", token));
        EventStreamClient reader = reader(agent, "");
        FullListener listener = listener();
        raise(listener, reader);
        EventStreamClient later = reader(agent, "");
        Waiting.until("active", () -> about(listener, later).equals(List.of("active")));
        listener.relieve();
        Waiting.until("cleared", () -> about(listener, reader).equals(List.of("raised", "cleared")));
        Waiting.until("cleared", () -> about(listener, later).equals(List.of("active", "cleared")));
        Waiting.until("posted", () -> about(listener, receiver).equals(List.of("raised", "cleared")));
        assertTrue(receiver.accepted().stream()
                .allMatch(request -> request.path().equals("/hook")
                        && request.type().equals("application/cloudevents+json")
                        && request.authorization().equals(Optional.of("Bearer 123"))));
        Jolokia client = new Jolokia(agent.http());
        Waiting.until(
                "counted",
                () -> ((Number) client.read("tcpprobe:type=Events", "WebhookSent")).longValue(),
                sent -> sent >= 2);
        assertEquals(0L, ((Number) client.read("tcpprobe:type=Events", "WebhookFailed")).longValue());
        String settings = client.get("/jolokia/read/tcpprobe:type=Settings").body();
        assertTrue(settings.contains("\"events.webhook\":\"(set)\""), settings);
        assertTrue(!settings.contains("/hook") && !settings.contains("Bearer"), settings);
        assertTrue(!agent.output().contains("/hook"), agent::output);
    }

    @Test
    void shouldPostInOrderWhenAReceiverIsBack() throws Exception {
        PostReceiver down = receiver();
        PostReceiver up = receiver();
        AgentProcess agent = agents.start(options().set("events.webhook", down.url("/") + "," + up.url("/")));
        EventStreamClient reader = reader(agent, "");
        FullListener first = listener();
        FullListener second = listener();
        raise(first, reader);
        Waiting.until(
                "posted to both",
                () -> about(first, down).equals(List.of("raised"))
                        && about(first, up).equals(List.of("raised")));
        down.stop();
        first.relieve();
        raise(second, reader);
        second.relieve();
        Waiting.until(
                "posted to the other",
                () -> about(first, up).equals(List.of("raised", "cleared"))
                        && about(second, up).equals(List.of("raised", "cleared")));
        assertEquals(List.of("raised"), about(first, down));
        down.listenAgain();
        Waiting.until(
                "posted to the one that is back", () -> about(second, down).equals(List.of("raised", "cleared")));
        assertEquals(
                up.accepted().stream().map(PostReceiver.Request::body).toList(),
                down.accepted().stream().map(PostReceiver.Request::body).toList(),
                "the same, in the same order");
    }

    @Test
    void shouldPostAlertsUntilTheyAreCleared() throws Exception {
        PostReceiver receiver = receiver();
        AgentProcess agent = agents.start(options()
                .set("events.webhook", receiver.url("/api/v2/alerts"))
                .set("events.webhook.format", "alertmanager"));
        EventStreamClient reader = reader(agent, "");
        FullListener listener = listener();
        raise(listener, reader);
        Waiting.until("firing", () -> alerts(listener, receiver).equals(List.of(false)));
        listener.relieve();
        Waiting.until("resolved", () -> alerts(listener, receiver).equals(List.of(false, true)));
    }

    /** Returns of each alert about a listener that a receiver has accepted whether it has an end. */
    private static List<Boolean> alerts(FullListener listener, PostReceiver receiver) {
        List<Boolean> ended = new ArrayList<>();
        for (PostReceiver.Request request : receiver.accepted()) {
            Map<?, ?> all = json("{\"alerts\":" + request.body() + "}");
            for (Object alert : (List<?>) all.get("alerts")) {
                Map<?, ?> labels = (Map<?, ?>) ((Map<?, ?>) alert).get("labels");
                if (RULE.equals(labels.get("alertname")) && listener.address().equals(labels.get("subject"))) {
                    ended.add(((Map<?, ?>) alert).containsKey("endsAt"));
                }
            }
        }
        return ended;
    }

    @Test
    void shouldResumeOverABrokenConnectionAndResetAfterARestart() throws Exception {
        AgentProcess agent = agents.start(options());
        EventStreamClient first = reader(agent, "");
        FullListener listener = listener();
        raise(listener, first);
        String position = first.lastId(); // a message may still arrive while it is being closed
        first.close();
        listener.relieve();
        EventStreamClient watching = reader(agent, "");
        Waiting.until("the position", () -> !watching.lastId().isEmpty());
        Waiting.until("cleared", () -> !about(listener, watching).equals(List.of("active")));
        EventStreamClient second = reader(agent, position);
        Waiting.until("what was missed", () -> about(listener, second).equals(List.of("cleared")));
        assertTrue(second.messages().stream()
                .noneMatch(message -> List.of("reset", "active").contains(message.event())));
        assertEquals(0, agent.stop("TERM"));
        Waiting.until("the end of the stream", second::ended);
        EventStreamClient third = reader(agents.start(options()), second.lastId());
        Waiting.until(
                "reset",
                () -> third.messages().stream()
                        .anyMatch(message -> message.event().equals("reset")));
    }

    @Test
    void shouldAnswerOthersWhileOneAddressHoldsManyStreams() throws Exception {
        AgentProcess agent = agents.start(options());
        Jolokia client = new Jolokia(agent.http());
        EventStreamClient reader = reader(agent, "");
        Waiting.until("the first reader", () -> !reader.lastId().isEmpty());
        kept.open(EventStreamClient.stalled(address(agent)));
        List<EventStreamClient> many = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
            many.add(reader(agent, ""));
        }
        Waiting.until("answers", () -> many.stream().noneMatch(one -> one.head().isEmpty()));
        long accepted = many.stream()
                .filter(one -> one.head().getFirst().contains(" 200 "))
                .count();
        long refused = many.stream()
                .filter(one -> one.head().getFirst().contains(" 503 "))
                .count();
        assertEquals(READERS, accepted + refused);
        assertTrue(accepted > 0 && accepted < 64, () -> accepted + " accepted");
        for (int i = 0; i < 50; i++) {
            assertEquals(200, client.get("/jolokia/read/tcpprobe:type=Events").http());
        }
        FullListener listener = listener();
        raise(listener, reader);
        Waiting.until(
                "every reader has it",
                () -> many.stream()
                        .filter(one -> one.head().getFirst().contains(" 200 "))
                        .allMatch(one -> about(listener, one).equals(List.of("raised"))));
    }
}
