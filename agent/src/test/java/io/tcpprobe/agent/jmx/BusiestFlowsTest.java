package io.tcpprobe.agent.jmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.parts.Connection;
import io.tcpprobe.agent.parts.Heard;
import io.tcpprobe.agent.parts.ServedParts;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.FlowField;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.management.MBeanRegistrationException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BusiestFlowsTest {
    @TempDir
    private Path state;

    private ServedParts parts(Connection connection, int count) throws Exception {
        return new ServedParts(
                state,
                Path.of("/proc/net"),
                Map.of(
                        Settings.PORT,
                        "" + connection.port(),
                        Settings.JMX_FLOWS,
                        "" + count,
                        Settings.SNAPSHOTAGE,
                        "0",
                        Settings.PROBETIME,
                        "0"));
    }

    private static Set<ObjectName> beans(ServedParts parts) throws Exception {
        return parts.server().queryNames(new ObjectName("tcpprobe:type=Flow,*"), null);
    }

    private static Set<String> remotes(ServedParts parts) throws Exception {
        return beans(parts).stream()
                .map(name -> ObjectName.unquote(name.getKeyProperty("remote")))
                .collect(Collectors.toSet());
    }

    /** Has the flows gone through so many seconds later. */
    private static void later(ServedParts parts, int seconds) {
        parts.pass(seconds);
        parts.served().mbeans().viewing();
    }

    @Test
    void shouldKeepBeanOfFlowThatIsNoLongerAmongTheBusiestForAMinute() throws Exception {
        try (Connection first = Connection.open();
                Connection second = Connection.to(first.listener());
                ServedParts parts = parts(first, 1)) {
            first.send(50_000);
            try (JmxConnector _ = parts.jmx()) {
                assertEquals(1, beans(parts).size());
                ObjectName before = beans(parts).iterator().next();
                second.send(500_000);
                later(parts, 2);
                assertEquals(2, beans(parts).size(), "the new one, and the old one for now");
                later(parts, 50);
                assertTrue(parts.server().isRegistered(before));
                later(parts, 11);
                assertEquals(1, beans(parts).size());
                assertTrue(!parts.server().isRegistered(before));
            }
        }
    }

    @Test
    void shouldShowLastValuesOfClosedFlowForHalfAMinute() throws Exception {
        try (Connection stays = Connection.open();
                ServedParts parts = parts(stays, 100);
                JmxConnector _ = parts.jmx()) {
            Connection goes = Connection.to(stays.listener());
            goes.send(12_345);
            later(parts, 2);
            String end = goes.clientEnd();
            ObjectName name = beans(parts).stream()
                    .filter(one -> one.getKeyProperty("local").contains(end))
                    .findFirst()
                    .orElseThrow();
            Object acked = parts.server().getAttribute(name, "bytesAcked");
            goes.reset();
            assertEquals(false, parts.server().getAttribute(name, "live"));
            assertEquals(acked, parts.server().getAttribute(name, "bytesAcked"));
            later(parts, 29);
            assertTrue(parts.server().isRegistered(name));
            later(parts, 2);
            assertTrue(!parts.server().isRegistered(name));
            assertEquals(2, beans(parts).size(), "the flows that stay");
        }
    }

    @Test
    void shouldBoundBeansWhenConnectionsComeAndGo() throws Exception {
        try (Connection stays = Connection.open();
                ServedParts parts = parts(stays, 2);
                JmxConnector _ = parts.jmx()) {
            for (int i = 1; i <= 5; i++) {
                Connection goes = Connection.to(stays.listener());
                goes.send(i * 100_000);
                later(parts, 2);
                assertTrue(remotes(parts).contains(goes.clientEnd()));
                assertTrue(beans(parts).size() <= 4, "twice jmx.flows");
                goes.reset();
            }
        }
    }

    /** The MBean server asks each MBean what it has when it is registered: that is nobody who looks. */
    @Test
    void shouldNotSearchForOwnersBeforeARequest() throws Exception {
        try (Connection connection = Connection.open();
                ServedParts parts = parts(connection, 2);
                JmxConnector _ = parts.jmx()) {
            assertEquals(2, beans(parts).size());
            assertFalse(parts.snapshots().current().flows().ready(FlowField.PID));
            later(parts, 2);
            assertTrue(parts.snapshots().current().flows().ready(FlowField.PID));
        }
    }

    @Test
    void shouldRegisterNoneWhenTurnedOff() throws Exception {
        try (Connection connection = Connection.open();
                ServedParts parts = parts(connection, 0);
                JmxConnector _ = parts.jmx()) {
            later(parts, 100);
            assertEquals(Set.of(), beans(parts));
        }
    }

    /** A client that opens connections chooses names, so not each of them may cause a log line. */
    @Test
    void shouldLogOnceThatMBeansCannotBeRegistered() throws Exception {
        try (Connection first = Connection.open();
                ServedParts parts = parts(first, 10);
                Heard log = Heard.of(BusiestFlows.class.getName())) {
            MBeanServer refusing = (MBeanServer) Proxy.newProxyInstance(
                    BusiestFlowsTest.class.getClassLoader(),
                    new Class<?>[] {MBeanServer.class},
                    (_, method, arguments) -> {
                        if (method.getName().equals("registerMBean")) {
                            throw new MBeanRegistrationException(new IllegalStateException("as the test wants it"));
                        }
                        return method.invoke(parts.server(), arguments);
                    });
            try (BusiestFlows flows = new BusiestFlows(refusing, parts.snapshots(), 10, System::nanoTime)) {
                for (int i = 0; i < 5; i++) {
                    flows.sweep();
                }
            }
            List<String> lines = log.lines();
            assertEquals(1, lines.size(), lines::toString);
            assertTrue(lines.getFirst().startsWith("WARN register the MBean of a flow: "), lines::toString);
        }
    }
}
