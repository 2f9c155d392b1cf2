package io.tcpprobe.agent.otlp;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.logs.data.Body;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.resources.Resource;
import org.jspecify.annotations.Nullable;

/**
 * A log record that is an event.
 *
 * @param resource where it comes from
 * @param name the name of the event
 * @param nanos its time, in nanoseconds since 1970
 * @param severity its severity
 * @param text its body; empty if it has none
 * @param attributes its attributes
 */
record LogEvent(Resource resource, String name, long nanos, Severity severity, String text, Attributes attributes)
        implements LogRecordData {
    /** The scope of all that is sent. */
    static final InstrumentationScopeInfo SCOPE = InstrumentationScopeInfo.create("tcpprobe");

    @Override
    public Resource getResource() {
        return resource;
    }

    @Override
    public InstrumentationScopeInfo getInstrumentationScopeInfo() {
        return SCOPE;
    }

    @Override
    public long getTimestampEpochNanos() {
        return nanos;
    }

    @Override
    public long getObservedTimestampEpochNanos() {
        return nanos;
    }

    @Override
    public SpanContext getSpanContext() {
        return SpanContext.getInvalid();
    }

    @Override
    public Severity getSeverity() {
        return severity;
    }

    @Override
    public String getSeverityText() {
        return severity.name();
    }

    @Override
    @SuppressWarnings("deprecation") // the interface requires it
    public Body getBody() {
        return text.isEmpty() ? Body.empty() : Body.string(text);
    }

    @Override
    public @Nullable Value<?> getBodyValue() {
        return text.isEmpty() ? null : Value.of(text);
    }

    @Override
    public Attributes getAttributes() {
        return attributes;
    }

    @Override
    public int getTotalAttributeCount() {
        return attributes.size();
    }

    @Override
    public String getEventName() {
        return name;
    }
}
