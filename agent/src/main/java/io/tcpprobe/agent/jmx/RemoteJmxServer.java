package io.tcpprobe.agent.jmx;

import io.tcpprobe.agent.connector.ListenProblem;
import io.tcpprobe.agent.connector.MBeanViews;
import io.tcpprobe.agent.users.Users;
import io.tcpprobe.config.AddressText;
import io.tcpprobe.config.Problem;
import io.tcpprobe.config.ProblemException;
import io.tcpprobe.config.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.rmi.AlreadyBoundException;
import java.rmi.NoSuchObjectException;
import java.rmi.registry.LocateRegistry;
import java.rmi.registry.Registry;
import java.rmi.server.UnicastRemoteObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.management.remote.JMXConnectorServer;
import javax.management.remote.JMXServiceURL;
import javax.management.remote.rmi.RMIConnectorServer;
import javax.management.remote.rmi.RMIJRMPServerImpl;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * JMX for remote consoles: RMI, authenticated with the users of the agent. Registry and server share one port, so that consoles
 * connect to {@code host:port} and firewalls need one rule. Nothing is encrypted; {@link RemoteAccess} controls access.
 *
 * <p>RMI sends its clients, in every reference, the one host name of this JVM that {@code java.rmi.server.hostname} holds. While
 * the server is open, it sets this property if the JVM is the agent's own and the property is not set.
 */
final class RemoteJmxServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteJmxServer.class);
    private static final String HOST_NAME = "java.rmi.server.hostname";
    private static final String NAME = "jmxrmi";

    /** Serial filter for the arguments of calls: values, open types, names, queries and notification filters. */
    private static final String VALUES =
            "maxdepth=20;maxarray=10000;java.lang.*;java.math.BigInteger;java.math.BigDecimal;"
                    + "java.util.*;java.rmi.MarshalledObject;javax.management.*;javax.management.openmbean.*;"
                    + "javax.security.auth.Subject;!*";

    private final BoundSocketFactory sockets;
    private final InetSocketAddress asked;
    private final boolean nameSet;
    private @Nullable Registry registry;
    private @Nullable RMIConnectorServer rmi;

    private RemoteJmxServer(InetSocketAddress asked, boolean nameSet) {
        this.asked = asked;
        this.nameSet = nameSet;
        this.sockets = new BoundSocketFactory(asked.getAddress());
    }

    /**
     * Opens the server.
     *
     * @param addresses the address to listen on: exactly one, since RMI can send its clients only one; port 0 selects a free port
     * @param mbeans the MBeans to expose; notified when a client asks which MBeans there are
     * @param users the users that may read and write
     * @param ownJvm true if this JVM is the agent's own, so that its system properties may be set
     * @throws ProblemException if it cannot be opened
     */
    static RemoteJmxServer open(List<InetSocketAddress> addresses, MBeanViews mbeans, Users users, boolean ownJvm)
            throws ProblemException {
        if (addresses.size() != 1) {
            throw new ProblemException(new Problem(
                    "listen",
                    JmxConnector.TYPE.listenerName(),
                    addresses.size() + " addresses are set, but RMI can announce only one to its clients",
                    "give one address with --set jmx.listen=HOST:PORT, or 0.0.0.0 for all"));
        }
        InetSocketAddress address = addresses.getFirst();
        RemoteJmxServer server = new RemoteJmxServer(address, name(address, ownJvm));
        try {
            server.start(mbeans, new RemoteUsers(users));
            return server;
        } catch (IOException | AlreadyBoundException failed) {
            server.close();
            Throwable root = failed;
            while (root.getCause() != null) {
                root = root.getCause(); // RMI reports "port in use" for any failure
            }
            throw new ProblemException(
                    ListenProblem.of(JmxConnector.TYPE.listenerName(), Settings.JMX_LISTEN, address, root));
        }
    }

    /** Makes RMI send clients the address that is listened on; returns true if the property was set for it. */
    private static boolean name(InetSocketAddress address, boolean ownJvm) throws ProblemException {
        InetAddress host = address.getAddress();
        if (host.isAnyLocalAddress() || System.getProperty(HOST_NAME) != null) {
            return false;
        }
        if (!ownJvm) {
            throw new ProblemException(new Problem(
                    "listen",
                    JmxConnector.TYPE.listenerName() + ' ' + AddressText.of(address),
                    "RMI would announce another address, and the system properties of this JVM belong to the application",
                    "start the JVM with -D" + HOST_NAME + "=" + host.getHostAddress()));
        }
        System.setProperty(HOST_NAME, host.getHostAddress());
        return true;
    }

    private void start(MBeanViews mbeans, RemoteUsers users) throws IOException, AlreadyBoundException {
        Registry opened = LocateRegistry.createRegistry(asked.getPort(), null, sockets);
        registry = opened;
        int port = sockets.port();
        Map<String, Object> environment = new HashMap<>();
        environment.put(JMXConnectorServer.AUTHENTICATOR, users);
        environment.put(RMIConnectorServer.CREDENTIALS_FILTER_PATTERN, "maxarray=2;java.lang.String;!*");
        environment.put(RMIConnectorServer.SERIAL_FILTER_PATTERN, VALUES);
        RMIJRMPServerImpl entry = new RMIJRMPServerImpl(port, null, sockets, environment);
        String host = AddressText.of(new InetSocketAddress(asked.getAddress(), port));
        RMIConnectorServer started = new RMIConnectorServer(
                new JMXServiceURL("service:jmx:rmi://" + host), environment, entry, mbeans.server());
        rmi = started;
        started.setMBeanServerForwarder(RemoteAccess.of(users, mbeans::viewing));
        started.start();
        opened.bind(NAME, entry.toStub());
    }

    /** Returns the address that is listened on. */
    InetSocketAddress address() {
        return new InetSocketAddress(asked.getAddress(), sockets.port());
    }

    /** Returns the URL for consoles: "service:jmx:rmi:///jndi/rmi://127.0.0.1:9010/jmxrmi". */
    String url() {
        return "service:jmx:rmi:///jndi/rmi://" + AddressText.of(address()) + "/" + NAME;
    }

    @Override
    public void close() {
        try (sockets) {
            if (rmi != null) {
                rmi.stop();
            }
            if (registry != null) {
                UnicastRemoteObject.unexportObject(registry, true);
            }
        } catch (NoSuchObjectException _) {
            LOG.debug("close jmx {}: the registry was closed already", asked);
        } catch (IOException failed) {
            LOG.warn("close jmx {}: {}", asked, failed.getMessage());
        } finally {
            if (nameSet) {
                System.clearProperty(HOST_NAME);
            }
        }
    }
}
