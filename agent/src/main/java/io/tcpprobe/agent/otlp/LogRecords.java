package io.tcpprobe.agent.otlp;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.resources.Resource;
import io.tcpprobe.agent.events.Event;
import io.tcpprobe.agent.events.EventItem;
import io.tcpprobe.agent.events.EventListener;
import io.tcpprobe.agent.push.FlowRecord;
import io.tcpprobe.agent.push.PushBatch;
import io.tcpprobe.agent.push.RecordField;
import io.tcpprobe.config.Unit;
import io.tcpprobe.kernel.flow.EventRule;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes log records of OpenTelemetry: events named {@code tcpprobe.flow} and {@code tcpprobe.event}. */
final class LogRecords {
    /** Name of the events that are flow records. */
    static final String FLOW = "tcpprobe.flow";

    /** Name of the events that are changes of an {@link Event}. */
    static final String EVENT = "tcpprobe.event";

    /** What the resource or the timestamp has. */
    private static final Set<RecordField> ELSEWHERE =
            EnumSet.of(RecordField.TIME, RecordField.HOST_NAME, RecordField.HOST_ID);

    private static final AttributeKey<String> TRANSPORT = AttributeKey.stringKey("network.transport");
    private static final AttributeKey<String> NAMESPACE = AttributeKey.stringKey("k8s.namespace.name");
    private static final AttributeKey<String> POD = AttributeKey.stringKey(RecordField.POD.attribute());
    private static final AttributeKey<String> CHANGE = AttributeKey.stringKey("tcpprobe.event.change");
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double MILLIS_PER_SECOND = 1e3;

    /** In the order of their names, into which OpenTelemetry's builder would sort them. */
    private static final List<FlowAttribute> OF_FLOWS = attributesOfFlows();

    private final Resource resource;

    LogRecords(Resource resource) {
        this.resource = resource;
    }

    /**
     * An attribute of a flow record.
     *
     * @param key its key
     * @param field the field that it has the value of; null if all records have it
     * @param value returns the value, if the record has the field
     */
    private record FlowAttribute(
            AttributeKey<?> key, @Nullable RecordField field, Function<FlowRecord, Object> value) {
        boolean isIn(FlowRecord flow) {
            return field == null || flow.has(field);
        }
    }

    private static List<FlowAttribute> attributesOfFlows() {
        List<FlowAttribute> attributes = new ArrayList<>();
        attributes.add(new FlowAttribute(TRANSPORT, null, _ -> "tcp"));
        for (RecordField field : RecordField.all()) {
            if (field == RecordField.POD) { // "namespace/name"
                attributes.add(new FlowAttribute(NAMESPACE, field, flow -> namespace(flow.text(field))));
                attributes.add(new FlowAttribute(POD, field, flow -> nameInNamespace(flow.text(field))));
            } else if (!ELSEWHERE.contains(field)) {
                attributes.add(attribute(field));
            }
        }
        attributes.sort(Comparator.comparing(attribute -> attribute.key().getKey()));
        return List.copyOf(attributes);
    }

    private static FlowAttribute attribute(RecordField field) {
        String name = field.attribute();
        return switch (field.type()) {
            case NUMBER -> number(field);
            case TIME ->
                new FlowAttribute(AttributeKey.doubleKey(name), field, flow -> flow.number(field) / MILLIS_PER_SECOND);
            case FLAG -> new FlowAttribute(AttributeKey.booleanKey(name), field, flow -> flow.number(field) != 0);
            case TEXT -> new FlowAttribute(AttributeKey.stringKey(name), field, flow -> flow.text(field));
            case COUNTS -> new FlowAttribute(AttributeKey.longArrayKey(name), field, flow -> flow.counts(field));
        };
    }

    private static String namespace(String pod) {
        return pod.substring(0, Math.max(0, pod.indexOf('/')));
    }

    private static String nameInNamespace(String pod) {
        return pod.substring(pod.indexOf('/') + 1);
    }

    /** Times are in seconds, as the semantic conventions require; all else is a whole number. */
    private static FlowAttribute number(RecordField field) {
        Unit unit = field.unit();
        if (unit.nanoseconds().isPresent()) {
            double perSecond = NANOS_PER_SECOND / unit.nanoseconds().getAsLong();
            return new FlowAttribute(
                    AttributeKey.doubleKey(field.attribute()), field, flow -> flow.number(field) / perSecond);
        }
        return new FlowAttribute(AttributeKey.longKey(field.attribute()), field, flow -> flow.number(field));
    }

    /** Returns flow records as log records. */
    List<LogRecordData> ofFlows(List<FlowRecord> flows) {
        List<LogRecordData> records = new ArrayList<>(flows.size());
        for (FlowRecord flow : flows) {
            long nanos = TimeUnit.MILLISECONDS.toNanos(flow.number(RecordField.TIME));
            records.add(new LogEvent(resource, FLOW, nanos, Severity.INFO, "", attributes(flow)));
        }
        return records;
    }

    private static Attributes attributes(FlowRecord flow) {
        AttributeKey<?>[] keys = new AttributeKey<?>[OF_FLOWS.size()];
        Object[] values = new Object[keys.length];
        int count = 0;
        for (FlowAttribute attribute : OF_FLOWS) {
            if (attribute.isIn(flow)) {
                keys[count] = attribute.key();
                values[count++] = attribute.value().apply(flow);
            }
        }
        return new FlowAttributes(Arrays.copyOf(keys, count), Arrays.copyOf(values, count));
    }

    /** Returns changes of events as log records. */
    List<LogRecordData> ofEvents(List<PushBatch.EventChange> changes) {
        return changes.stream().map(this::ofEvent).toList();
    }

    private LogRecordData ofEvent(PushBatch.EventChange changed) {
        Event event = changed.event();
        AttributesBuilder attributes = Attributes.builder();
        attributes.put(CHANGE, changed.change().label());
        for (EventItem item : EventItem.values()) {
            Object value = item.of(event);
            if (value != null) {
                put(attributes, attributeOf(item), item.type(), value);
            }
        }
        boolean raised = changed.change() == EventListener.Change.RAISED;
        Instant when = raised ? event.raised() : event.cleared().orElse(event.raised());
        return new LogEvent(
                resource,
                EVENT,
                nanos(when),
                raised ? severity(event.rule().severity()) : Severity.INFO,
                event.line(),
                attributes.build());
    }

    private static Severity severity(EventRule.Severity severity) {
        return switch (severity) {
            case WARNING -> Severity.WARN;
            case CRITICAL -> Severity.ERROR;
        };
    }

    /** Returns the attribute of an item: "tcpprobe.event.subject_kind". */
    static String attributeOf(EventItem item) {
        return RecordField.attributeOf(EVENT + '.', item.label());
    }

    private static void put(AttributesBuilder attributes, String name, EventItem.Type type, Object value) {
        switch (type) {
            case NUMBER -> attributes.put(AttributeKey.longKey(name), (Long) value);
            case TEXT -> attributes.put(AttributeKey.stringKey(name), (String) value);
            case TIME ->
                attributes.put(AttributeKey.doubleKey(name), ((Instant) value).toEpochMilli() / MILLIS_PER_SECOND);
        }
    }

    private static long nanos(Instant when) {
        return TimeUnit.SECONDS.toNanos(when.getEpochSecond()) + when.getNano();
    }
}
