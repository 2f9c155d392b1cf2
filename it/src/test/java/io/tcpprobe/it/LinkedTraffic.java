package io.tcpprobe.it;

/** Two linked namespaces with a process in each that makes traffic. */
final class LinkedTraffic implements AutoCloseable {
    private final TestNamespaces namespaces;
    private final TrafficProcess near;
    private final TrafficProcess far;

    private LinkedTraffic(TestNamespaces namespaces) {
        this.namespaces = namespaces;
        this.near = TrafficProcess.start(namespaces.near());
        this.far = TrafficProcess.start(namespaces.far());
    }

    /** Creates the namespaces and starts both processes. */
    static LinkedTraffic open() {
        TestNamespaces namespaces = TestNamespaces.open();
        LinkedTraffic opened = null;
        try {
            opened = new LinkedTraffic(namespaces);
            return opened;
        } finally {
            if (opened == null) {
                namespaces.close();
            }
        }
    }

    TestNamespaces namespaces() {
        return namespaces;
    }

    TrafficProcess near() {
        return near;
    }

    TrafficProcess far() {
        return far;
    }

    @Override
    public void close() {
        try (var _ = namespaces;
                var _ = near) {
            far.close();
        }
    }
}
