package io.tcpprobe.agent.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import io.tcpprobe.agent.core.AgentFacts;
import io.tcpprobe.agent.events.Deliveries;
import io.tcpprobe.agent.events.EventJson;
import io.tcpprobe.agent.events.EventListener.Change;
import io.tcpprobe.agent.events.TestEvents;
import io.tcpprobe.config.Origin;
import io.tcpprobe.config.ProblemException;
import io.tcpprobe.config.Setting;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.SettingValue;
import io.tcpprobe.config.Settings;
import io.tcpprobe.config.Syntax;
import io.tcpprobe.kernel.flow.EventRule;
import io.tcpprobe.test.PostReceiver;
import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.jolokia.json.parser.JSONParser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookTest {
    private static final WebhookTimes QUICK = new WebhookTimes(
            Duration.ofSeconds(5),
            Duration.ofMillis(20),
            Duration.ofMillis(100),
            Duration.ofHours(1),
            Duration.ofMinutes(5),
            Duration.ofSeconds(10));
    private static final AgentFacts FACTS = new AgentFacts("1.2.3", "diag", "", "6.1.0", "web 1", Instant.EPOCH);

    private final List<AutoCloseable> opened = new ArrayList<>();

    @TempDir
    Path folder;

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
    }

    private Webhook webhook(Map<Setting<?>, String> given, WebhookTimes times) throws Exception {
        List<SettingValue<?>> values = new ArrayList<>();
        for (var setting : given.entrySet()) {
            values.add(setting.getKey().parse(setting.getValue()));
        }
        Webhook webhook = Webhook.open(new SettingStore(Map.of(Origin.FILE, values), _ -> {}), FACTS, times);
        opened.add(webhook);
        return webhook;
    }

    private Webhook webhook(String urls) throws Exception {
        return webhook(Map.of(Settings.EVENTS_WEBHOOK, urls), QUICK);
    }

    private Webhook alerts(String url, WebhookTimes times) throws Exception {
        return webhook(Map.of(Settings.EVENTS_WEBHOOK, url, Settings.EVENTS_WEBHOOK_FORMAT, "alertmanager"), times);
    }

    private PostReceiver hook(PostReceiver.Reply reply) throws IOException {
        PostReceiver hook = new PostReceiver(reply);
        opened.add(hook);
        return hook;
    }

    private PostReceiver hook() throws IOException {
        return hook((_, _) -> 204);
    }

    private static void raise(Webhook to, int... ids) {
        for (int id : ids) {
            to.happened(Change.RAISED, TestEvents.active(id));
        }
    }

    private static void clear(Webhook to, int... ids) {
        for (int id : ids) {
            to.happened(Change.CLEARED, TestEvents.cleared(id));
        }
    }

    private static Object json(PostReceiver.Request request) {
        try {
            return new JSONParser().parse(request.body());
        } catch (Exception bad) {
            throw new AssertionError(request.body(), bad);
        }
    }

    /** What a receiver of CloudEvents has accepted: "raised 7". */
    private static List<String> changes(PostReceiver hook) {
        return hook.accepted().stream()
                .map(request -> {
                    Map<?, ?> event = (Map<?, ?>) json(request);
                    return String.valueOf(event.get("type")).replace("io.tcpprobe.event.", "") + " "
                            + ((Map<?, ?>) event.get("data")).get("id");
                })
                .toList();
    }

    private static void await(PostReceiver hook, String... changes) {
        Waiting.until("the notices", () -> changes(hook), List.of(changes)::equals);
    }

    @Test
    void shouldHaveTheFormatsThatTheSettingNames() {
        assertEquals(
                ((Syntax.Choice) Settings.EVENTS_WEBHOOK_FORMAT.syntax()).words(),
                Arrays.stream(WebhookFormat.values())
                        .map(format -> format.name().toLowerCase(Locale.ROOT))
                        .toList());
    }

    @Test
    void shouldPostCloudEvents() throws Exception {
        PostReceiver hook = hook();
        Webhook webhook = webhook(hook.url("/in?a=b%20c"));
        raise(webhook, 7);
        clear(webhook, 7);
        await(hook, "raised 7", "cleared 7");
        PostReceiver.Request request = hook.accepted().getFirst();
        assertEquals("/in?a=b%20c", request.path());
        assertEquals("application/cloudevents+json", request.type());
        assertEquals(Optional.empty(), request.authorization());
        assertEquals(
                Map.of(
                        "specversion", "1.0",
                        "id", "1700000000130-7-raised",
                        "source", "/tcpprobe/web%201",
                        "type", "io.tcpprobe.event.raised",
                        "subject", "peerPrefix 10.0.7.0/24",
                        "time", "2023-11-14T22:13:20.130Z",
                        "datacontenttype", "application/json",
                        "data", new JSONParser().parse(EventJson.line(TestEvents.active(7)))),
                json(request));
        Map<?, ?> cleared = (Map<?, ?>) json(hook.accepted().getLast());
        assertEquals("1700000000130-7-cleared", cleared.get("id"));
        assertEquals("2023-11-14T22:14:20.130Z", cleared.get("time"));
        Waiting.until("counted", () -> webhook.deliveries().equals(new Deliveries(2, 0, 0)));
    }

    @Test
    void shouldPostAlerts() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        PostReceiver hook = hook((attempt, _) -> {
            await(first);
            return 200;
        });
        Webhook webhook = alerts(hook.url("/api/v2/alerts"), QUICK);
        raise(webhook, 7);
        Waiting.until("the first is on its way", () -> hook.attempts() == 1);
        raise(webhook, 8);
        clear(webhook, 7);
        first.countDown();
        Waiting.until("two requests", () -> hook.accepted().size() == 2);
        assertEquals("application/json", hook.accepted().getFirst().type());
        Map<String, String> labels = new HashMap<>(Map.of(
                "alertname", "blackhole",
                "severity", "critical",
                "instance", "web 1",
                "job", "tcpprobe",
                "subjectKind", "peerPrefix",
                "subject", "10.0.7.0/24"));
        Map<String, String> annotations = Map.of(
                "summary", TestEvents.active(7).line(),
                "advice", EventRule.BLACKHOLE.advice(),
                "value", "97 percent",
                "threshold", "80 percent",
                "verdict", "recovery");
        Map<String, Object> alert = new HashMap<>(
                Map.of("labels", labels, "annotations", annotations, "startsAt", "2023-11-14T22:13:20.130Z"));
        assertEquals(List.of(alert), json(hook.accepted().getFirst()));
        alert.put("endsAt", "2023-11-14T22:14:20.130Z");
        List<?> second = (List<?>) json(hook.accepted().getLast());
        assertEquals(2, second.size());
        assertEquals(alert, second.getLast());
        Waiting.until("counted", () -> webhook.deliveries().equals(new Deliveries(3, 0, 0)));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void shouldRepeatAlertsUntilTheyAreCleared() throws Exception {
        PostReceiver hook = hook();
        Webhook webhook = alerts(
                hook.url("/"),
                new WebhookTimes(
                        QUICK.answer(),
                        QUICK.firstPause(),
                        QUICK.lastPause(),
                        Duration.ofMillis(50),
                        QUICK.giveUp(),
                        QUICK.stop()));
        for (int id = 1; id <= 100; id++) { // more than one request has
            raise(webhook, id);
        }
        clear(webhook, 3);
        Waiting.until("the end of one", () -> webhook.deliveries().sent() == 101);
        long ended = times(hook, "10.0.3.0/24");
        long begin = times(hook, "10.0.100.0/24");
        Waiting.until(
                "the others ten times more",
                () -> times(hook, "10.0.2.0/24") >= begin + 10 && times(hook, "10.0.100.0/24") >= begin + 10);
        assertEquals(ended, times(hook, "10.0.3.0/24"));
        for (int id = 1; id <= 100; id++) {
            clear(webhook, id);
        }
        Waiting.until("counted", () -> webhook.deliveries().sent() == 201);
        int requests = hook.attempts();
        Waiting.pause(Duration.ofMillis(300)); // several times the time after which it would be repeated
        assertEquals(requests, hook.attempts());
    }

    private static long times(PostReceiver hook, String subject) {
        return hook.accepted().stream()
                .flatMap(request -> ((List<?>) json(request)).stream())
                .filter(alert -> ((Map<?, ?>) ((Map<?, ?>) alert).get("labels"))
                        .get("subject")
                        .equals(subject))
                .count();
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 503})
    void shouldRepeatWhatMayBeAcceptedLater(int status) throws Exception {
        PostReceiver hook = hook((attempt, _) -> attempt <= 3 ? status : 200);
        Webhook webhook = webhook(hook.url("/"));
        raise(webhook, 1, 2, 3);
        await(hook, "raised 1", "raised 2", "raised 3");
        assertEquals(6, hook.attempts());
        Waiting.until("counted", () -> webhook.deliveries().equals(new Deliveries(3, 0, 0)));
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 307, 400, 401, 404})
    void shouldNotRepeatWhatIsRefused(int status) throws Exception {
        PostReceiver elsewhere = hook();
        PostReceiver hook = hook((attempt, exchange) -> {
            exchange.getResponseHeaders().set("Location", elsewhere.url("/"));
            return attempt == 1 ? status : 200;
        });
        Webhook webhook = webhook(hook.url("/"));
        raise(webhook, 1, 2);
        await(hook, "raised 2");
        Waiting.until("counted", () -> webhook.deliveries().equals(new Deliveries(1, 1, 0)));
        assertEquals(0, elsewhere.attempts(), "redirects are not followed");
    }

    @Test
    void shouldDeliverInOrderWhenAReceiverIsBack() throws Exception {
        PostReceiver hook = hook();
        Webhook webhook = webhook(hook.url("/"));
        raise(webhook, 1);
        await(hook, "raised 1");
        hook.stop();
        for (int id = 2; id <= 500; id++) {
            raise(webhook, id);
        }
        hook.listenAgain();
        await(hook, IntStream.rangeClosed(1, 500).mapToObj(id -> "raised " + id).toArray(String[]::new));
        Waiting.until("counted", () -> webhook.deliveries().equals(new Deliveries(500, 0, 0)));
    }

    @Test
    void shouldGiveUpWhatIsTooOld() throws Exception {
        PostReceiver hook = hook((_, _) -> 500);
        WebhookTimes impatient = new WebhookTimes(
                QUICK.answer(),
                QUICK.firstPause(),
                QUICK.lastPause(),
                QUICK.repeat(),
                Duration.ofMillis(100),
                QUICK.stop());
        Webhook webhook = webhook(Map.of(Settings.EVENTS_WEBHOOK, hook.url("/")), impatient);
        raise(webhook, 1, 2);
        Waiting.until("given up", () -> webhook.deliveries().equals(new Deliveries(0, 2, 0)));
    }

    @Test
    void shouldBoundItsQueue() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        PostReceiver hook = hook((_, _) -> {
            await(end);
            return 200;
        });
        Webhook webhook = webhook(hook.url("/"));
        raise(webhook, 1);
        Waiting.until("the first is on its way", () -> hook.attempts() == 1);
        for (int id = 2; id <= 1 + WebhookReceiver.MAX_WAITING + 50; id++) {
            raise(webhook, id);
        }
        assertEquals(new Deliveries(0, 0, 50), webhook.deliveries());
        end.countDown();
        Waiting.until(
                "the others",
                () -> webhook.deliveries().equals(new Deliveries(1 + WebhookReceiver.MAX_WAITING, 0, 50)));
        assertEquals(
                IntStream.rangeClosed(1, 1 + WebhookReceiver.MAX_WAITING)
                        .mapToObj(id -> "raised " + id)
                        .toList(),
                changes(hook));
    }

    /** Receivers that refuse connections, that accept none, and that never answer come first. */
    @Test
    void shouldNotDelayOtherReceivers() throws Exception {
        PostReceiver good = hook();
        int closed;
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            closed = listener.getLocalPort();
        }
        ServerSocket silent = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
        opened.add(silent);
        Webhook webhook = webhook(
                "http://127.0.0.1:" + closed + "/, http://127.0.0.1:" + silent.getLocalPort() + "," + good.url("/"));
        raise(webhook, 1);
        await(good, "raised 1");
        Waiting.until("counted", () -> webhook.deliveries().equals(new Deliveries(1, 0, 0)));
    }

    @Test
    void shouldRepeatWhatIsNotAnsweredInTime() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        PostReceiver hook = hook((attempt, _) -> {
            if (attempt == 1) {
                await(end);
            }
            return 200;
        });
        WebhookTimes impatient = new WebhookTimes(
                Duration.ofMillis(300),
                QUICK.firstPause(),
                QUICK.lastPause(),
                QUICK.repeat(),
                QUICK.giveUp(),
                QUICK.stop());
        Webhook webhook = webhook(Map.of(Settings.EVENTS_WEBHOOK, hook.url("/")), impatient);
        raise(webhook, 1);
        Waiting.until("accepted", () -> webhook.deliveries().sent() == 1);
        end.countDown();
    }

    /** Sends content until that fails. */
    private static int endless(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        byte[] some = new byte[1024];
        while (true) {
            exchange.getResponseBody().write(some);
        }
    }

    @Test
    void shouldNotReadEndlessAnswers() throws Exception {
        CountDownLatch ended = new CountDownLatch(2);
        PostReceiver hook = hook((_, exchange) -> {
            try {
                return endless(exchange);
            } catch (IOException closed) {
                ended.countDown();
                return 0;
            }
        });
        Webhook webhook = webhook(hook.url("/"));
        raise(webhook, 1, 2);
        Waiting.until("accepted", () -> webhook.deliveries().equals(new Deliveries(2, 0, 0)));
        Waiting.until("the connections are closed", () -> ended.getCount() == 0);
    }

    private Path secret(String content, String permissions) throws IOException {
        Path file = folder.resolve("token");
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        return file;
    }

    @Test
    void shouldSendTheAuthorizationThatTheFileHasNow() throws Exception {
        PostReceiver hook = hook();
        Path file = secret("Bearer abc\n", "rw-------");
        Webhook webhook = webhook(
                Map.of(
                        Settings.EVENTS_WEBHOOK, hook.url("/"),
                        Settings.EVENTS_WEBHOOK_TOKENFILE, file.toString()),
                QUICK);
        raise(webhook, 1);
        await(hook, "raised 1");
        secret("Bearer def\n", "rw-------");
        raise(webhook, 2);
        await(hook, "raised 1", "raised 2");
        Files.delete(file);
        raise(webhook, 3);
        secret("Basic eDp5", "rw-------");
        await(hook, "raised 1", "raised 2", "raised 3");
        assertEquals(
                List.of("Bearer abc", "Bearer def", "Basic eDp5"),
                hook.accepted().stream()
                        .map(request -> request.authorization().orElse(""))
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"rw-r--r-- Bearer abc", "rw------- ", "rw------- a\nb", "rw------- Bearer \u00e9", "missing"})
    void shouldRefuseAFileThatHasNoSecretHeader(String file) throws Exception {
        String permissions = file.replaceFirst(" .*", "").lines().findFirst().orElseThrow();
        if (!permissions.equals("missing")) {
            secret(file.substring(permissions.length() + 1), permissions);
        }
        ProblemException refused = assertThrows(
                ProblemException.class,
                () -> webhook(
                        Map.of(
                                Settings.EVENTS_WEBHOOK,
                                "http://127.0.0.1:1/",
                                Settings.EVENTS_WEBHOOK_TOKENFILE,
                                folder.resolve("token").toString()),
                        QUICK));
        assertTrue(refused.problem().toString().contains("events.webhook.tokenfile"), refused::getMessage);
        assertFalse(refused.problem().toString().contains("abc"), refused::getMessage);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://a..b/", "http://127.0.0.1:70000/", "http://127.0.0.1/,http://[::::]/"})
    void shouldRefuseUrlsThatCannotBePostedTo(String urls) {
        ProblemException refused = assertThrows(ProblemException.class, () -> webhook(urls));
        assertTrue(refused.problem().toString().contains("events.webhook"), refused::getMessage);
    }

    @Test
    void shouldSendWhatWaitsWhenItIsClosed() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        PostReceiver hook = hook((_, _) -> {
            await(first);
            return 200;
        });
        Webhook webhook = webhook(hook.url("/"));
        for (int id = 1; id <= 20; id++) {
            raise(webhook, id);
        }
        Waiting.until("the first is on its way", () -> hook.attempts() == 1);
        Thread closing = Thread.ofVirtual().start(webhook::close);
        first.countDown();
        assertTrue(closing.join(Duration.ofSeconds(30)));
        assertEquals(20, changes(hook).size());
        assertEquals(new Deliveries(20, 0, 0), webhook.deliveries());
    }

    @Test
    void shouldNotWaitLongForAReceiverWhenItIsClosed() throws Exception {
        ServerSocket silent = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
        opened.add(silent);
        WebhookTimes usual = WebhookTimes.USUAL;
        Webhook webhook =
                webhook(Map.of(Settings.EVENTS_WEBHOOK, "http://127.0.0.1:" + silent.getLocalPort() + "/"), usual);
        raise(webhook, 1, 2, 3);
        long begin = System.nanoTime();
        webhook.close();
        Duration taken = Duration.ofNanos(System.nanoTime() - begin);
        assertTrue(taken.compareTo(usual.answer()) < 0, taken::toString);
        Waiting.until("counted", () -> webhook.deliveries().failed() >= 2);
    }
}
