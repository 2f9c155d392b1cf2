package io.tcpprobe.agent.webhook;

import io.tcpprobe.agent.core.JsonText;
import io.tcpprobe.agent.events.Event;
import io.tcpprobe.agent.events.EventJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What is posted: the values of the setting {@code events.webhook.format}. */
enum WebhookFormat {
    /** One event of CloudEvents 1.0 in the structured mode of its JSON format. */
    CLOUDEVENTS("application/cloudevents+json", 1, false) {
        @Override
        String body(List<Notice> notices, EventOrigin origin) {
            Notice notice = notices.getFirst();
            Event event = notice.event();
            String change = notice.change().label();
            Map<String, Object> cloudEvent = new LinkedHashMap<>();
            cloudEvent.put("specversion", "1.0");
            cloudEvent.put("id", event.raised().toEpochMilli() + "-" + event.id() + "-" + change);
            cloudEvent.put("source", origin.uri());
            cloudEvent.put("type", "io.tcpprobe.event." + change);
            cloudEvent.put("subject", subject(event));
            cloudEvent.put("time", event.cleared().orElse(event.raised()).toString());
            cloudEvent.put("datacontenttype", "application/json");
            cloudEvent.put("data", EventJson.items(event));
            return JsonText.of(cloudEvent);
        }
    },
    /** The list of alerts that Alertmanager's POST /api/v2/alerts accepts. An alert without an end ends when it is not repeated. */
    ALERTMANAGER("application/json", 64, true) {
        @Override
        String body(List<Notice> notices, EventOrigin origin) {
            List<Object> alerts = new ArrayList<>();
            for (Notice notice : notices) {
                Event event = notice.event();
                Map<String, Object> alert = new LinkedHashMap<>();
                alert.put("labels", labels(event, origin));
                alert.put("annotations", annotations(event));
                alert.put("startsAt", event.raised().toString());
                event.cleared().ifPresent(cleared -> alert.put("endsAt", cleared.toString()));
                alerts.add(alert);
            }
            return JsonText.of(alerts);
        }
    };

    private final String contentType;
    private final int batch;
    private final boolean repeats;

    WebhookFormat(String contentType, int batch, boolean repeats) {
        this.contentType = contentType;
        this.batch = batch;
        this.repeats = repeats;
    }

    /** Returns the format that the setting names. */
    static WebhookFormat of(String setting) {
        return valueOf(setting.toUpperCase(Locale.ROOT));
    }

    /** Returns the media type of the body. */
    String contentType() {
        return contentType;
    }

    /** Returns the maximum number of notices in a body. */
    int batch() {
        return batch;
    }

    /** Returns true if active events are to be sent again and again: the receiver takes others as ended. */
    boolean repeats() {
        return repeats;
    }

    /**
     * Returns the body of a POST.
     *
     * @param notices at least one, at most {@link #batch}
     */
    abstract String body(List<Notice> notices, EventOrigin origin);

    private static String subject(Event event) {
        return event.subject().kind().label() + " " + event.subject().name();
    }

    /** Returns what identifies an alert: equal for all notices of an event, and for the next event of this rule and subject. */
    private static Map<String, Object> labels(Event event, EventOrigin origin) {
        Map<String, Object> labels = new LinkedHashMap<>();
        labels.put("alertname", event.rule().label());
        labels.put("severity", event.rule().severity().label());
        labels.put("instance", origin.host());
        labels.put("job", EventOrigin.PROGRAM);
        labels.put("subjectKind", event.subject().kind().label());
        labels.put("subject", event.subject().name());
        return labels;
    }

    private static Map<String, Object> annotations(Event event) {
        Map<String, Object> annotations = new LinkedHashMap<>();
        annotations.put("summary", event.line());
        annotations.put("advice", event.rule().advice());
        annotations.put("value", withUnit(event, event.value()));
        annotations.put("threshold", withUnit(event, event.threshold()));
        event.verdict().ifPresent(verdict -> annotations.put("verdict", verdict.label()));
        return annotations;
    }

    private static String withUnit(Event event, long value) {
        return (value + " " + event.rule().unit().label()).strip();
    }
}
