package io.tcpprobe.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jolokia.json.parser.JSONParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The connector {@code kafka} with a real broker, which is a separate process. */
class KafkaIT {
    private static final String FLOWS = "tcpprobe.flows";
    private static final String STORE_WORD = "store-word";
    private static final long INTERVAL_MILLIS = 1000;

    @RegisterExtension
    final Agents agents = Agents.ofTest();

    @RegisterExtension
    final Kept kept = new Kept();

    @TempDir
    Path folder;

    private KafkaBroker broker(String... settings) {
        return kept.open(KafkaBroker.prepare(folder.resolve("broker"), settings));
    }

    private AgentOptions options(KafkaBroker broker) {
        return AgentOptions.in(folder.resolve("state"))
                .set("probe.source", "diag")
                .set("snapshotage", 100)
                .set("kafka.servers", broker.servers())
                .set("push.interval", INTERVAL_MILLIS / 1000);
    }

    private static Map<?, ?> json(ConsumerRecord<String, String> message) {
        return json(message.value());
    }

    private static Map<?, ?> json(String text) {
        try {
            return (Map<?, ?>) new JSONParser().parse(text);
        } catch (Exception bad) {
            throw new AssertionError(text, bad);
        }
    }

    private static String key(Map<?, ?> flow) {
        return flow.get("flowId") + ":" + flow.get("recordNumber");
    }

    private static Optional<Map<?, ?>> of(List<ConsumerRecord<String, String>> messages, String field, int port) {
        return messages.stream()
                .<Map<?, ?>>map(KafkaIT::json)
                .filter(flow -> flow.get(field) instanceof Number number && number.intValue() == port)
                .findFirst();
    }

    @Test
    @Needs("kafka")
    void shouldSendRecordsOfBothEndpointsWithOneKey() throws Exception {
        KafkaBroker broker = broker().start();
        agents.start(options(broker));
        Traffic traffic = kept.open(new Traffic());
        int port = traffic.connect(traffic.listen());
        List<ConsumerRecord<String, String>> flows = broker.read(
                FLOWS,
                all -> of(all, "localPort", port).isPresent()
                        && of(all, "peerPort", port).isPresent());
        Map<?, ?> client = of(flows, "localPort", port).orElseThrow();
        Map<?, ?> server = of(flows, "peerPort", port).orElseThrow();
        assertEquals(client.get("communityId"), server.get("communityId"));
        assertEquals((long) Traffic.GREETING, client.get("bytesReceived"));
        assertEquals((long) Traffic.GREETING, server.get("bytesAcked"));
        assertTrue(flows.stream().allMatch(flow -> flow.key().equals(json(flow).get("communityId"))));
    }

    @Test
    @Needs("kafka")
    void shouldSendGroups() throws Exception {
        KafkaBroker broker = broker().start();
        agents.start(options(broker));
        broker.read(
                "tcpprobe.groups",
                all -> all.stream()
                        .anyMatch(message -> "role".equals(json(message).get("kind"))));
    }

    @Test
    @Needs("kafka")
    void shouldSendWhatWaitedWhenTheBrokerComesLater() throws Exception {
        KafkaBroker broker = broker();
        Traffic traffic = kept.open(new Traffic());
        int service = traffic.listen();
        AgentProcess agent =
                agents.start(options(broker).set("port", service)); // the queue is full if the host has many flows
        int port = traffic.connect(service);
        Waiting.until("a failure is logged", () -> agent.output().contains("kafka: not accepted"));
        Waiting.pause(Duration.ofMillis(
                5 * INTERVAL_MILLIS)); // records of the flow wait now; nothing shows whose records wait
        long started = System.currentTimeMillis();
        broker.start();
        List<ConsumerRecord<String, String>> flows = broker.read(
                FLOWS,
                all -> all.stream()
                        .map(KafkaIT::json)
                        .anyMatch(flow -> isOf(flow, port) && (Long) flow.get("time") > started));
        assertTrue(
                flows.stream()
                        .map(KafkaIT::json)
                        .anyMatch(flow -> isOf(flow, port)
                                && (Long) flow.get("recordNumber") == 1
                                && (Long) flow.get("time") < started),
                "what waited is not sent");
        Set<String> keys = new HashSet<>();
        flows.forEach(flow -> assertTrue(keys.add(key(json(flow))), () -> "sent twice: " + flow));
    }

    private static boolean isOf(Map<?, ?> flow, int port) {
        return flow.get("localPort") instanceof Number number && number.intValue() == port;
    }

    /** The records of a simulation, which are known, while the broker is killed and started again. */
    @Test
    @Needs("kafka")
    void shouldLoseNothingAndKeepTheOrderWhenTheBrokerIsRestarted() throws Exception {
        boolean all = Boolean.getBoolean("tcpprobe.all");
        AgentOptions plan = AgentOptions.bare()
                .with(
                        "--start",
                        "2026-03-05T10:00:00Z",
                        "--truth",
                        folder.resolve("truth").toString())
                .with("--hosts", all ? "2000" : "220", "--minutes", all ? "20" : "4", "--opened", "10");
        Path file = folder.resolve("records.json");
        plan.with("--out", file.toString()).run("fleet-sim").expectSuccess();
        KafkaBroker broker = broker().start();
        AgentOptions sending = plan.set("kafka.servers", broker.servers()).with("--rate", all ? "40000" : "1000");
        Process sender = sending.tools().start(sending.line(List.of("fleet-sim")), Map.of());
        try {
            broker.read(FLOWS, sent -> sent.size() > 2000);
            broker.kill();
            assertTrue(sender.isAlive(), "all was sent before the broker was killed");
            broker.start();
            assertTrue(sender.waitFor(5, TimeUnit.MINUTES), "the records are not sent");
            assertEquals(
                    0, sender.exitValue(), new String(sender.getErrorStream().readAllBytes(), UTF_8));
        } finally {
            sender.destroyForcibly();
        }
        assertComplete(file, broker);
    }

    private static void assertComplete(Path file, KafkaBroker broker) throws IOException {
        Set<String> missing = new HashSet<>();
        try (Stream<String> lines = Files.lines(file)) {
            lines.forEach(line -> missing.add(key(json(line))));
        }
        assertTrue(missing.size() >= 20_000, () -> "only " + missing.size());
        Map<Object, Long> last = new HashMap<>();
        AtomicInteger checked = new AtomicInteger();
        broker.read(FLOWS, all -> {
            while (checked.get() < all.size()) {
                ConsumerRecord<String, String> message = all.get(checked.getAndIncrement());
                Map<?, ?> flow = json(message);
                missing.remove(key(flow));
                Long number = (Long) flow.get("recordNumber");
                Long before = last.put(flow.get("flowId"), number);
                assertTrue(before == null || before <= number, () -> "after record " + before + ": " + flow);
            }
            return missing.isEmpty();
        });
    }

    /** Makes a key for 127.0.0.1 in a key store, and writes its certificate as PEM. */
    private static void makeKey(Path keys, Path certificate) throws Exception {
        keytool(
                keys,
                "-genkeypair",
                "-alias",
                "broker",
                "-keyalg",
                "EC",
                "-dname",
                "CN=broker",
                "-ext",
                "san=ip:127.0.0.1");
        keytool(keys, "-exportcert", "-rfc", "-alias", "broker", "-file", certificate.toString());
    }

    private static void keytool(Path store, String... command) throws Exception {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        line.addAll(List.of(command));
        line.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", STORE_WORD));
        Tools.here().run(line, Map.of(), "").expectSuccess();
    }

    /** By TLS, with a name and a passphrase; neither a wrong passphrase nor a broker that is not trusted is accepted. */
    @Test
    @Needs("kafka")
    void shouldLogInByThePropertiesOfAFileThatOnlyItsOwnerReads() throws Exception {
        Path keys = folder.resolve("keys.p12");
        Path trusted = folder.resolve("broker.pem");
        makeKey(keys, trusted);
        String login = "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"agent\""
                + " password=\"secret-word\"";
        KafkaBroker broker = broker(
                        "listeners=SASL_SSL://127.0.0.1:PORT,CONTROLLER://127.0.0.1:CONTROLLER_PORT",
                        "listener.security.protocol.map=CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL",
                        "inter.broker.listener.name=SASL_SSL",
                        "sasl.mechanism.inter.broker.protocol=PLAIN",
                        "sasl.enabled.mechanisms=PLAIN",
                        "listener.name.sasl_ssl.plain.sasl.jaas.config=" + login + " user_agent=\"secret-word\";",
                        "ssl.keystore.location=" + keys,
                        "ssl.keystore.password=" + STORE_WORD,
                        "ssl.truststore.type=PEM",
                        "ssl.truststore.location=" + trusted)
                .start();
        Path properties = Files.writeString(folder.resolve("kafka.properties"), """
                security.protocol=SASL_SSL
                ssl.truststore.type=PEM
                ssl.truststore.location=%s
                sasl.mechanism=PLAIN
                sasl.jaas.config=%s;
                """.formatted(trusted, login));
        AgentOptions plan = AgentOptions.bare()
                .set("kafka.servers", broker.servers())
                .set("kafka.config", properties)
                .with(
                        "--hosts",
                        "2",
                        "--minutes",
                        "1",
                        "--truth",
                        folder.resolve("truth").toString());
        Files.setPosixFilePermissions(properties, PosixFilePermissions.fromString("rw-r--r--"));
        Tools.Result refused = plan.run("fleet-sim");
        assertNotEquals(0, refused.status());
        assertTrue(refused.err().contains("kafka.config"), refused::err);
        Files.setPosixFilePermissions(properties, PosixFilePermissions.fromString("rw-------"));
        plan.run("fleet-sim").expectSuccess();
        String right = Files.readString(properties);
        Files.writeString(properties, right.replace("secret-word", "other-word"));
        Tools.Result wrong = plan.run("fleet-sim");
        assertNotEquals(0, wrong.status());
        assertTrue(wrong.err().contains("uthentication failed"), wrong::err);
        assertFalse(wrong.err().contains("other-word"), wrong::err);
        Files.writeString(properties, right.replaceAll("ssl.truststore.*\n", ""));
        Tools.Result unknown = plan.run("fleet-sim");
        assertNotEquals(0, unknown.status());
        assertTrue(unknown.err().contains("SSL handshake failed"), unknown::err);
    }
}
