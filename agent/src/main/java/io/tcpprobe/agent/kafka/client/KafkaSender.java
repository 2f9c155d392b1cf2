package io.tcpprobe.agent.kafka.client;

import io.tcpprobe.agent.kafka.KafkaMessage;
import io.tcpprobe.agent.kafka.KafkaOutcome;
import io.tcpprobe.agent.kafka.MessageSender;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
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
 * given to it once, unless it reports a failure. Not thread-safe.
 */
public final class KafkaSender implements MessageSender {
    /** The producer's own limits, none of which may block the agent for long. */
    private static final Map<String, Object> DEFAULTS = Map.ofEntries(
            Map.entry(ProducerConfig.CLIENT_ID_CONFIG, "tcpprobe"),
            Map.entry(ProducerConfig.ACKS_CONFIG, "all"),
            Map.entry(ProducerConfig.COMPRESSION_TYPE_CONFIG, "gzip"),
            Map.entry(ProducerConfig.COMPRESSION_GZIP_LEVEL_CONFIG, 1),
            Map.entry(ProducerConfig.ENABLE_METRICS_PUSH_CONFIG, false),
            Map.entry(ProducerConfig.BATCH_SIZE_CONFIG, 128 * 1024),
            Map.entry(ProducerConfig.LINGER_MS_CONFIG, 5),
            Map.entry(ProducerConfig.BUFFER_MEMORY_CONFIG, 8 * 1024 * 1024L),
            Map.entry(ProducerConfig.MAX_BLOCK_MS_CONFIG, 2000),
            Map.entry(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 10_000),
            Map.entry(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000),
            Map.entry(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE));

    /** After so many failures in succession the names of the servers are looked up again: their addresses may have changed. */
    private static final int MAX_FAILURES = 20;

    /** In place of the future of a message that was rejected. */
    private static final Future<RecordMetadata> REJECTED = CompletableFuture.completedFuture(null);

    private final Map<String, Object> configuration;
    private final Duration limit;
    private @Nullable KafkaProducer<String, String> producer;
    private List<KafkaMessage> current = List.of();
    private List<@Nullable Future<RecordMetadata>> futures = List.of();
    private int rejected;
    private int failures;
    private String why = "";

    /**
     * Creates a sender; it connects when it sends.
     *
     * @param servers the setting kafka.servers
     * @param more further settings of the producer, which override the defaults
     * @param limit maximum time to wait for the brokers
     * @throws IllegalArgumentException if Kafka does not accept the settings; the message has no secret
     */
    public KafkaSender(String servers, Map<String, String> more, Duration limit) {
        this.limit = limit;
        this.configuration = new HashMap<>(DEFAULTS);
        configuration.putAll(more);
        configuration.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
        // With the other strategy, the client forgets in an outage what it knows of topics, and fails what waits.
        configuration.put("metadata.recovery.strategy", "none");
        try {
            producer = open();
        } catch (KafkaException wrong) {
            throw new IllegalArgumentException(reason(wrong), wrong);
        }
    }

    private KafkaProducer<String, String> open() {
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
    @SuppressWarnings("ReferenceEquality") // the same list is sent again
    public KafkaOutcome send(List<KafkaMessage> messages) throws InterruptedException {
        if (messages != current) {
            current = messages;
            futures = new ArrayList<>(messages.size());
            messages.forEach(_ -> futures.add(null));
            rejected = 0;
            why = "";
        }
        long end = System.nanoTime() + limit.toNanos();
        try {
            String failure = give();
            failure = failure.isEmpty() ? await(end) : failure;
            if (!failure.isEmpty()) {
                if (++failures % MAX_FAILURES == 0) {
                    reopen();
                }
                return new KafkaOutcome.Later(failure);
            }
        } catch (InterruptException interrupted) {
            throw (InterruptedException) new InterruptedException().initCause(interrupted);
        }
        failures = 0;
        current = List.of();
        return new KafkaOutcome.Stored(rejected, why);
    }

    /** Gives the producer what it has not got yet. Returns why it does not accept it now; empty if it has accepted all. */
    private String give() {
        KafkaProducer<String, String> to = producer == null ? open() : producer;
        producer = to;
        for (int i = 0; i < current.size(); i++) {
            if (futures.get(i) == null) {
                KafkaMessage message = current.get(i);
                Future<RecordMetadata> future =
                        to.send(new ProducerRecord<>(message.topic(), message.key(), message.value()));
                futures.set(i, future);
                // Each further one would wait as long as this one has.
                if (future.isDone() && future.state() == Future.State.FAILED) {
                    String failure = settle(i, future.exceptionNow());
                    if (!failure.isEmpty()) {
                        return failure;
                    }
                }
            }
        }
        return "";
    }

    /** Waits until the brokers have acknowledged all. Returns why they have not; empty if they have. */
    private String await(long end) throws InterruptedException {
        String failure = "";
        for (int i = 0; i < futures.size(); i++) {
            Future<RecordMetadata> future = futures.get(i);
            try {
                if (future != null) {
                    future.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
                }
            } catch (TimeoutException _) {
                return "no acknowledgement within " + limit.toMillis() + " ms";
            } catch (ExecutionException failed) {
                String one = settle(i, failed.getCause());
                failure = failure.isEmpty() ? one : failure;
            }
        }
        return failure;
    }

    /** Decides on a message that has failed. Returns why, if it is to be sent again; empty if it is rejected. */
    private String settle(int index, @Nullable Throwable cause) {
        String reason = cause instanceof org.apache.kafka.common.errors.TimeoutException
                ? reason(cause) + " (no server answers, or there is no such topic)"
                : reason(cause);
        if (cause instanceof RecordTooLargeException
                || cause instanceof InvalidTopicException
                || cause instanceof SerializationException) {
            why = reason;
            futures.set(index, REJECTED);
            rejected++;
            return "";
        }
        futures.set(index, null);
        if (!(cause instanceof RetriableException)) {
            reopen();
        }
        return reason;
    }

    /** A producer that has failed for good, such as by wrong credentials, stays so. */
    private void reopen() {
        KafkaProducer<String, String> failed = producer;
        producer = null;
        if (failed != null) {
            failed.close(Duration.ZERO);
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
        reopen();
    }
}
