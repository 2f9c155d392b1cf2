package io.tcpprobe.agent.jmx;

import io.tcpprobe.agent.flows.Flow;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;

/** Creates the object names of the MBeans. */
final class ObjectNames {
    private static final String DOMAIN = "tcpprobe";

    private ObjectNames() {}

    /** {@code tcpprobe:type=TYPE}. */
    static ObjectName of(String type) {
        return parse(DOMAIN + ":type=" + type);
    }

    /**
     * {@code tcpprobe:type=Flow,local="10.0.0.1:80",remote="10.0.0.2:1234",id=12}: values with a colon must be quoted. Consoles build a tree
     * from the keys in this order, so a flow is found by its endpoints, and the connections of a listener are together.
     */
    static ObjectName of(Flow flow) {
        return parse(DOMAIN + ":type=Flow,local=" + ObjectName.quote(flow.local()) + ",remote="
                + ObjectName.quote(flow.remote()) + ",id=" + flow.id());
    }

    private static ObjectName parse(String name) {
        try {
            return new ObjectName(name);
        } catch (MalformedObjectNameException wrong) {
            throw new IllegalStateException(name, wrong);
        }
    }
}
