package io.tcpprobe.agent.snmp.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.tcpprobe.agent.sockets.SocketOrder;
import io.tcpprobe.kernel.flow.SocketEndpoints;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snmp4j.smi.OID;

class ConnectionIndexTest {
    private static final SocketEndpoints ENDS =
            SocketEndpoints.of(new byte[] {10, 0, 1, 2}, 65535, new byte[] {10, 3, 4, (byte) 255}, 80);

    @Test
    void shouldReadTheIndexOfRfc2012() {
        int[] instance = new OID("9.9.10.0.1.2.65535.10.3.4.255.80").getValue();
        assertEquals(ENDS, ConnectionIndex.read(SocketOrder.IPV4, instance, 2));
    }

    @Test
    void shouldReadTheIndexOfRfc4022() {
        int[] instance = new OID("9.1.4.10.0.1.2.65535.1.4.10.3.4.255.80").getValue();
        assertEquals(ENDS, ConnectionIndex.read(SocketOrder.CONNECTIONS, instance, 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.1.2.65535.10.3.4.255",
                "10.0.1.2.65535.10.3.4.255.80.0",
                "10.0.1.2.65536.10.3.4.255.80",
                "10.0.1.2.65535.10.3.4.256.80",
                "10.0.1.2.65535.10.3.4.255.4294967295"
            })
    void shouldRefuseWhatNoConnectionCanHave(String index) {
        assertNull(ConnectionIndex.read(SocketOrder.IPV4, new OID(index).getValue(), 0));
    }
}
