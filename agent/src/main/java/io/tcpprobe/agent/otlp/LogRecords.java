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
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

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

    private static final Map<RecordField, Writer> WRITERS = writers();

    private final Resource resource;

    LogRecords(Resource resource) {
        this.resource = resource;
    }

    /** Writes a value of a record as an attribute. */
    @FunctionalInterface
    private interface Writer {
        void write(FlowRecord flow, AttributesBuilder to);
    }

    private static Map<RecordField, Writer> writers() {
        Map<RecordField, Writer> writers = new EnumMap<>(RecordField.class);
        for (RecordField field : RecordField.all()) {
            if (!ELSEWHERE.contains(field)) {
                writers.put(field, writer(field));
            }
        }
        return writers;
    }

    private static Writer writer(RecordField field) {
        if (field == RecordField.POD) {
            return LogRecords::writePod;
        }
        String name = field.attribute();
        return switch (field.type()) {
            case NUMBER -> number(field);
            case TIME -> {
                AttributeKey<Double> key = AttributeKey.doubleKey(name);
                yield (flow, to) -> to.put(key, flow.number(field) / MILLIS_PER_SECOND);
            }
            case FLAG -> {
                AttributeKey<Boolean> key = AttributeKey.booleanKey(name);
                yield (flow, to) -> to.put(key, flow.number(field) != 0);
            }
            case TEXT -> {
                AttributeKey<String> key = AttributeKey.stringKey(name);
                yield (flow, to) -> to.put(key, flow.text(field));
            }
            case COUNTS -> {
                AttributeKey<List<Long>> key = AttributeKey.longArrayKey(name);
                yield (flow, to) -> to.put(key, flow.counts(field));
            }
        };
    }

    /** Writes "namespace/name" as two attributes. */
    private static void writePod(FlowRecord flow, AttributesBuilder to) {
        String pod = flow.text(RecordField.POD);
        int slash = pod.indexOf('/');
        to.put(NAMESPACE, pod.substring(0, Math.max(0, slash)));
        to.put(POD, pod.substring(slash + 1));
    }

    /** Times are in seconds, as the semantic conventions require; all else is a whole number. */
    private static Writer number(RecordField field) {
        Unit unit = field.unit();
        if (unit.nanoseconds().isPresent()) {
            double perSecond = NANOS_PER_SECOND / unit.nanoseconds().getAsLong();
            AttributeKey<Double> key = AttributeKey.doubleKey(field.attribute());
            return (flow, to) -> to.put(key, flow.number(field) / perSecond);
        }
        AttributeKey<Long> key = AttributeKey.longKey(field.attribute());
        return (flow, to) -> to.put(key, flow.number(field));
    }

    /** Returns flow records as log records. */
    List<LogRecordData> ofFlows(List<FlowRecord> flows) {
        List<LogRecordData> records = new ArrayList<>(flows.size());
        for (FlowRecord flow : flows) {
            AttributesBuilder attributes = Attributes.builder().put(TRANSPORT, "tcp");
            WRITERS.forEach((field, writer) -> {
                if (flow.has(field)) {
                    writer.write(flow, attributes);
                }
            });
            long nanos = TimeUnit.MILLISECONDS.toNanos(flow.number(RecordField.TIME));
            records.add(new LogEvent(resource, FLOW, nanos, Severity.INFO, "", attributes.build()));
        }
        return records;
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
