package io.tcpprobe.it;

import io.tcpprobe.agent.logging.Logging;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** A Kafka broker in a separate process, at a port of loopback. Its data outlive a restart. */
final class KafkaBroker implements AutoCloseable {
    static final Path LIBRARIES = Path.of("target/broker/lib");

    private static final Path PROGRAM = Path.of("src/test/broker/OneBroker.java");
    private static final long START_SECONDS = 60;
    private static final long STOP_SECONDS = 20;
    private static final long READ_SECONDS = 180;

    private final Path folder;
    private final int port = FreePort.belowEphemeral();
    private final int controllerPort = FreePort.belowEphemeral();
    private final List<String> settings;
    private Process process;

    private KafkaBroker(Path folder, List<String> settings) {
        this.folder = folder;
        this.settings = settings;
    }

    /**
     * Chooses ports, and starts no broker yet.
     *
     * @param folder for its data
     * @param settings further settings, "key=value" each; PORT and CONTROLLER_PORT stand for its ports
     */
    static KafkaBroker prepare(Path folder, String... settings) {
        return new KafkaBroker(folder, List.of(settings));
    }

    /** Starts it, and waits until it accepts clients. */
    KafkaBroker start() throws IOException {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                LIBRARIES.toAbsolutePath() + "/*",
                PROGRAM.toAbsolutePath().toString(),
                folder.toString(),
                Integer.toString(port),
                Integer.toString(controllerPort)));
        settings.forEach(setting -> line.add(setting.replace("CONTROLLER_PORT", Integer.toString(controllerPort))
                .replace(":PORT", ":" + port)));
        process = new ProcessBuilder(line).redirectErrorStream(true).start();
        CompletableFuture<Boolean> ready = new CompletableFuture<>();
        List<String> output = new CopyOnWriteArrayList<>(); // a thread adds to it
        Thread.ofPlatform().daemon().start(() -> read(process, output, ready));
        try {
            if (!ready.get(START_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("the broker has ended: " + output);
            }
        } catch (InterruptedException | ExecutionException failed) {
            throw new IllegalStateException(failed);
        } catch (TimeoutException late) {
            process.destroyForcibly();
            throw new AssertionError("the broker is not ready: " + output, late);
        }
        return this;
    }

    private static void read(Process process, List<String> output, CompletableFuture<Boolean> ready) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                output.add(line);
                if (line.equals("READY")) {
                    ready.complete(true);
                }
            }
        } catch (IOException ended) {
            output.add(ended.toString());
        }
        ready.complete(false);
    }

    /** Returns its address: "127.0.0.1:9092". */
    String servers() {
        return "127.0.0.1:" + port;
    }

    /** Ends it at once, as a crash does. */
    void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("the broker does not end");
            }
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /**
     * Reads a topic from its beginning, until this has read enough.
     *
     * @param enough called with all messages so far
     * @throws AssertionError if it is not enough in time
     */
    List<ConsumerRecord<String, String>> read(String topic, Predicate<List<ConsumerRecord<String, String>>> enough) {
        List<ConsumerRecord<String, String>> all = new ArrayList<>();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(READ_SECONDS);
        try (KafkaConsumer<String, String> consumer = consumer()) {
            Map<TopicPartition, Long> read = new HashMap<>();
            while (!enough.test(all)) {
                if (System.nanoTime() - end > 0) {
                    throw new AssertionError(topic + ": not enough in " + all.size() + " messages; the last are "
                            + all.subList(Math.max(0, all.size() - 5), all.size()));
                }
                List<PartitionInfo> partitions = consumer.listTopics().getOrDefault(topic, List.of());
                List<TopicPartition> wanted = partitions.stream()
                        .map(partition -> new TopicPartition(topic, partition.partition()))
                        .toList();
                if (!consumer.assignment().equals(Set.copyOf(wanted))) {
                    consumer.assign(wanted);
                    wanted.forEach(partition -> consumer.seek(partition, read.getOrDefault(partition, 0L)));
                }
                if (!wanted.isEmpty()) {
                    consumer.poll(Duration.ofMillis(200)).forEach(message -> {
                        read.put(new TopicPartition(topic, message.partition()), message.offset() + 1);
                        all.add(message);
                    });
                }
            }
        }
        return all;
    }

    private KafkaConsumer<String, String> consumer() {
        Logging.warningsOnly(); // Kafka logs every step otherwise
        Properties properties = new Properties();
        properties.setProperty(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, servers());
        properties.setProperty(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        return new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer());
    }

    /** Ends it in order: its standard input ends. */
    @Override
    public void close() throws IOException {
        if (process != null && process.isAlive()) {
            try {
                process.getOutputStream().close();
                awaitEnd();
            } finally {
                process.destroyForcibly();
            }
        }
    }
}
