package io.tcpprobe.agent.flows;

/**
 * The containers of control groups and their pods, as they are known at one moment: the same answers as long as it exists. Thread-safe; no
 * method waits.
 */
public interface ContainerNames {
    /** No container is known. */
    ContainerNames NONE = new ContainerNames() {
        @Override
        public String container(long cgroup) {
            return "";
        }

        @Override
        public String pod(long cgroup) {
            return "";
        }

        @Override
        public boolean anyContainer() {
            return false;
        }

        @Override
        public boolean anyPod() {
            return false;
        }
    };

    /**
     * Returns the name of the container that a control group belongs to; empty if it belongs to none, or if that is not known.
     *
     * @param cgroup the id of the control group
     */
    String container(long cgroup);

    /** Returns the pod of the container that a control group belongs to, "namespace/name"; empty if it has none, or if it is not known. */
    String pod(long cgroup);

    /** Returns true if any control group is known to belong to a container. */
    boolean anyContainer();

    /** Returns true if the pod of any container is known. */
    boolean anyPod();
}
