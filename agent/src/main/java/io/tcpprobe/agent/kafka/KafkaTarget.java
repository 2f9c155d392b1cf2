package io.tcpprobe.agent.kafka;

import io.tcpprobe.agent.push.PushBatch;
import io.tcpprobe.agent.push.PushOrigin;
import io.tcpprobe.agent.push.PushTarget;
import io.tcpprobe.config.ProblemException;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Sends batches to Kafka. A batch of each kind may wait to be sent again: it is not converted again, and the producer does not get its messages
 * again while it has them.
 */
public final class KafkaTarget implements PushTarget {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final KafkaMessages messages;
    private final MessageSender sender;
    private final Map<Class<? extends PushBatch>, Waiting> waiting = new HashMap<>();

    /** A batch that is to be sent again. */
    private record Waiting(PushBatch batch, List<KafkaMessage> messages) {}

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
        Waiting before = waiting.remove(next.getClass());
        Waiting now = before != null && before.batch == next ? before : new Waiting(next, messages.of(next));
        return switch (sender.send(now.messages)) {
            case Outcome.Later later -> {
                waiting.put(next.getClass(), now);
                yield later;
            }
            case Outcome.Refused refused -> refused;
            case Outcome.Accepted(int rejected, String why) ->
                rejected > 0 && rejected == now.messages.size()
                        ? new Outcome.Refused(why)
                        : new Outcome.Accepted(Math.min(rejected, next.size()), why);
        };
    }

    @Override
    public void close() {
        sender.close();
    }
}
