package io.tcpprobe.agent.jmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.parts.ServedParts;
import io.tcpprobe.config.ProblemException;
import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.RuntimeMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.management.Attribute;
import javax.management.AttributeChangeNotification;
import javax.management.AttributeList;
import javax.management.InvalidAttributeValueException;
import javax.management.MBeanServerConnection;
import javax.management.MBeanServerDelegate;
import javax.management.Notification;
import javax.management.ObjectName;
import javax.management.StandardMBean;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class RemoteJmxServerTest {
    private static final ObjectName SETTINGS = ObjectNames.of("Settings");
    private static final InetSocketAddress FREE = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);

    private ServedParts parts;
    private JmxConnector beans;
    private RemoteJmxServer remote;

    @BeforeEach
    void open(@TempDir Path state) throws Exception {
        parts = ServedParts.of(state);
        beans = parts.jmx();
        show("java.lang:type=Runtime");
        show("java.lang:type=Memory");
        show("other:type=App");
        remote = open(List.of(FREE), true);
    }

    private RemoteJmxServer open(List<InetSocketAddress> addresses, boolean ownJvm) throws ProblemException {
        return RemoteJmxServer.open(addresses, parts.served().mbeans(), parts.users(), ownJvm);
    }

    /** Any MBean will do; its name is what counts. */
    private void show(String name) throws Exception {
        parts.server()
                .registerMBean(
                        new StandardMBean(ManagementFactory.getRuntimeMXBean(), RuntimeMXBean.class, false),
                        ObjectName.getInstance(name));
    }

    @AfterEach
    void close() throws Exception {
        remote.close();
        beans.close();
        parts.close();
    }

    @SuppressWarnings("BanJNDI") // as consoles do
    private JMXConnector connect(@Nullable Object credentials) throws IOException {
        return JMXConnectorFactory.connect(
                new JMXServiceURL(remote.url()),
                credentials == null ? Map.of() : Map.of(JMXConnector.CREDENTIALS, credentials));
    }

    private JMXConnector connect(String user) throws IOException {
        return connect(new String[] {user, ServedParts.PASSPHRASE});
    }

    @Test
    void shouldListenOnOneAddressAndPortOnly() throws Exception {
        try (JMXConnector client = connect(ServedParts.READER)) {
            assertTrue(client.getMBeanServerConnection().isRegistered(SETTINGS));
            assertEquals(remote.address().getAddress(), InetAddress.ofLiteral("127.0.0.1"));
            assertNotEquals(0, remote.address().getPort());
            // the same port of another address is free: nothing listens on all addresses
            new ServerSocket(remote.address().getPort(), 1, InetAddress.ofLiteral("127.0.0.2")).close();
        }
    }

    @Test
    void shouldRefuseWrongPassphrases() {
        for (Object wrong : new Object[] {
            new String[] {ServedParts.WRITER, "wrong horse"},
            new String[] {"nobody", ServedParts.PASSPHRASE},
            new String[] {ServedParts.WRITER, ""},
            new String[] {ServedParts.WRITER, null},
            new String[] {ServedParts.WRITER},
        }) {
            assertThrows(SecurityException.class, () -> connect(wrong).close());
        }
        assertThrows(SecurityException.class, () -> connect((Object) null).close());
        var filtered = assertThrows(
                IOException.class, () -> connect(new ArrayList<>(List.of("x"))).close());
        assertTrue(filtered.toString().contains("REJECTED"), filtered.toString());
    }

    @Test
    void shouldLetReaderReadOnly() throws Exception {
        try (JMXConnector client = connect(ServedParts.READER)) {
            MBeanServerConnection server = client.getMBeanServerConnection();
            assertEquals(500L, server.getAttribute(SETTINGS, "probetime"));
            assertEquals(
                    1, server.getAttributes(SETTINGS, new String[] {"port"}).size());
            assertTrue((Long) server.getAttribute(ObjectName.getInstance("java.lang:type=Runtime"), "Uptime") > 0);
            server.invoke(SETTINGS, "describe", new Object[0], new String[0]);
            server.invoke(ObjectNames.of("Flows"), "page", new Object[] {0L, 10}, new String[] {"long", "int"});
            refused(() -> server.setAttribute(SETTINGS, new Attribute("probetime", 1L)));
            refused(() -> server.setAttributes(SETTINGS, new AttributeList(List.of(new Attribute("port", 1L)))));
            assertEquals(List.of(), parts.changes());
        }
    }

    @Test
    void shouldLetWriterChangeSettingsAndAuditTheUser() throws Exception {
        try (JMXConnector client = connect(ServedParts.WRITER)) {
            MBeanServerConnection server = client.getMBeanServerConnection();
            server.setAttribute(SETTINGS, new Attribute("probetime", 42L));
            assertEquals(
                    "jmx user ops from 127.0.0.1", parts.changes().getFirst().who());
            var bad = assertThrows(
                    InvalidAttributeValueException.class,
                    () -> server.setAttribute(SETTINGS, new Attribute("probetime", -1L)));
            assertTrue(bad.getMessage().contains("0..86400000 milliseconds"), bad.getMessage());
            assertEquals(42L, server.getAttribute(SETTINGS, "probetime"));
        }
    }

    @Test
    void shouldRefuseWriterAllButOurOwnMBeans() throws Exception {
        ObjectName memory = ObjectName.getInstance("java.lang:type=Memory");
        ObjectName other = ObjectName.getInstance("other:type=App");
        try (JMXConnector client = connect(ServedParts.WRITER)) {
            MBeanServerConnection server = client.getMBeanServerConnection();
            refused(() -> server.invoke(memory, "gc", new Object[0], new String[0]));
            refused(() -> server.setAttribute(memory, new Attribute("Verbose", true)));
            refused(() -> server.getAttribute(other, "Name"));
            refused(() -> server.getMBeanInfo(other));
            refused(() -> server.createMBean("javax.management.loading.MLet", ObjectName.getInstance("x:type=MLet")));
            refused(() -> server.createMBean("java.util.Date", ObjectName.getInstance("tcpprobe:type=Date")));
            refused(() -> server.unregisterMBean(SETTINGS));
            assertFalse(server.isRegistered(other));
            Set<String> domains = server.queryNames(null, null).stream()
                    .map(ObjectName::getDomain)
                    .collect(Collectors.toSet());
            assertEquals(Set.of("tcpprobe", "java.lang", "JMImplementation"), domains);
            assertEquals(domains, Set.of(server.getDomains()));
            assertEquals(
                    Set.of("tcpprobe", "java.lang", "JMImplementation"),
                    server.queryMBeans(null, null).stream()
                            .map(instance -> instance.getObjectName().getDomain())
                            .collect(Collectors.toSet()));
            assertTrue(parts.server().isRegistered(SETTINGS));
        }
    }

    @Test
    void shouldNotDeserializeOtherClasses() throws Exception {
        try (JMXConnector client = connect(ServedParts.WRITER)) {
            MBeanServerConnection server = client.getMBeanServerConnection();
            // any class that is no value will do
            Object strange = java.time.Instant.EPOCH;
            var refused = assertThrows(
                    Exception.class, () -> server.setAttribute(SETTINGS, new Attribute("probetime", strange)));
            assertTrue(
                    refused.toString().contains("filter") || refused.toString().contains("REJECTED"),
                    refused.toString());
            assertEquals(List.of(), parts.changes());
        }
    }

    @Test
    void shouldSendNotifications() throws Exception {
        var told = new LinkedBlockingQueue<Notification>();
        try (JMXConnector client = connect(ServedParts.READER)) {
            MBeanServerConnection server = client.getMBeanServerConnection();
            server.addNotificationListener(SETTINGS, (notification, _) -> told.add(notification), null, null);
            server.addNotificationListener(
                    MBeanServerDelegate.DELEGATE_NAME, (notification, _) -> told.add(notification), null, null);
            parts.server().setAttribute(SETTINGS, new Attribute("port", 4242L));
            var notification = (AttributeChangeNotification) told.poll(20, TimeUnit.SECONDS);
            assertEquals(4242L, notification.getNewValue());
        }
    }

    @Test
    void shouldRevokeRightsImmediately() throws Exception {
        try (JMXConnector client = connect(ServedParts.WRITER)) {
            MBeanServerConnection server = client.getMBeanServerConnection();
            parts.users().remove(ServedParts.WRITER);
            refused(() -> server.setAttribute(SETTINGS, new Attribute("port", 1L)));
            refused(() -> server.getAttribute(SETTINGS, "port"));
        }
    }

    @Test
    void shouldReportAPortInUse() {
        var taken = assertThrows(
                ProblemException.class,
                () -> open(List.of(remote.address()), true).close());
        assertEquals(
                "jmx tcp 127.0.0.1:" + remote.address().getPort(),
                taken.problem().object());
        assertTrue(taken.getMessage().contains("in use"), taken.getMessage());
    }

    @Test
    void shouldLeaveTheApplicationsPropertiesAlone() {
        remote.close();
        assertNull(System.getProperty("java.rmi.server.hostname"));
        var refused = assertThrows(ProblemException.class, () -> open(List.of(FREE), false));
        assertTrue(refused.getMessage().contains("-Djava.rmi.server.hostname=127.0.0.1"), refused.getMessage());
        assertNull(System.getProperty("java.rmi.server.hostname"));
    }

    @Test
    void shouldFreeThePortWhenClosed() throws Exception {
        InetSocketAddress address = remote.address();
        remote.close();
        remote = reopen(address);
        try (JMXConnector client = connect(ServedParts.READER)) {
            assertEquals(500L, client.getMBeanServerConnection().getAttribute(SETTINGS, "probetime"));
        }
    }

    /** The kernel frees a port only when the thread that waited for connections has woken up. */
    private RemoteJmxServer reopen(InetSocketAddress address) throws Exception {
        for (int tries = 0; ; tries++) {
            try {
                return open(List.of(address), true);
            } catch (ProblemException taken) {
                if (tries == 100) {
                    throw taken;
                }
                Waiting.pause(Duration.ofMillis(10));
            }
        }
    }

    private static void refused(Executable call) {
        assertThrows(SecurityException.class, call);
    }
}
