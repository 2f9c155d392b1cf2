package io.tcpprobe.agent.groups;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.jmx.JmxConnector;
import io.tcpprobe.agent.parts.Connection;
import io.tcpprobe.agent.parts.ServedParts;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.GroupField;
import io.tcpprobe.kernel.flow.GroupKind;
import io.tcpprobe.test.Waiting;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.management.ObjectName;
import javax.management.RuntimeMBeanException;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Groups of real connections, of the source diag. The kernel may send bytes twice at any time, as a tail loss probe does on a busy host: known
 * are the bytes received, and the bytes sent without those retransmitted.
 */
class FlowGroupsTest {
    private ServerSocket listener;
    private Connection old;
    private ServedParts parts;
    private FlowGroups groups;

    @BeforeEach
    void open(@TempDir Path state) throws Exception {
        listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        old = Connection.to(listener);
        old.send(1_000_003);
        parts = new ServedParts(
                state,
                Path.of("/proc/net"),
                Map.of(
                        Settings.PORT,
                        Integer.toString(listener.getLocalPort()),
                        Settings.SNAPSHOTAGE,
                        "0",
                        Settings.PROBETIME,
                        "0",
                        Settings.GROUPS_MAX,
                        "1"));
        groups = parts.served().groups();
    }

    @AfterEach
    void close() throws Exception {
        parts.close();
        old.close();
        listener.close();
    }

    private List<Long> ofPort(GroupField... fields) {
        Group group = groups.current()
                .find(GroupKind.PORT, Integer.toString(listener.getLocalPort()))
                .orElseThrow();
        return Arrays.stream(fields).map(group::number).toList();
    }

    /** Returns the values of the group of the listener's port, and the bytes sent once. */
    private List<Long> withSentOnce(GroupField... fields) {
        List<Long> values = new ArrayList<>(ofPort(fields));
        List<Long> sent = ofPort(GroupField.BYTES_SENT, GroupField.BYTES_RETRANS);
        values.add(sent.getFirst() - sent.getLast());
        return values;
    }

    @Test
    void shouldCountTheBytesOfBothEndpointsBeforeAndAfterTheirEnd() throws Exception {
        Connection connection = Connection.to(listener);
        connection.send(12_347);
        old.send(11);
        GroupField[] fields = {GroupField.FLOWS, GroupField.OPENED, GroupField.ENDED_UNKNOWN, GroupField.BYTES_RECEIVED
        };
        Waiting.until(
                "the bytes of two connections",
                () -> withSentOnce(fields),
                List.of(4L, 2L, 0L, 12_358L, 12_358L)::equals);
        connection.reset();
        Waiting.until(
                "the same bytes after the end",
                () -> withSentOnce(fields),
                List.of(2L, 2L, 2L, 12_358L, 12_358L)::equals);
        GroupSnapshot all = groups.current();
        for (GroupKind kind : List.of(GroupKind.ROLE, GroupKind.PREFIX, GroupKind.PROCESS, GroupKind.CONTAINER)) {
            assertEquals(12_358, total(all, kind, GroupField.BYTES_RECEIVED));
            assertEquals(12_358, total(all, kind, GroupField.BYTES_SENT) - total(all, kind, GroupField.BYTES_RETRANS));
        }
    }

    private static long total(GroupSnapshot all, GroupKind kind, GroupField field) {
        return all.of(kind).stream().mapToLong(group -> group.number(field)).sum();
    }

    @Test
    void shouldBeReadAsATableOfTheMBean() throws Exception {
        old.send(13);
        try (JmxConnector _ = parts.jmx()) {
            ObjectName bean = new ObjectName("tcpprobe:type=Groups");
            Waiting.until(
                    "the bytes in the table",
                    () -> sentOnceAndReceived(row(bean, listener.getLocalPort())),
                    List.of(13L, 13L)::equals);
            assertEquals(1L, parts.server().getAttribute(bean, "PortGroups"));
            assertEquals(0L, parts.server().getAttribute(bean, "PortOther"));
            assertNull(parts.server().getAttribute(bean, "PodGroups"), "no kubelet is set");
            assertNull(parts.server().getAttribute(bean, "PodOther"));
            assertEquals(0, invoke(bean, "pod").size());
            assertEquals(null, row(bean, listener.getLocalPort()).get("retransFast"), "diag does not know");
            var wrong = assertThrows(RuntimeMBeanException.class, () -> invoke(bean, "colour"));
            assertEquals(
                    "invoke groups: 'colour' is not a kind of groups; use one of role, port, process, container, prefix, pod",
                    wrong.getCause().getMessage());
        }
    }

    @Test
    void shouldTellWhenTheFlowsInATableWereRead() throws Exception {
        try (JmxConnector _ = parts.jmx()) {
            ObjectName bean = new ObjectName("tcpprobe:type=Groups");
            long before = taken(invoke(bean, "port"));
            long after = taken(invoke(bean, "role"));
            assertTrue(before < after, before + " is not before " + after);
            assertEquals(groups.last().takenNanos(), after);
        }
    }

    private static long taken(TabularData table) {
        List<Object> times = table.values().stream()
                .map(row -> ((CompositeData) row).get("takenNanos"))
                .distinct()
                .toList();
        assertEquals(1, times.size(), "the same in all rows");
        return (Long) times.getFirst();
    }

    private static List<Long> sentOnceAndReceived(CompositeData group) {
        long sentOnce = (Long) group.get("bytesSent") - (Long) group.get("bytesRetrans");
        return List.of(sentOnce, (Long) group.get("bytesReceived"));
    }

    private TabularData invoke(ObjectName bean, String kind) throws Exception {
        return (TabularData)
                parts.server().invoke(bean, "groups", new Object[] {kind}, new String[] {String.class.getName()});
    }

    private CompositeData row(ObjectName bean, int port) {
        try {
            for (Object row : invoke(bean, "port").values()) {
                if (row instanceof CompositeData group && Integer.toString(port).equals(group.get("name"))) {
                    return group;
                }
            }
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
        throw new AssertionError("there is no group " + port);
    }
}
