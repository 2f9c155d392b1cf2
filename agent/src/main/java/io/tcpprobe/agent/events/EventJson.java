package io.tcpprobe.agent.events;

import io.tcpprobe.agent.core.JsonText;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An event as JSON: the items of {@link EventItem} by their names. Times are texts as of RFC 3339, in UTC. */
public final class EventJson {
    private EventJson() {}

    /** Returns the items in the order of their declaration, as values of JSON; an item that the event does not have is null. */
    public static Map<String, @Nullable Object> items(Event event) {
        Map<String, @Nullable Object> items = new LinkedHashMap<>();
        for (EventItem item : EventItem.values()) {
            Object value = item.of(event);
            items.put(
                    item.label(),
                    value == null
                            ? null
                            : switch (item.type()) {
                                case NUMBER, TEXT -> value;
                                case TIME -> value.toString();
                            });
        }
        return items;
    }

    /** Returns the event as one line. */
    public static String line(Event event) {
        return JsonText.of(items(event));
    }
}
