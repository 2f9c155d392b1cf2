package io.tcpprobe.agent.kafka.client;

import io.tcpprobe.agent.kafka.KafkaMessage;
import io.tcpprobe.agent.kafka.MessageSender;
import io.tcpprobe.agent.push.PushTarget;
import io.tcpprobe.config.Problem;
import io.tcpprobe.config.ProblemException;
import io.tcpprobe.config.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages by Kafka's producer. The producer repeats what a broker does not acknowledge, in its order, without limit: a message is
 * given to it once, unless it reports a failure or is replaced by a new producer. Not thread-safe.
 */
public final class KafkaSender implements MessageSender {
    /** The producer's own limits, none of which may block the agent for long. */
    private static final Map<String, Object> DEFAULTS = Map.ofEntries(
            Map.entry(ProducerConfig.CLIENT_ID_CONFIG, "tcpprobe"),
            Map.entry(ProducerConfig.ACKS_CONFIG, "all"),
            Map.entry(ProducerConfig.COMPRESSION_TYPE_CONFIG, "gzip"),
            Map.entry(ProducerConfig.COMPRESSION_GZIP_LEVEL_CONFIG, 1),
            Map.entry(ProducerConfig.METRIC_REPORTER_CLASSES_CONFIG, ""), // no MBeans among the application's
            Map.entry(ProducerConfig.ENABLE_METRICS_PUSH_CONFIG, false),
            Map.entry(ProducerConfig.BATCH_SIZE_CONFIG, 128 * 1024),
            Map.entry(ProducerConfig.LINGER_MS_CONFIG, 5),
            Map.entry(ProducerConfig.BUFFER_MEMORY_CONFIG, 8 * 1024 * 1024L),
            Map.entry(ProducerConfig.MAX_BLOCK_MS_CONFIG, 2000),
            Map.entry(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 10_000),
            Map.entry(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000),
            Map.entry(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE));

    /** Those that are in Java; the others need native libraries, which are left out. */
    private static final Set<String> COMPRESSIONS = Set.of("none", "gzip");

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

    /** After so many failures in succession the names of the servers are looked up again: their addresses may have changed. */
    private static final int MAX_FAILURES = 20;

    /** In place of the future of a message that was rejected. */
    private static final Future<RecordMetadata> REJECTED = CompletableFuture.completedFuture(null);

    private final Duration limit;
    private final Supplier<Producer<String, String>> opener;
    private @Nullable Producer<String, String> producer;

    /** The lists that are to be sent again: at most one for each kind of batch. */
    private final IdentityHashMap<List<KafkaMessage>, Attempt> attempts = new IdentityHashMap<>();

    private int failures;

    /** What has become of the messages of a list so far. */
    private static final class Attempt {
        private final List<KafkaMessage> messages;

        /** For each message the producer's answer; null if the producer does not have it. */
        private final List<@Nullable Future<RecordMetadata>> futures = new ArrayList<>();

        private int rejected;
        private String why = "";

        Attempt(List<KafkaMessage> messages) {
            this.messages = messages;
            messages.forEach(_ -> futures.add(null));
        }

        /** The producer is closed: what it has not stored is to be given to the next one. */
        void forget() {
            futures.replaceAll(future -> future == null || future.state() == Future.State.SUCCESS ? future : null);
        }
    }

    /**
     * Creates a sender; it connects when it sends.
     *
     * @param servers the setting kafka.servers
     * @param more further settings of the producer, which override the defaults
     * @param limit maximum time to wait for the brokers
     * @throws IllegalArgumentException if Kafka does not accept the settings; the message has no secret
     * @throws ProblemException if a setting needs what is not installed
     */
    public KafkaSender(String servers, Map<String, String> more, Duration limit) throws ProblemException {
        this(configuration(servers, more), limit);
    }

    private KafkaSender(Map<String, Object> configuration, Duration limit) {
        this(() -> open(configuration), limit);
    }

    /** Creates a sender with these producers: a new one in place of one that has failed. */
    KafkaSender(Supplier<Producer<String, String>> opener, Duration limit) {
        this.opener = opener;
        this.limit = limit;
        try {
            producer = opener.get();
        } catch (KafkaException wrong) {
            throw new IllegalArgumentException(reason(wrong), wrong);
        }
    }

    private static Map<String, Object> configuration(String servers, Map<String, String> more) throws ProblemException {
        String compression = more.getOrDefault(ProducerConfig.COMPRESSION_TYPE_CONFIG, "gzip")
                .strip();
        if (!COMPRESSIONS.contains(compression)) {
            throw new ProblemException(new Problem(
                    "send to kafka",
                    Settings.KAFKA_CONFIG.name(),
                    ProducerConfig.COMPRESSION_TYPE_CONFIG + '=' + Problem.quote(compression)
                            + " needs a native library, which is not installed",
                    "set it to gzip or none, or leave it out, which is gzip"));
        }
        Map<String, Object> configuration = new HashMap<>(DEFAULTS);
        configuration.putAll(more);
        configuration.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
        // With the other strategy, the client forgets in an outage what it knows of topics, and fails what waits.
        configuration.put("metadata.recovery.strategy", "none");
        return configuration;
    }

    private static Producer<String, String> open(Map<String, Object> configuration) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(
                KafkaSender.class.getClassLoader()); // Kafka loads classes that settings name by it
        try {
            return new KafkaProducer<>(configuration, new StringSerializer(), new StringSerializer());
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Override
    public PushTarget.Outcome send(List<KafkaMessage> messages) throws InterruptedException {
        Attempt attempt = attempts.computeIfAbsent(messages, Attempt::new);
        String failure;
        try {
            failure = attempt(attempt);
        } catch (InterruptException interrupted) {
            throw (InterruptedException) new InterruptedException().initCause(interrupted);
        } catch (RuntimeException | Error wrong) { // the list is not sent again
            attempts.remove(messages);
            throw wrong;
        }
        if (!failure.isEmpty()) {
            if (++failures % MAX_FAILURES == 0) {
                reopen();
            }
            return new PushTarget.Outcome.Later(failure);
        }
        failures = 0;
        attempts.remove(messages);
        return new PushTarget.Outcome.Accepted(attempt.rejected, attempt.why);
    }

    /** Returns why messages are not stored yet; empty if all are stored or rejected. */
    private String attempt(Attempt attempt) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        String failure = give(attempt);
        return failure.isEmpty() ? await(attempt, end) : failure;
    }

    /** Gives the producer what it has not got yet. Returns why it does not accept it now; empty if it has accepted all. */
    private String give(Attempt attempt) {
        Producer<String, String> to = producer == null ? opener.get() : producer;
        producer = to;
        for (int i = 0; i < attempt.messages.size(); i++) {
            if (attempt.futures.get(i) == null) {
                KafkaMessage message = attempt.messages.get(i);
                Future<RecordMetadata> future =
                        to.send(new ProducerRecord<>(message.topic(), message.key(), message.value()));
                attempt.futures.set(i, future);
                // Each further one would wait as long as this one has.
                if (future.isDone() && future.state() == Future.State.FAILED) {
                    String failure = settle(attempt, i, future.exceptionNow());
                    if (!failure.isEmpty()) {
                        return failure;
                    }
                }
            }
        }
        return "";
    }

    /** Waits until the brokers have acknowledged all. Returns why they have not; empty if they have. */
    private String await(Attempt attempt, long end) throws InterruptedException {
        String failure = "";
        for (int i = 0; i < attempt.futures.size(); i++) {
            Future<RecordMetadata> future = attempt.futures.get(i);
            try {
                if (future != null) {
                    future.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
                }
            } catch (TimeoutException _) {
                return "no acknowledgement within " + limit.toMillis() + " ms";
            } catch (ExecutionException failed) {
                String one = settle(attempt, i, failed.getCause());
                failure = failure.isEmpty() ? one : failure;
            }
        }
        return failure;
    }

    /** Decides on a message that has failed. Returns why, if it is to be sent again; empty if it is rejected. */
    private String settle(Attempt attempt, int index, @Nullable Throwable cause) {
        String reason = cause instanceof org.apache.kafka.common.errors.TimeoutException
                ? reason(cause) + " (no server answers, or there is no such topic)"
                : reason(cause);
        if (cause instanceof RecordTooLargeException
                || cause instanceof InvalidTopicException
                || cause instanceof SerializationException) {
            attempt.why = reason;
            attempt.futures.set(index, REJECTED);
            attempt.rejected++;
            return "";
        }
        attempt.futures.set(index, null);
        if (!(cause instanceof RetriableException)) {
            reopen();
        }
        return reason;
    }

    /** A producer that has failed for good, such as by wrong credentials, stays so. */
    private void reopen() {
        Producer<String, String> failed = producer;
        producer = null;
        if (failed != null) {
            Thread closing = Thread.ofPlatform()
                    .daemon()
                    .name("tcpprobe-kafka-close")
                    .start(() -> failed.close(Duration.ZERO)); // which waits for its thread without limit
            try {
                closing.join(CLOSE_LIMIT);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
            attempts.values().forEach(Attempt::forget);
        }
    }

    private static String reason(@Nullable Throwable failed) {
        StringBuilder reason = new StringBuilder();
        for (Throwable cause = failed; cause != null && reason.length() < 300; cause = cause.getCause()) {
            reason.append(reason.isEmpty() ? "" : ": ").append(cause.getMessage() == null ? cause : cause.getMessage());
        }
        return reason.toString();
    }

    @Override
    public void close() {
        Producer<String, String> last = producer;
        producer = null;
        if (last != null) {
            last.close(Duration.ZERO);
        }
    }
}
