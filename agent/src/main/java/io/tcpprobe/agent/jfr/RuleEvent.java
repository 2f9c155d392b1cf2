package io.tcpprobe.agent.jfr;

import io.tcpprobe.agent.events.Event;
import io.tcpprobe.agent.events.EventListener;
import io.tcpprobe.kernel.flow.Verdict;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timestamp;
import jdk.jfr.Unsigned;
import org.jspecify.annotations.Nullable;

/** A rule has raised or cleared an event. */
@Name("tcpprobe.Event")
@Label("TCP Event")
@Description("A rule about TCP has raised or cleared an event")
@Category({"TCP", "Rules"})
@StackTrace(false)
final class RuleEvent extends jdk.jfr.Event {
    @Label("Event Id")
    @Description("Number of the event in the agent")
    @Unsigned
    long id;

    @Label("Change")
    @Description("raised or cleared")
    @Nullable
    String change;

    @Label("Rule")
    @Description("The rule that held")
    @Nullable
    String rule;

    @Label("Severity")
    @Description("warning or critical")
    @Nullable
    String severity;

    @Label("Subject Kind")
    @Description("The kind of what it is about")
    @Nullable
    String subjectKind;

    @Label("Subject")
    @Description("What it is about")
    @Nullable
    String subject;

    @Label("Raised")
    @Description("When it was raised")
    @Timestamp(Timestamp.MILLISECONDS_SINCE_EPOCH)
    long raised;

    @Label("Value")
    @Description("The value that raised it, in the given unit")
    long value;

    @Label("Threshold")
    @Description("The threshold at that time")
    long threshold;

    @Label("Unit")
    @Description("Unit of value and threshold; empty for a number of things")
    @Nullable
    String unit;

    @Label("Evidence")
    @Description("The values that it rests on")
    @Nullable
    String evidence;

    @Label("Verdict")
    @Description("What limited the flow that contributed most; N/A if unknown")
    @Nullable
    String verdict;

    /** Writes an event, if a recording wants it. */
    static void write(EventListener.Change change, Event event) {
        RuleEvent written = new RuleEvent();
        if (written.shouldCommit()) {
            written.describe(change, event);
            written.commit();
        }
    }

    private void describe(EventListener.Change changed, Event event) {
        id = event.id();
        change = changed.label();
        rule = event.rule().label();
        severity = event.rule().severity().label();
        subjectKind = event.subject().kind().label();
        subject = event.subject().name();
        raised = event.raised().toEpochMilli();
        value = event.value();
        threshold = event.threshold();
        unit = event.rule().unit().label();
        evidence = event.evidence();
        verdict = event.verdict().map(Verdict::label).orElse(null);
    }
}
