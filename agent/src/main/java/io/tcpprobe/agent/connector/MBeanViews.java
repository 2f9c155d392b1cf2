package io.tcpprobe.agent.connector;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import javax.management.MBeanServer;

/**
 * Connects the connector that registers MBeans with those that show them to remote clients. Before a client receives a list of MBeans, the
 * former updates the MBeans of flows.
 */
public final class MBeanViews {
    private final Supplier<MBeanServer> server;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    /** Uses the JVM's platform MBean server. It is created at the first use; an application may configure it until then. */
    public MBeanViews() {
        this(ManagementFactory::getPlatformMBeanServer);
    }

    /** Uses another MBean server. */
    public MBeanViews(Supplier<MBeanServer> server) {
        this.server = server;
    }

    /** Returns the server that has the agent's MBeans. */
    public MBeanServer server() {
        return server.get();
    }

    /** Registers a listener that is called before each view; it must return quickly. */
    public void onView(Runnable listener) {
        listeners.add(listener);
    }

    /** Notifies the listeners that a client is about to receive a list of MBeans. */
    public void viewing() {
        listeners.forEach(Runnable::run);
    }
}
