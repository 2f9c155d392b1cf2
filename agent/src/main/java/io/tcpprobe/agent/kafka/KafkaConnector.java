package io.tcpprobe.agent.kafka;

import io.tcpprobe.agent.connector.Connector;
import io.tcpprobe.agent.connector.ConnectorType;
import io.tcpprobe.agent.connector.PushConnector;
import io.tcpprobe.agent.connector.Served;
import io.tcpprobe.agent.push.PushBatch;
import io.tcpprobe.agent.push.PushOrigin;
import io.tcpprobe.agent.push.PushTimes;
import io.tcpprobe.agent.push.Sender;
import io.tcpprobe.config.ProblemException;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Kafka connector: sends flow records, groups and events to brokers. Without {@code kafka.servers} it is off, and Kafka's classes are not
 * loaded.
 */
public final class KafkaConnector {
    /** Its entry in the list of connectors. Kafka's client logs, so an application sets up logging first. */
    public static final ConnectorType TYPE =
            ConnectorType.pushing("kafka", ConnectorType.Placement.AFTER_APPLICATION, KafkaConnector::open);

    private static final Logger LOG = LoggerFactory.getLogger(KafkaConnector.class);

    private KafkaConnector() {}

    /**
     * Opens the connector if it is on. A broker that is down does not prevent it.
     *
     * @throws ProblemException if Kafka's client is not installed, or a setting cannot be used
     */
    static Connector open(Served served) throws ProblemException {
        SettingStore settings = served.settings();
        String servers = settings.get(Settings.KAFKA_SERVERS);
        if (servers.isEmpty()) {
            return Connector.OFF;
        }
        if (served.replay().isPresent()) {
            LOG.warn("kafka: nothing is sent: the flows are those of a recording");
            return Connector.OFF;
        }
        return PushConnector.open(
                served,
                servers,
                new Sender.Options(
                        TYPE.name(),
                        KafkaTarget.open(settings, PushOrigin.of(served.facts())),
                        Optional.of(new Sender.Periodic(
                                Duration.ofSeconds(settings.get(Settings.PUSH_INTERVAL)),
                                () -> new PushBatch.Groups(served.groups().current(), System.currentTimeMillis()),
                                false)), // the producer still has the one before
                        PushTimes.USUAL,
                        new Random(),
                        served.records()::dropped));
    }
}
