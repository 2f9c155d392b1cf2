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

    /** {@code tcpprobe:type=Flow,id=12,local="10.0.0.1:80",remote="10.0.0.2:1234"}: values with a colon must be quoted. */
    static ObjectName of(Flow flow) {
        return parse(DOMAIN + ":type=Flow,id=" + flow.id() + ",local=" + ObjectName.quote(flow.local()) + ",remote="
                + ObjectName.quote(flow.remote()));
    }

    private static ObjectName parse(String name) {
        try {
            return new ObjectName(name);
        } catch (MalformedObjectNameException wrong) {
            throw new IllegalStateException(name, wrong);
        }
    }
}
