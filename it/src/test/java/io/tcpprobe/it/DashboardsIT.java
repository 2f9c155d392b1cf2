package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jolokia.json.parser.JSONParser;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/**
 * Every query of the dashboards and of the rules returns data about an agent with traffic and loss.
 *
 * <p>The queries are run by Prometheus, and with {@code --all} by VictoriaMetrics. An alert is run as its expression without the threshold,
 * so that it returns data in the state in which it does not fire: a query with a misspelt metric or label returns none.
 */
@Needs({"prometheus", "ip", "netns", "nft", "bpf"})
class DashboardsIT {
    private static final int CHUNK = 100_003;

    /** "> 0.05", "== 0": the threshold of an alert; not ">bool" nor one in parentheses, which avoids a division by zero. */
    private static final Pattern THRESHOLD = Pattern.compile(" (>=?|<=?|==) [\\d.]++(?!\\))");

    /** Queries without data where the agent reports that it may not trace functions, each with the reason. */
    private static final Map<Pattern, String> WITHOUT_DATA = Map.of(
            Pattern.compile("tcpprobe_listener_(syns|accepted|overflows)_total"),
            "the kernel of this host does not permit tracing the functions that count them");

    @RegisterExtension
    static final Agents agents = Agents.ofClass();

    @TempDir
    static Path folder;

    private static final List<AutoCloseable> OPEN = new ArrayList<>();
    private static AgentProcess agent;
    private static PrometheusServer prometheus;

    @BeforeAll
    static void start() throws Exception {
        TestNamespaces network = open(TestNamespaces.open());
        TrafficProcess client = open(TrafficProcess.start(network.near()));
        TrafficProcess server = open(TrafficProcess.start(network.far()));
        agent = agents.start(AgentOptions.in(Files.createDirectory(folder.resolve("state")))
                .set("snapshotage", 100)
                .set("metrics.kinds", "role,port,process,container,prefix")
                .set("events.interval", 1));
        int port = server.listen(TestNamespaces.FAR_ADDRESS);
        int local = client.connect(TestNamespaces.FAR_ADDRESS, port);
        network.far()
                .run(
                        "nft",
                        "table inet loss { chain in { type filter hook input priority 0;"
                                + " meta l4proto tcp numgen random mod 100 < 5 drop; }; }")
                .expectSuccess();
        open(Repeated.start(() -> client.send(local, CHUNK)));
        prometheus = open(PrometheusServer.start(Files.createDirectory(folder.resolve("prometheus")), agent.http()));
    }

    private static <T extends AutoCloseable> T open(T one) {
        OPEN.add(one);
        return one;
    }

    @AfterAll
    static void close() throws Exception {
        for (AutoCloseable one : OPEN.reversed()) {
            one.close();
        }
    }

    /** Something that is done again and again by a thread until it is closed. */
    private record Repeated(Thread thread, AtomicBoolean ended) implements AutoCloseable {
        static Repeated start(Runnable action) {
            AtomicBoolean ended = new AtomicBoolean();
            return new Repeated(
                    Thread.ofPlatform().daemon().start(() -> {
                        while (!ended.get()) {
                            action.run();
                            Waiting.pause(Duration.ofMillis(50));
                        }
                    }),
                    ended);
        }

        @Override
        public void close() {
            ended.set(true);
            try {
                thread.join();
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException("interrupted while the traffic ends", interrupted);
            }
        }
    }

    /** Returns the queries of all panels. */
    private static Set<String> dashboardQueries() throws Exception {
        Set<String> queries = new LinkedHashSet<>();
        for (Path file : KitFiles.ending(".json")) {
            if (file.getParent().endsWith("grafana")) {
                collect(new JSONParser().parse(Files.readString(file)), queries::add);
            }
        }
        Set<String> filled = new LinkedHashSet<>();
        for (String query : queries) {
            String some = query.replace("$instance", ".*");
            if (some.contains("$kind")) {
                // not container: the control groups of this host may not be visible
                List.of("role", "port", "process", "prefix").forEach(kind -> filled.add(some.replace("$kind", kind)));
            } else {
                filled.add(some);
            }
        }
        return filled;
    }

    /** Returns the expressions of all rules, those of alerts without their threshold; recorded series are replaced by their expressions. */
    private static Set<String> ruleQueries() throws IOException {
        Map<?, ?> file = new Yaml().load(KitFiles.text("prometheus/tcpprobe.rules.yml"));
        Map<String, String> recorded = new LinkedHashMap<>();
        Set<String> queries = new LinkedHashSet<>();
        for (Object group : (List<?>) file.get("groups")) {
            for (Object rule : (List<?>) ((Map<?, ?>) group).get("rules")) {
                String expression = String.valueOf(((Map<?, ?>) rule).get("expr"));
                Object record = ((Map<?, ?>) rule).get("record");
                if (record != null) {
                    recorded.put(String.valueOf(record), expression);
                }
                queries.add(record == null ? THRESHOLD.matcher(expression).replaceAll("") : expression);
            }
        }
        Set<String> known = new LinkedHashSet<>();
        for (String query : queries) {
            String complete = query;
            for (Map.Entry<String, String> record : recorded.entrySet()) {
                complete = complete.contains(record.getKey())
                        ? replaced(complete, record.getKey(), record.getValue())
                        : complete;
            }
            known.add(complete);
        }
        return known;
    }

    /** Replaces a recorded series, and the matcher after it, by its expression. */
    private static String replaced(String query, String name, String expression) {
        return query.replaceAll(
                Pattern.quote(name) + "(?![\\w:])(\\{[^}]*})?", Matcher.quoteReplacement('(' + expression + ')'));
    }

    private static void collect(Object json, Consumer<String> queries) {
        switch (json) {
            case Map<?, ?> object -> {
                if (object.get("expr") instanceof String query) {
                    queries.accept(query);
                }
                object.values().forEach(value -> collect(value, queries));
            }
            case List<?> list -> list.forEach(value -> collect(value, queries));
            case null, default -> {}
        }
    }

    private static Optional<String> reason(String query) {
        if (!agent.output().contains("without tracing functions")) {
            return Optional.empty();
        }
        return WITHOUT_DATA.entrySet().stream()
                .filter(known -> known.getKey().matcher(query).find())
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /** Waits until each query has returned data. */
    private static void assertData(Set<String> queries, PrometheusServer server) {
        assertFalse(queries.isEmpty());
        Set<String> left = new HashSet<>(queries);
        queries.stream().filter(query -> reason(query).isPresent()).forEach(query -> {
            server.query(query); // it must be valid all the same
            left.remove(query);
        });
        Waiting.until(
                "data for every query",
                () -> {
                    left.removeIf(query -> !server.query(query).isEmpty());
                    return Set.copyOf(left);
                },
                Set::isEmpty);
    }

    @Test
    void shouldReturnDataForEveryQueryOfTheDashboards() throws Exception {
        assertData(dashboardQueries(), prometheus);
    }

    @Test
    void shouldReturnDataForEveryRule() throws Exception {
        assertData(ruleQueries(), prometheus);
    }

    /** The names in dashboards are variables; a dashboard with another one would be sent to Prometheus as it is. */
    @Test
    void shouldHaveNoVariableThatThisTestDoesNotKnow() throws Exception {
        assertEquals(
                List.of(),
                dashboardQueries().stream().filter(query -> query.contains("$")).toList());
    }

    @Test
    @Needs({"--all", "apt-get", "dpkg"})
    void shouldReturnDataFromVictoriaMetricsToo() throws Exception {
        Path place = Files.createDirectory(folder.resolve("victoria"));
        try (PrometheusServer victoria = PrometheusServer.startVictoriaMetrics(place, agent.http())) {
            assertData(dashboardQueries(), victoria);
            assertData(ruleQueries(), victoria);
        }
    }
}
