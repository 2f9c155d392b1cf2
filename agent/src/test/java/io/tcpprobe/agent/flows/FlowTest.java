package io.tcpprobe.agent.flows;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.kernel.flow.AddressType;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowText;
import io.tcpprobe.kernel.flow.VerdictTable;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FlowTest {
    private final FakeSource source = new FakeSource();

    private Flow flow() {
        return new Flow(source.snapshot(), 0);
    }

    private void ends(AddressType type, byte[] local, byte[] remote) {
        source.flow();
        source.put(1, FlowField.LOCAL_ADDRESS_TYPE, type.number())
                .put(1, FlowField.REMOTE_ADDRESS_TYPE, type.number())
                .address(1, FlowField.LOCAL_ADDRESS, local)
                .address(1, FlowField.REMOTE_ADDRESS, remote)
                .put(1, FlowField.LOCAL_PORT, 65535)
                .put(1, FlowField.REMOTE_PORT, 80);
    }

    @Test
    void shouldFormatItsEndpointsInIpv4() {
        ends(AddressType.IPV4, new byte[] {10, 0, 0, 1}, new byte[] {-64, 0, 2, -1});
        assertEquals("10.0.0.1:65535", flow().local());
        assertEquals("192.0.2.255:80", flow().remote());
    }

    @Test
    void shouldFormatItsEndpointsInIpv6WithTheZone() {
        byte[] zoned = new byte[20];
        zoned[0] = (byte) 0xfe;
        zoned[1] = (byte) 0x80;
        zoned[15] = 7;
        zoned[19] = 3;
        ends(AddressType.IPV6Z, zoned, zoned);
        assertEquals("[fe80::7%3]:65535", flow().local());
        assertEquals("[fe80::7%3]:80", flow().remote());
    }

    @Test
    void shouldComposeTexts() {
        ends(AddressType.IPV4, new byte[] {10, 0, 0, 1}, new byte[] {-64, 0, 2, -1});
        assertEquals("10.0.0.1:65535", flow().text(FlowText.LOCAL));
        assertEquals("192.0.2.255:80", flow().text(FlowText.REMOTE));
        assertFalse(flow().has(FlowText.PROCESS));
        source.put(1, FlowField.PID, 4711);
        assertEquals("4711", flow().text(FlowText.PROCESS));
        source.text(1, FlowField.COMMAND, "ng\u001b[2Jinx");
        assertEquals("4711/ng?[2Jinx", flow().text(FlowText.PROCESS));
    }

    @Test
    void shouldHaveTheNamesOfItsContainerAndPod() {
        source.put(source.flow(), FlowField.CGROUP, FakeContainers.OF_POD);
        source.put(source.flow(), FlowField.CGROUP, FakeContainers.WITHOUT_POD);
        source.put(source.flow(), FlowField.CGROUP, 4711);
        FlowSnapshot snapshot = source.snapshot(1, VerdictTable.EMPTY);
        Flow ofPod = new Flow(snapshot, 0);
        Flow other = new Flow(snapshot, 1);
        assertEquals(FakeContainers.CONTAINER, ofPod.text(FlowText.CONTAINER));
        assertEquals(FakeContainers.POD, ofPod.text(FlowText.POD));
        assertEquals("db", other.text(FlowText.CONTAINER));
        assertFalse(other.has(FlowText.POD));
        assertFalse(new Flow(snapshot, 2).has(FlowText.CONTAINER));
    }

    @Test
    void shouldHaveNoContainerWithoutAControlGroup() {
        source.put(source.flow(), FlowField.CWND, 10);
        FlowSnapshot snapshot = source.snapshot(1, VerdictTable.EMPTY);
        assertFalse(new Flow(snapshot, 0).has(FlowText.CONTAINER));
        assertFalse(snapshot.mayHave(FlowText.CONTAINER));
    }

    /** A walk of a table skips such a column without a look at each row. */
    @Test
    void shouldKnowThatNoFlowHasAContainerIfNoneIsKnown() {
        source.put(source.flow(), FlowField.CGROUP, FakeContainers.OF_POD);
        assertFalse(source.snapshot().mayHave(FlowText.CONTAINER));
        assertFalse(source.snapshot().mayHave(FlowText.POD));
        assertTrue(source.snapshot(1, VerdictTable.EMPTY).mayHave(FlowText.POD));
    }

    @Test
    void shouldHaveNoEndpointWithoutAnAddress() {
        source.put(source.flow(), FlowField.LOCAL_PORT, 80);
        assertFalse(flow().has(FlowText.LOCAL));
        assertFalse(flow().has(FlowText.REMOTE));
    }

    @Test
    void shouldReportWhichValuesItHas() {
        source.put(source.flow(), FlowField.CWND, 10);
        assertTrue(flow().has(FlowField.CWND));
        assertEquals(10, flow().number(FlowField.CWND));
        assertFalse(flow().has(FlowField.SRTT));
        assertEquals("", flow().text(FlowField.CONGESTION_CONTROL));
        assertEquals(1, flow().id());
    }

    @Test
    void shouldTurnTheMonotonicTimeOfARowIntoTheTimeOfDay() {
        long millis = 1_700_000_000_123L;
        long now = 5_000_000_000L;
        var snapshot =
                new FlowSnapshot(source.snapshot().flows(), 1, now, millis * 1_000_000 - now, Map.of(), Map.of(), 0);
        assertEquals(millis, snapshot.wallMillis(now));
        assertEquals(millis - 1, snapshot.wallMillis(now - 1));
        assertEquals(millis - 5000, snapshot.wallMillis(0));
    }
}
