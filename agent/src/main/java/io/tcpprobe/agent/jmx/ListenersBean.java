package io.tcpprobe.agent.jmx;

import io.tcpprobe.agent.core.Lazy;
import io.tcpprobe.agent.estats.ListenerTracker;
import io.tcpprobe.agent.sockets.SocketOrder;
import io.tcpprobe.kernel.flow.ListenerCounter;
import io.tcpprobe.kernel.flow.ListenerTable;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.management.MBeanInfo;
import javax.management.openmbean.CompositeDataSupport;
import javax.management.openmbean.CompositeType;
import javax.management.openmbean.OpenDataException;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.SimpleType;
import javax.management.openmbean.TabularData;
import javax.management.openmbean.TabularDataSupport;
import javax.management.openmbean.TabularType;
import org.jspecify.annotations.Nullable;

/** {@code type=Listeners}: the listening sockets, their queues, and what the source of flows counts for each. */
final class ListenersBean extends ReadMBean<ListenerTracker.Listeners> {
    private static final String DOC = "Listening sockets: their queues, and what was dropped.";
    private static final String RANK = "rank";

    private static final List<Item> ITEMS = List.of(
            new Item(
                    "local",
                    SimpleType.STRING,
                    "Its address and port.",
                    (listeners, place) ->
                            listeners.snapshot().sockets().endpoints(place).local()),
            new Item("pid", SimpleType.LONG, "Process that has it open; null if unknown.", ListenersBean::process),
            new Item(
                    "queue",
                    SimpleType.LONG,
                    "Connections that are established and wait to be accepted.",
                    ListenerTracker.Listeners::toAccept),
            new Item(
                    "queueLimit",
                    SimpleType.LONG,
                    "Maximum of queue: the backlog of listen().",
                    (listeners, place) -> listeners.snapshot().sockets().sendQueue(place)),
            new Item(
                    "waiting",
                    SimpleType.LONG,
                    "Connections that wait to be accepted or are half open.",
                    ListenerTracker.Listeners::waiting),
            new Item(
                    "connections",
                    SimpleType.LONG,
                    "Established connections that a process has accepted.",
                    ListenerTracker.Listeners::accepted),
            counter(
                    "syns",
                    "SYNs received, those that were sent again included; null if not counted.",
                    ListenerCounter.SYNS),
            counter(
                    "established",
                    "Connections that were established; null if not counted.",
                    ListenerCounter.ESTABLISHED),
            counter(
                    "accepted",
                    "Connections that a process has accepted; null if not counted.",
                    ListenerCounter.ACCEPTED),
            counter(
                    "overflows",
                    "SYNs and ACKs that were dropped because the accept queue was full; null if not counted.",
                    ListenerCounter.OVERFLOWS),
            new Item(
                    "dropped",
                    SimpleType.LONG,
                    "Connections that were dropped from the backlog, or the drops of the socket; null if unknown.",
                    (listeners, place) -> known(listeners.dropped(place))));

    private static final TabularType TYPE = type();

    private static final Map<String, AttributeSpec<ListenerTracker.Listeners>> ATTRIBUTES = Map.of(
            "All",
            new AttributeSpec<>(
                    "All",
                    TYPE,
                    "",
                    "",
                    "The listening sockets, in the order of their addresses and ports. Sockets can share a port (SO_REUSEPORT): each has"
                            + " its own row, but connections and waiting are with one of them if the source does not count them.",
                    ListenersBean::table));

    private final Lazy<ListenerTracker> tracker;

    /** An item of a row. */
    private record Item(String name, SimpleType<?> type, String doc, Value value) {}

    /** Returns a value of the listener at an index of the snapshot's sockets. */
    @FunctionalInterface
    private interface Value {
        @Nullable
        Object of(ListenerTracker.Listeners listeners, int place);
    }

    /** Creates the MBean; listeners are read when a client asks. */
    ListenersBean(Lazy<ListenerTracker> tracker) {
        super(DOC);
        this.tracker = tracker;
    }

    private static Item counter(String name, String doc, ListenerCounter counter) {
        return new Item(name, SimpleType.LONG, doc, (listeners, place) -> known(listeners.counted(place, counter)));
    }

    private static @Nullable Long known(long number) {
        return number == ListenerTable.UNKNOWN ? null : number;
    }

    private static @Nullable Long process(ListenerTracker.Listeners listeners, int place) {
        int pid = listeners.snapshot().process(place);
        return pid == 0 ? null : (long) pid;
    }

    private static TabularType type() {
        String[] names =
                Stream.concat(Stream.of(RANK), ITEMS.stream().map(Item::name)).toArray(String[]::new);
        String[] docs = Stream.concat(
                        Stream.of("Place in this table, from 1."),
                        ITEMS.stream().map(Item::doc))
                .toArray(String[]::new);
        OpenType<?>[] types = Stream.concat(
                        Stream.of(SimpleType.LONG), ITEMS.stream().map(Item::type))
                .toArray(OpenType<?>[]::new);
        try {
            CompositeType row = new CompositeType("Listener", "A listening socket.", names, docs, types);
            return new TabularType("Listeners", "Listening sockets.", row, new String[] {RANK});
        } catch (OpenDataException wrong) {
            throw new IllegalStateException("the items of a listener make no type", wrong);
        }
    }

    private static TabularData table(ListenerTracker.Listeners listeners) {
        TabularDataSupport table = new TabularDataSupport(TYPE);
        try {
            for (int place : listeners.snapshot().all(SocketOrder.LISTENERS)) {
                Map<String, @Nullable Object> row = new LinkedHashMap<>();
                row.put(RANK, table.size() + 1L);
                ITEMS.forEach(item -> row.put(item.name, item.value.of(listeners, place)));
                table.put(new CompositeDataSupport(TYPE.getRowType(), row));
            }
        } catch (OpenDataException wrong) {
            throw new IllegalStateException("a listener does not match its type", wrong);
        }
        return table;
    }

    @Override
    ListenerTracker.Listeners read() {
        return tracker.get().current();
    }

    @Override
    Collection<AttributeSpec<ListenerTracker.Listeners>> items(ListenerTracker.Listeners reading) {
        return ATTRIBUTES.values();
    }

    @Override
    @Nullable
    AttributeSpec<ListenerTracker.Listeners> item(ListenerTracker.Listeners reading, String name) {
        return ATTRIBUTES.get(name);
    }

    /** Does not read the listeners: the MBean server calls this at registration. */
    @Override
    public MBeanInfo getMBeanInfo() {
        return info(getClass(), DOC, ATTRIBUTES.values());
    }
}
