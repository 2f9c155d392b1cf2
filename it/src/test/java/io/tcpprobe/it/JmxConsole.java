package io.tcpprobe.it;

import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.management.Attribute;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** A console that attaches to the agent's process, as JConsole does. */
final class JmxConsole implements AutoCloseable {
    private final JMXConnector connector;
    private final MBeanServerConnection server;

    private JmxConsole(JMXConnector connector) throws Exception {
        this.connector = connector;
        this.server = connector.getMBeanServerConnection();
    }

    /** Attaches to a process. */
    @SuppressWarnings("BanJNDI") // the address is that of the agent that the test has started
    static JmxConsole attach(long pid) throws Exception {
        VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
        try {
            return new JmxConsole(JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent())));
        } finally {
            machine.detach();
        }
    }

    /** Returns the server, for operations without a method here. */
    MBeanServerConnection server() {
        return server;
    }

    /** Returns {@code tcpprobe:type=TYPE}. */
    static ObjectName name(String type) throws Exception {
        return new ObjectName("tcpprobe:type=" + type);
    }

    /** Returns the names that match a pattern. */
    Set<ObjectName> find(String pattern) throws Exception {
        return server.queryNames(new ObjectName(pattern), null);
    }

    /** Reads an attribute of one of the agent's MBeans. */
    Object read(String type, String attribute) throws Exception {
        return server.getAttribute(name(type), attribute);
    }

    /** Writes a setting. */
    void writeSetting(String setting, Object value) throws Exception {
        server.setAttribute(name("Settings"), new Attribute(setting, value));
    }

    /** Calls one of the operations of {@code type=Flows}; returns its rows. */
    List<CompositeData> flows(String operation, String[] signature, Object... arguments) throws Exception {
        TabularData table = (TabularData) server.invoke(name("Flows"), operation, arguments, signature);
        List<CompositeData> rows = new ArrayList<>();
        for (Object row : table.values()) {
            rows.add((CompositeData) row);
        }
        return rows;
    }

    @Override
    public void close() throws IOException {
        connector.close();
    }
}
