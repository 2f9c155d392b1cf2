package io.tcpprobe.agent.kafka;

import io.tcpprobe.agent.core.JsonText;
import io.tcpprobe.agent.events.EventJson;
import io.tcpprobe.agent.groups.Group;
import io.tcpprobe.agent.push.FlowRecord;
import io.tcpprobe.agent.push.PushBatch;
import io.tcpprobe.agent.push.PushOrigin;
import io.tcpprobe.agent.push.RecordField;
import io.tcpprobe.agent.push.RecordJson;
import io.tcpprobe.kernel.flow.GroupField;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Converts batches to messages. Keys keep in order: the records of a flow, and those of both endpoints of a connection beside each other;
 * the values of a group; the events of a host.
 */
final class KafkaMessages {
    /** What is sent: the end of the topic's name. */
    enum Topic {
        FLOWS,
        GROUPS,
        EVENTS
    }

    private final String prefix;
    private final PushOrigin origin;

    /**
     * Creates a converter.
     *
     * @param prefix the beginning of the topics' names: "tcpprobe"
     */
    KafkaMessages(String prefix, PushOrigin origin) {
        this.prefix = prefix;
        this.origin = origin;
    }

    private String topic(Topic topic) {
        return prefix + '.' + topic.name().toLowerCase(Locale.ROOT);
    }

    /** Returns the messages of a batch. */
    List<KafkaMessage> of(PushBatch batch) {
        return switch (batch) {
            case PushBatch.Flows flows -> flows.records().stream().map(this::of).toList();
            case PushBatch.Events events ->
                events.changes().stream().map(this::of).toList();
            case PushBatch.Groups groups ->
                groups.groups().groups().stream()
                        .map(group -> of(group, groups.wallMillis()))
                        .toList();
            case PushBatch.MetricValues _ -> List.of(); // groups are sent instead
        };
    }

    private KafkaMessage of(FlowRecord flow) {
        return new KafkaMessage(topic(Topic.FLOWS), flow.text(RecordField.COMMUNITY_ID), RecordJson.line(flow));
    }

    private KafkaMessage of(PushBatch.EventChange changed) {
        Map<String, @Nullable Object> values = host();
        values.put("change", changed.change().name().toLowerCase(Locale.ROOT));
        values.putAll(EventJson.items(changed.event()));
        return new KafkaMessage(topic(Topic.EVENTS), key(), JsonText.of(values));
    }

    private KafkaMessage of(Group group, long wallMillis) {
        Map<String, @Nullable Object> values = host();
        values.put("time", wallMillis);
        values.put("kind", group.kind().label());
        values.put("name", group.name());
        for (GroupField field : GroupField.all()) {
            if (group.has(field)) {
                values.put(field.label(), group.number(field));
            }
        }
        return new KafkaMessage(
                topic(Topic.GROUPS), key() + '/' + group.kind().label() + '/' + group.name(), JsonText.of(values));
    }

    private Map<String, @Nullable Object> host() {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        values.put("hostName", origin.hostName());
        values.put("hostId", origin.hostId());
        return values;
    }

    private String key() {
        return origin.hostId().isEmpty() ? origin.hostName() : origin.hostId();
    }
}
