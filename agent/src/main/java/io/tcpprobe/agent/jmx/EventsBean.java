package io.tcpprobe.agent.jmx;

import io.tcpprobe.agent.events.Event;
import io.tcpprobe.agent.events.EventListener;
import io.tcpprobe.agent.events.Events;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.ListenerNotFoundException;
import javax.management.MBeanInfo;
import javax.management.MBeanNotificationInfo;
import javax.management.Notification;
import javax.management.NotificationBroadcasterSupport;
import javax.management.NotificationEmitter;
import javax.management.NotificationFilter;
import javax.management.NotificationListener;
import javax.management.ObjectName;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.SimpleType;
import org.jspecify.annotations.Nullable;

/**
 * {@code type=Events}: the active events and those that were cleared, and a notification with the event as user data when one is raised or
 * cleared. Listeners run on a thread of their own; notifications that wait for a slow one are bounded and then dropped.
 */
final class EventsBean extends ReadMBean<Events.State> implements NotificationEmitter, EventListener, AutoCloseable {
    static final String RAISED = "tcpprobe.event.raised";
    static final String CLEARED = "tcpprobe.event.cleared";

    private static final int MAX_WAITING = 1000;
    private static final long IDLE_SECONDS = 10;
    private static final Map<String, AttributeSpec<Events.State>> ITEMS = items();

    private final Events events;
    private final ObjectName name;
    private final AtomicLong sequence = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final ThreadPoolExecutor delivery = new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_WAITING),
            task -> Thread.ofPlatform().daemon().name("tcpprobe-jmx-events").unstarted(task),
            (_, _) -> dropped.incrementAndGet());
    private final NotificationBroadcasterSupport broadcaster;

    /**
     * Creates the MBean, which is a sink of the events until it is closed.
     *
     * @param name the name it is registered under: the source of its notifications
     */
    EventsBean(Events events, ObjectName name) {
        super("Events: rules that hold, or held, for the host or a part of its traffic.");
        this.events = events;
        this.name = name;
        delivery.allowCoreThreadTimeOut(true);
        broadcaster = new NotificationBroadcasterSupport(
                delivery,
                new MBeanNotificationInfo(
                        new String[] {RAISED, CLEARED},
                        Notification.class.getName(),
                        "An event was raised or cleared; the user data is the event."));
        events.addListener(this);
    }

    private static Map<String, AttributeSpec<Events.State>> items() {
        Map<String, AttributeSpec<Events.State>> items = new LinkedHashMap<>();
        put(items, "Active", EventTableType.TYPE, "The active events.", state -> EventTableType.of(state.active()));
        put(
                items,
                "Past",
                EventTableType.TYPE,
                "The events that were cleared last, at most " + Events.MAX_PAST + ".",
                state -> EventTableType.of(state.past()));
        put(items, "ActiveCount", SimpleType.LONG, "Number of active events.", state ->
                (long) state.active().size());
        put(items, "Raised", SimpleType.LONG, "Number of events raised since the agent started.", Events.State::raised);
        put(
                items,
                "Suppressed",
                SimpleType.LONG,
                "Number of events that were not raised because too many were active.",
                Events.State::suppressed);
        put(
                items,
                "WebhookSent",
                SimpleType.LONG,
                "Number of notices that the receivers in events.webhook have accepted; an event has one for each receiver when it is raised and one when it is cleared.",
                state -> state.webhook().sent());
        put(
                items,
                "WebhookFailed",
                SimpleType.LONG,
                "Number of notices that the receivers in events.webhook have refused, or not accepted for an hour.",
                state -> state.webhook().failed());
        put(
                items,
                "WebhookDropped",
                SimpleType.LONG,
                "Number of notices that were not sent because too many waited for a receiver in events.webhook.",
                state -> state.webhook().dropped());
        return items;
    }

    private static void put(
            Map<String, AttributeSpec<Events.State>> items,
            String name,
            OpenType<?> type,
            String doc,
            AttributeSpec.Value<Events.State> value) {
        items.put(name, new AttributeSpec<>(name, type, "", "", doc, value));
    }

    @Override
    Events.State read() {
        return events.state();
    }

    @Override
    Collection<AttributeSpec<Events.State>> items(Events.State reading) {
        return ITEMS.values();
    }

    @Override
    @Nullable
    AttributeSpec<Events.State> item(Events.State reading, String name) {
        return ITEMS.get(name);
    }

    @Override
    public void happened(Change change, Event event) {
        Notification notification = new Notification(
                switch (change) {
                    case RAISED -> RAISED;
                    case CLEARED -> CLEARED;
                },
                name,
                sequence.incrementAndGet(),
                event.cleared().orElse(event.raised()).toEpochMilli(),
                event.line());
        notification.setUserData(EventTableType.of(event));
        broadcaster.sendNotification(notification);
    }

    /** Returns how many notifications were dropped because a listener was slow. */
    long dropped() {
        return dropped.get();
    }

    @Override
    public MBeanInfo getMBeanInfo() {
        MBeanInfo info = super.getMBeanInfo();
        return new MBeanInfo(
                info.getClassName(),
                info.getDescription(),
                info.getAttributes(),
                info.getConstructors(),
                info.getOperations(),
                getNotificationInfo(),
                info.getDescriptor());
    }

    @Override
    public MBeanNotificationInfo[] getNotificationInfo() {
        return broadcaster.getNotificationInfo();
    }

    @Override
    public void addNotificationListener(
            NotificationListener listener, @Nullable NotificationFilter filter, @Nullable Object handback) {
        broadcaster.addNotificationListener(listener, filter, handback);
    }

    @Override
    public void removeNotificationListener(NotificationListener listener) throws ListenerNotFoundException {
        broadcaster.removeNotificationListener(listener);
    }

    @Override
    public void removeNotificationListener(
            NotificationListener listener, @Nullable NotificationFilter filter, @Nullable Object handback)
            throws ListenerNotFoundException {
        broadcaster.removeNotificationListener(listener, filter, handback);
    }

    @Override
    public void close() {
        events.removeListener(this);
        delivery.shutdownNow();
    }
}
