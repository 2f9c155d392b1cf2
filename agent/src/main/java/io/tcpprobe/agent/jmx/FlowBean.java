package io.tcpprobe.agent.jmx;

import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.agent.flows.FlowSnapshot;
import io.tcpprobe.agent.flows.FlowSnapshotCache;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.management.MBeanInfo;
import javax.management.openmbean.SimpleType;
import org.jspecify.annotations.Nullable;

/**
 * {@code type=Flow}: one flow, whose fields are attributes. When the flow has closed, it shows the last known values while it
 * remains registered, and the attribute {@code live} is false.
 */
final class FlowBean extends ReadMBean<FlowBean.Values> {
    private static final String DOC = "One of the busiest TCP flows.";
    private static final Map<String, AttributeSpec<Values>> ITEMS = items();

    /** Shared by all instances: the MBean server requests it at every registration. */
    private static final MBeanInfo INFO = info(FlowBean.class, DOC, ITEMS.values());

    private final long flowId;
    private final FlowSnapshotCache snapshots;
    private final Runnable onAccess;

    /** A copy, so that no old snapshot is retained. */
    private volatile Map<String, @Nullable Object> last;

    /** The values of the attributes. */
    @FunctionalInterface
    interface Values {
        /** Returns the value of the attribute of this name; null if it is absent. */
        @Nullable
        Object of(String name);
    }

    /**
     * Creates the MBean of a flow.
     *
     * @param onAccess is run at every read of the MBean
     */
    FlowBean(Flow flow, FlowSnapshotCache snapshots, Runnable onAccess) {
        super(DOC);
        this.flowId = flow.id();
        this.snapshots = snapshots;
        this.onAccess = onAccess;
        this.last = copy(flow, Map.of(), false);
    }

    private static Map<String, AttributeSpec<Values>> items() {
        Map<String, AttributeSpec<Values>> items = new LinkedHashMap<>();
        items.put(
                "live",
                new AttributeSpec<>(
                        "live",
                        SimpleType.BOOLEAN,
                        "",
                        "",
                        "True while the flow is open. After it has closed, its last values stay visible for a while.",
                        values -> values.of("live")));
        FlowAttributeSpecs.BY_NAME.forEach((name, item) -> items.put(
                name,
                new AttributeSpec<>(
                        name, item.type(), item.unit(), item.origin(), item.doc(), values -> values.of(name))));
        return items;
    }

    /**
     * Stores the flow's values, to be shown when it has closed.
     *
     * @param wait true to search for the owner of the socket if it is not cached; else the previous value is kept
     */
    void remember(Flow flow, boolean wait) {
        last = copy(flow, last, wait);
    }

    /** Copies the values of a flow; unless {@code wait}, those that are not ready are taken from {@code before}. */
    static Map<String, @Nullable Object> copy(Flow flow, Map<String, @Nullable Object> before, boolean wait) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        FlowAttributeSpecs.BY_NAME.forEach((name, item) -> {
            boolean read = wait || FlowAttributeSpecs.ready(name, flow);
            values.put(name, read ? item.value().of(flow) : before.get(name));
        });
        return values;
    }

    @Override
    Values read() {
        onAccess.run();
        FlowSnapshot snapshot = snapshots.current();
        int index = snapshot.flows().indexOf(flowId);
        if (index < 0) {
            Map<String, @Nullable Object> closed = last;
            return name -> name.equals("live") ? (Object) false : closed.get(name);
        }
        Flow flow = new Flow(snapshot, index);
        return name -> {
            AttributeSpec<Flow> item = FlowAttributeSpecs.BY_NAME.get(name);
            return item == null ? (Object) true : item.value().of(flow);
        };
    }

    @Override
    public MBeanInfo getMBeanInfo() {
        onAccess.run();
        return INFO;
    }

    @Override
    Collection<AttributeSpec<Values>> items(Values reading) {
        return ITEMS.values();
    }

    @Override
    @Nullable
    AttributeSpec<Values> item(Values reading, String name) {
        return ITEMS.get(name);
    }
}
