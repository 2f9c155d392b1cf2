package io.tcpprobe.agent.flows;

import java.util.Map;

/** Two containers, one of which belongs to a pod. */
public final class FakeContainers implements ContainerNames {
    /** The control group of a container of the pod shop/web-0. */
    public static final long OF_POD = 7;

    /** The control group of a container without a pod. */
    public static final long WITHOUT_POD = 9;

    /** A container of the pod shop/web-0. */
    public static final String CONTAINER = "0123456789ab";

    public static final String POD = "shop/web-0";

    private static final Map<Long, String> CONTAINERS = Map.of(OF_POD, CONTAINER, WITHOUT_POD, "db");

    @Override
    public String container(long cgroup) {
        return CONTAINERS.getOrDefault(cgroup, "");
    }

    @Override
    public String pod(long cgroup) {
        return cgroup == OF_POD ? POD : "";
    }

    @Override
    public boolean anyContainer() {
        return true;
    }

    @Override
    public boolean anyPod() {
        return true;
    }
}
