package io.tcpprobe.agent.kafka;

import io.tcpprobe.agent.push.PushBatch;
import io.tcpprobe.agent.push.PushOrigin;
import io.tcpprobe.agent.push.PushTarget;
import io.tcpprobe.config.ProblemException;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sends batches to Kafka. A batch that is sent again is not converted again, and what the brokers have stored is not sent twice. */
public final class KafkaTarget implements PushTarget {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final KafkaMessages messages;
    private final MessageSender sender;
    private @Nullable PushBatch batch;
    private List<KafkaMessage> current = List.of();

    /** Creates a target that sends by this sender, which it closes. */
    KafkaTarget(KafkaMessages messages, MessageSender sender) {
        this.messages = messages;
        this.sender = sender;
    }

    /**
     * Opens the target of the settings kafka.servers, kafka.topics and kafka.config; nothing is sent yet.
     *
     * @throws ProblemException if Kafka's client is not installed, or a setting cannot be used
     */
    public static KafkaTarget open(SettingStore settings, PushOrigin origin) throws ProblemException {
        return new KafkaTarget(
                new KafkaMessages(settings.get(Settings.KAFKA_TOPICS), origin), KafkaLibrary.open(settings, LIMIT));
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // the same batch is sent again
    public Outcome send(PushBatch next) throws InterruptedException {
        if (next != batch) {
            batch = next;
            current = messages.of(next);
        }
        return switch (sender.send(current)) {
            case KafkaOutcome.Later(String why) -> new Outcome.Later(why);
            case KafkaOutcome.Stored(int rejected, String why) ->
                rejected > 0 && rejected == current.size()
                        ? new Outcome.Refused(why)
                        : new Outcome.Accepted(Math.min(rejected, next.size()));
        };
    }

    @Override
    public void close() {
        sender.close();
    }
}
