package io.tcpprobe.agent.jmx;

import io.tcpprobe.agent.core.Lazy;
import io.tcpprobe.agent.estats.ListenerTracker;
import io.tcpprobe.agent.sockets.SocketOrder;
import io.tcpprobe.kernel.flow.ListenerCounter;
import io.tcpprobe.kernel.flow.ListenerTable;
import io.tcpprobe.kernel.flow.SocketColumns;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import javax.management.MBeanInfo;
import javax.management.openmbean.SimpleType;
import javax.management.openmbean.TabularData;
import org.jspecify.annotations.Nullable;

/** {@code type=Listeners}: the listening sockets, their queues, and what the source of flows counts for each. */
final class ListenersBean extends ReadMBean<ListenerTracker.Listeners> {
    private static final String DOC = "Listening sockets: their queues, and what was dropped.";
    private static final OpenTable<Listener> TABLE = new OpenTable<>(
            new OpenTable.Names("Listener", "A listening socket.", "Listeners", "Listening sockets.", OpenTable.RANK),
            List.of(
                    OpenTable.Column.rank("Place in this table, from 1."),
                    OpenTable.Column.of(
                            "local",
                            SimpleType.STRING,
                            "Its address and port.",
                            listener ->
                                    listener.sockets().endpoints(listener.place).local()),
                    OpenTable.Column.of(
                            "pid", SimpleType.LONG, "Process that has it open; null if unknown.", Listener::process),
                    OpenTable.Column.of(
                            "queue",
                            SimpleType.LONG,
                            "Connections that are established and wait to be accepted.",
                            listener -> listener.all.toAccept(listener.place)),
                    OpenTable.Column.of(
                            "queueLimit",
                            SimpleType.LONG,
                            "Maximum of queue: the backlog of listen().",
                            listener -> listener.sockets().sendQueue(listener.place)),
                    OpenTable.Column.of(
                            "waiting",
                            SimpleType.LONG,
                            "Connections that wait to be accepted or are half open.",
                            listener -> listener.all.waiting(listener.place)),
                    OpenTable.Column.of(
                            "connections",
                            SimpleType.LONG,
                            "Established connections that a process has accepted.",
                            listener -> listener.all.accepted(listener.place)),
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
                    OpenTable.Column.of(
                            "dropped",
                            SimpleType.LONG,
                            "Connections that were dropped from the backlog, or the drops of the socket; null if unknown.",
                            listener -> known(listener.all.dropped(listener.place)))));

    private static final Map<String, AttributeSpec<ListenerTracker.Listeners>> ATTRIBUTES = Map.of(
            "All",
            new AttributeSpec<>(
                    "All",
                    TABLE.type(),
                    "",
                    "",
                    "The listening sockets, in the order of their addresses and ports. Sockets can share a port (SO_REUSEPORT): each has"
                            + " its own row, but connections and waiting are with one of them if the source does not count them.",
                    ListenersBean::table));

    private final Lazy<ListenerTracker> tracker;

    /**
     * A listener.
     *
     * @param place index of the snapshot's sockets
     */
    private record Listener(ListenerTracker.Listeners all, int place) {
        SocketColumns sockets() {
            return all.snapshot().sockets();
        }

        @Nullable
        Long process() {
            int pid = all.snapshot().process(place);
            return pid == 0 ? null : (long) pid;
        }
    }

    /** Creates the MBean; listeners are read when a client asks. */
    ListenersBean(Lazy<ListenerTracker> tracker) {
        super(DOC);
        this.tracker = tracker;
    }

    private static OpenTable.Column<Listener> counter(String name, String doc, ListenerCounter counter) {
        return OpenTable.Column.of(
                name, SimpleType.LONG, doc, listener -> known(listener.all.counted(listener.place, counter)));
    }

    private static @Nullable Long known(long number) {
        return number == ListenerTable.UNKNOWN ? null : number;
    }

    private static TabularData table(ListenerTracker.Listeners listeners) {
        return TABLE.of(Arrays.stream(listeners.snapshot().all(SocketOrder.LISTENERS))
                .mapToObj(place -> new Listener(listeners, place))
                .toList());
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
