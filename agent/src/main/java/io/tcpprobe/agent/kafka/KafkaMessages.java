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
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Converts batches to messages. Keys keep in order: the records of a flow, and those of both endpoints of a connection beside each other;
 * the values of a group; the events of a host.
 */
final class KafkaMessages {
    private final String flows;
    private final String groups;
    private final String events;
    private final PushOrigin origin;

    /**
     * Creates a converter.
     *
     * @param prefix the beginning of the topics' names: "tcpprobe"
     */
    KafkaMessages(String prefix, PushOrigin origin) {
        this.flows = prefix + ".flows";
        this.groups = prefix + ".groups";
        this.events = prefix + ".events";
        this.origin = origin;
    }

    /** Returns the messages of a batch. */
    List<KafkaMessage> of(PushBatch batch) {
        return switch (batch) {
            case PushBatch.Flows records ->
                records.records().stream().map(this::of).toList();
            case PushBatch.Events changes ->
                changes.changes().stream().map(this::of).toList();
            case PushBatch.Groups reading ->
                reading.groups().groups().stream()
                        .map(group -> of(group, reading.wallMillis()))
                        .toList();
            case PushBatch.MetricValues _ -> List.of(); // groups are sent instead
        };
    }

    private KafkaMessage of(FlowRecord flow) {
        return new KafkaMessage(flows, flow.text(RecordField.COMMUNITY_ID), RecordJson.line(flow));
    }

    private KafkaMessage of(PushBatch.EventChange changed) {
        Map<String, @Nullable Object> values = host();
        values.put("change", changed.change().label());
        values.putAll(EventJson.items(changed.event()));
        return new KafkaMessage(events, key(), JsonText.of(values));
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
        return new KafkaMessage(groups, key() + '/' + group.kind().label() + '/' + group.name(), JsonText.of(values));
    }

    private Map<String, @Nullable Object> host() {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        values.put(RecordField.HOST_NAME.label(), origin.hostName());
        values.put(RecordField.HOST_ID.label(), origin.hostId());
        return values;
    }

    private String key() {
        return origin.hostId().isEmpty() ? origin.hostName() : origin.hostId();
    }
}
