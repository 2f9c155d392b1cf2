package io.tcpprobe.agent.jmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.agent.flows.FlowSnapshot;
import io.tcpprobe.agent.flows.TestRow;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.OwnersOnDemand;
import io.tcpprobe.kernel.proc.SocketOwners;
import java.lang.management.ManagementFactory;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is remembered of a flow while nobody looks: no process is searched for. */
class RememberedFlowTest {
    private static final int INODE = 1009;
    private static final int PROCESS = 4001;

    private final Owners owners = new Owners();

    private static final class Owners implements OwnersOnDemand {
        private int scans;

        @Override
        public SocketOwners get() {
            scans++;
            SocketOwners.Builder found = new SocketOwners.Builder();
            found.add(INODE, PROCESS);
            return found.build();
        }

        @Override
        public boolean ready() {
            return scans > 0;
        }
    }

    private Flow flow() {
        FlowColumns columns = FlowColumns.copyOf(TestRow.rows(TestRow.flow(1).with(FlowField.INODE, INODE)), owners);
        return new Flow(new FlowSnapshot(columns, 1, 0, 0, Map.of(), Map.of(), 0), 0);
    }

    @Test
    void shouldNotScanForOwnersWithoutARequest() {
        Map<String, Object> values = FlowBean.copy(flow(), Map.of(), false);
        assertEquals(0, owners.scans);
        assertNull(values.get("pid"));
        assertEquals((long) INODE, values.get("inode"));
    }

    @Test
    void shouldRememberTheOwnerKnownBefore() {
        Map<String, Object> values = FlowBean.copy(flow(), Map.of("pid", 7L), false);
        assertEquals(0, owners.scans);
        assertEquals(7L, values.get("pid"));
    }

    @Test
    void shouldCacheTheOwnerWhileRequested() {
        assertEquals((long) PROCESS, FlowBean.copy(flow(), Map.of(), true).get("pid"));
    }

    /** Each scan copies every attribute of every registered flow; the values themselves must be most of what it allocates. */
    @Test
    void shouldNotAllocateMoreToLearnWhatIsReadyThanForTheValues() {
        Flow flow = flow();
        long values = Long.MAX_VALUE;
        long ready = Long.MAX_VALUE;
        for (int round = 0; round < 7; round++) { // the first rounds also load classes
            values = Math.min(values, allocatedBytes(flow, true));
            ready = Math.min(ready, allocatedBytes(flow, false));
        }
        assertTrue(ready < 2 * values, ready + " bytes, " + values + " if all attributes are read");
    }

    private static long allocatedBytes(Flow flow, boolean wait) {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        FlowBean.copy(flow, Map.of(), wait);
        return threads.getCurrentThreadAllocatedBytes() - before;
    }
}
