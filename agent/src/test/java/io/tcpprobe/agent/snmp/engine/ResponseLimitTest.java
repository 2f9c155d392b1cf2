package io.tcpprobe.agent.snmp.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.snmp4j.CommandResponderEvent;
import org.snmp4j.MessageDispatcherImpl;
import org.snmp4j.PDU;
import org.snmp4j.mp.MPv1;
import org.snmp4j.mp.MPv2c;
import org.snmp4j.mp.MPv3;
import org.snmp4j.mp.PduHandle;
import org.snmp4j.mp.StateReference;
import org.snmp4j.security.SecurityLevel;
import org.snmp4j.smi.OctetString;
import org.snmp4j.smi.UdpAddress;

class ResponseLimitTest {
    private static final int LIBRARY = 65_512;

    private static int limit(int packetBytes, int model, String peer) {
        return new ResponseLimit(packetBytes)
                .pduBytes(new CommandResponderEvent<>(
                        new MessageDispatcherImpl(),
                        null,
                        new UdpAddress(peer + "/4"),
                        model,
                        model + 1,
                        new OctetString("public").getValue(),
                        SecurityLevel.NOAUTH_NOPRIV,
                        new PduHandle(1),
                        new PDU(),
                        LIBRARY,
                        new StateReference<UdpAddress>()));
    }

    /** A message of v2c is the PDU, up to 8 bytes of headers, 3 of the version, and the community. */
    @Test
    void shouldLimitResponsesByCommunityToOnePacket() {
        assertEquals(1472 - 11 - "public".length(), limit(1500, MPv2c.ID, "192.0.2.1"));
        assertEquals(1472 - 11 - "public".length(), limit(1500, MPv1.ID, "192.0.2.1"));
        assertEquals(1452 - 11 - "public".length(), limit(1500, MPv2c.ID, "2001:db8::1"));
    }

    @Test
    void shouldNotLimitLoopbackAndUsersBelowADatagram() {
        assertEquals(ResponseLimit.MAX_PDU, limit(1500, MPv2c.ID, "127.0.0.5"));
        assertEquals(ResponseLimit.MAX_PDU, limit(1500, MPv2c.ID, "::1"));
        assertEquals(ResponseLimit.MAX_PDU, limit(1500, MPv3.ID, "192.0.2.1"));
        assertEquals(ResponseLimit.MAX_PDU, limit(65_535, MPv2c.ID, "192.0.2.1"));
    }
}
