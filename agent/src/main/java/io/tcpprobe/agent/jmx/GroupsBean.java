package io.tcpprobe.agent.jmx;

import io.tcpprobe.agent.groups.FlowGroups;
import io.tcpprobe.agent.groups.Group;
import io.tcpprobe.agent.groups.GroupSnapshot;
import io.tcpprobe.kernel.flow.GroupField;
import io.tcpprobe.kernel.flow.GroupKind;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import javax.management.ImmutableDescriptor;
import javax.management.JMX;
import javax.management.MBeanException;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.ReflectionException;
import javax.management.openmbean.SimpleType;
import javax.management.openmbean.TabularData;
import org.jspecify.annotations.Nullable;

/** {@code type=Groups}: how many groups of flows there are, and the groups of a kind as a table. */
final class GroupsBean extends ReadMBean<GroupSnapshot> {
    private static final String DOC = "Flows summed by role, port, process, container, pod and prefix of the peer.";
    private static final String GROUPS = "groups";
    private static final String KINDS =
            GroupKind.all().stream().map(GroupKind::label).collect(Collectors.joining(", "));
    private static final Map<String, AttributeSpec<GroupSnapshot>> ITEMS = items();

    private final FlowGroups groups;

    /** Creates the MBean. */
    GroupsBean(FlowGroups groups) {
        super(DOC);
        this.groups = groups;
    }

    private static Map<String, AttributeSpec<GroupSnapshot>> items() {
        Map<String, AttributeSpec<GroupSnapshot>> items = new LinkedHashMap<>();
        for (GroupKind kind : GroupKind.all()) {
            String name = kind.label().substring(0, 1).toUpperCase(Locale.ROOT)
                    + kind.label().substring(1);
            String count = name + "Groups";
            items.put(
                    count,
                    new AttributeSpec<GroupSnapshot>(
                                    count,
                                    SimpleType.LONG,
                                    "",
                                    "",
                                    "Number of groups of the kind " + kind.label() + ", without the group other"
                                            + unless(kind) + ".",
                                    snapshot -> snapshot.of(kind).isEmpty()
                                            ? null
                                            : snapshot.of(kind).size() - 1L)
                            .metric(AttributeSpec.Metric.GAUGE));
            String other = name + "Other";
            items.put(
                    other,
                    new AttributeSpec<GroupSnapshot>(
                                    other,
                                    SimpleType.LONG,
                                    "",
                                    "",
                                    "Flows, and failed connects, that are in the group other of the kind "
                                            + kind.label() + " because there were groups.max groups" + unless(kind)
                                            + ".",
                                    snapshot -> snapshot.of(kind).isEmpty()
                                            ? null
                                            : snapshot.of(kind)
                                                    .get(Group.OTHER - 1)
                                                    .number(GroupField.ASSIGNED))
                            .metric(AttributeSpec.Metric.COUNTER));
        }
        return items;
    }

    private static String unless(GroupKind kind) {
        return kind == GroupKind.POD ? "; null without kubelet.url" : "";
    }

    @Override
    GroupSnapshot read() {
        return groups.current();
    }

    @Override
    Collection<AttributeSpec<GroupSnapshot>> items(GroupSnapshot reading) {
        return ITEMS.values();
    }

    @Override
    @Nullable
    AttributeSpec<GroupSnapshot> item(GroupSnapshot reading, String name) {
        return ITEMS.get(name);
    }

    /** Does not read the groups: the MBean server calls this at registration, when no client has asked for them. */
    @Override
    public MBeanInfo getMBeanInfo() {
        return info(getClass(), DOC, ITEMS.values(), operations());
    }

    @Override
    MBeanOperationInfo[] operations() {
        return new MBeanOperationInfo[] {
            new MBeanOperationInfo(
                    GROUPS,
                    "Returns the groups of a kind, in the order of their numbers.",
                    new MBeanParameterInfo[] {
                        new MBeanParameterInfo("kind", "java.lang.String", "One of " + KINDS + ".")
                    },
                    TabularData.class.getName(),
                    MBeanOperationInfo.INFO,
                    new ImmutableDescriptor(new String[] {JMX.OPEN_TYPE_FIELD}, new Object[] {GroupTableType.TYPE}))
        };
    }

    @Override
    public Object invoke(String operation, @Nullable Object[] arguments, String[] signature)
            throws MBeanException, ReflectionException {
        if (!operation.equals(GROUPS)) {
            throw noSuchOperation(operation);
        }
        if (arguments.length != 1) {
            throw new IllegalArgumentException("invoke groups: give a kind");
        }
        GroupKind kind = GroupKind.find(String.valueOf(arguments[0]))
                .orElseThrow(() -> new IllegalArgumentException(
                        "invoke groups: '" + arguments[0] + "' is not a kind of groups; use one of " + KINDS));
        return GroupTableType.of(groups.current(), kind);
    }
}
