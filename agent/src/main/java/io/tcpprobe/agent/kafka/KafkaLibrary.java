package io.tcpprobe.agent.kafka;

import io.tcpprobe.agent.push.PushTarget;
import io.tcpprobe.config.Problem;
import io.tcpprobe.config.ProblemException;
import io.tcpprobe.config.ProcessUser;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.config.StateFiles;
import java.io.IOException;
import java.io.StringReader;
import java.lang.reflect.InvocationTargetException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads Kafka's client from the folder {@code lib/kafka} beside our jar, by a class loader of its own: 11 MB that only this connector uses.
 * Not in the javaagent's single file.
 */
final class KafkaLibrary {
    private static final String SENDER = "io.tcpprobe.agent.kafka.client.KafkaSender";
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
    private static final Logger LOG = LoggerFactory.getLogger(KafkaLibrary.class);
    private static final String STEP = "send to kafka";

    private KafkaLibrary() {}

    /**
     * Opens a sender for the servers of the settings; nothing is sent yet.
     *
     * @param limit maximum time to wait for the brokers
     * @throws ProblemException if the library is not here, or a setting cannot be used
     */
    static MessageSender open(SettingStore settings, Duration limit) throws ProblemException {
        String servers = settings.get(Settings.KAFKA_SERVERS);
        Map<String, String> more = properties(settings.get(Settings.KAFKA_CONFIG));
        try {
            ClassLoader loader = loader();
            @Nullable MessageSender opened = null;
            try {
                opened = (MessageSender) loader.loadClass(SENDER)
                        .getConstructor(String.class, Map.class, Duration.class)
                        .newInstance(servers, more, limit);
            } finally {
                if (opened == null) {
                    close(loader);
                }
            }
            return new Loaded(opened, loader);
        } catch (InvocationTargetException failed) {
            if (failed.getCause() instanceof ProblemException refused) {
                throw refused;
            }
            if (failed.getCause() instanceof IllegalArgumentException wrong) {
                throw problem(
                        Settings.KAFKA_SERVERS.name(),
                        Problem.quote(String.valueOf(wrong.getMessage())),
                        "correct it, or the properties of Kafka's producer in " + Settings.KAFKA_CONFIG.name());
            }
            throw notHere(failed.getCause() == null ? failed : failed.getCause());
        } catch (ReflectiveOperationException | LinkageError | IOException | URISyntaxException failed) {
            throw notHere(failed);
        }
    }

    /**
     * A sender with the class loader that is closed after it.
     *
     * @param sender sends
     * @param loader has loaded it
     */
    private record Loaded(MessageSender sender, ClassLoader loader) implements MessageSender {
        @Override
        public PushTarget.Outcome send(List<KafkaMessage> messages) throws InterruptedException {
            return sender.send(messages);
        }

        /** Closes both on a thread of its own, which is waited for for a limited time: Kafka's client waits for its threads. */
        @Override
        public void close() {
            Thread closing = Thread.ofPlatform()
                    .daemon()
                    .name("tcpprobe-kafka-close")
                    .start(() -> {
                        try {
                            sender.close();
                        } finally {
                            KafkaLibrary.close(loader);
                        }
                    });
            try {
                closing.join(CLOSE_LIMIT);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void close(ClassLoader loader) {
        if (loader instanceof URLClassLoader ofKafka && !loader.equals(KafkaLibrary.class.getClassLoader())) {
            try {
                ofKafka.close();
            } catch (IOException failed) {
                LOG.debug("kafka: a jar is not closed", failed);
            }
        }
    }

    private static ProblemException notHere(Throwable failed) {
        return problem(
                Settings.KAFKA_SERVERS.name(),
                "Kafka's client cannot be loaded from lib/kafka beside tcpprobe.jar: " + failed,
                "install the package, or unset it; the javaagent of one file does not have it");
    }

    private static ProblemException problem(String setting, String cause, String remedy) {
        return new ProblemException(new Problem(STEP, setting, cause, remedy));
    }

    /** Reads the properties of Kafka's producer, which may be secrets. */
    private static Map<String, String> properties(String file) throws ProblemException {
        Map<String, String> read = new HashMap<>();
        if (!file.isEmpty()) {
            try {
                Properties properties = new Properties();
                properties.load(new StringReader(
                        String.join("\n", StateFiles.secretLines(Path.of(file), ProcessUser.effectiveId()))));
                properties.stringPropertyNames().forEach(name -> read.put(name, properties.getProperty(name)));
            } catch (IOException | IllegalArgumentException failed) {
                throw problem(
                        Settings.KAFKA_CONFIG.name(),
                        failed instanceof IOException io ? Problem.cause(io) : "it is not a file of properties",
                        "name a file with properties of Kafka's producer that only its owner may read");
            }
        }
        return read;
    }

    private static ClassLoader loader() throws IOException, URISyntaxException {
        ClassLoader ours = KafkaLibrary.class.getClassLoader();
        URL place = KafkaLibrary.class.getProtectionDomain().getCodeSource().getLocation();
        if (!place.getProtocol().equals("file")) {
            return ours;
        }
        Path folder = Path.of(place.toURI()).resolveSibling("kafka");
        // Without that folder, as in unit tests: the class path may have it.
        return Files.isDirectory(folder) ? new URLClassLoader("kafka", jars(folder), ours) : ours;
    }

    private static URL[] jars(Path folder) throws IOException {
        List<URL> jars = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*.jar")) {
            for (Path jar : found) {
                jars.add(jar.toUri().toURL());
            }
        }
        return jars.toArray(URL[]::new);
    }
}
