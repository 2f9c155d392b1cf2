package io.tcpprobe.agent.connector;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import javax.management.MBeanServer;

/**
 * The MBean server, between the connector that registers MBeans and those that show them to remote clients. Before a client gets a list of
 * MBeans, the former brings the MBeans of flows up to date.
 */
public final class MBeanViews {
    private final Supplier<MBeanServer> server;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    /** Those of the JVM's own MBean server, which is made when it is first used: an application may configure it until then. */
    public MBeanViews() {
        this(ManagementFactory::getPlatformMBeanServer);
    }

    /** Those of another server. */
    public MBeanViews(Supplier<MBeanServer> server) {
        this.server = server;
    }

    /** The server that has the agent's MBeans. */
    public MBeanServer server() {
        return server.get();
    }

    /** Calls a listener before each view; it must be quick. */
    public void onView(Runnable listener) {
        listeners.add(listener);
    }

    /** Notifies the listeners that a client is about to get a list of MBeans. */
    public void viewing() {
        listeners.forEach(Runnable::run);
    }
}
