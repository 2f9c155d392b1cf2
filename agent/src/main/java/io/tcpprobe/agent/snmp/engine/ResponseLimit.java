package io.tcpprobe.agent.snmp.engine;

import java.net.Inet6Address;
import java.net.InetAddress;
import org.snmp4j.CommandResponderEvent;
import org.snmp4j.mp.MPv3;
import org.snmp4j.smi.Address;
import org.snmp4j.smi.IpAddress;

/**
 * The maximum size of a response. A v1 or v2c request may carry a forged source address, and a large response would be an attack
 * on that address: it is limited to one packet. Loopback addresses cannot be forged from outside, and v3 authenticates its users.
 *
 * @param packetBytes size of an IP packet with a v1 or v2c response to another host, headers included
 */
public record ResponseLimit(int packetBytes) {
    /**
     * Maximum size of a response's PDU, in bytes. The library allows 65,512 for v2c, but a UDP datagram has at most 65,507
     * including all headers: anything between would be computed and never sent.
     */
    static final int MAX_PDU = 65_000;

    private static final int IPV4_AND_UDP_BYTES = 20 + 8;
    private static final int IPV6_AND_UDP_BYTES = 40 + 8;

    /** Headers of the message and of the community (up to 4 bytes each), and the version (3 bytes). */
    private static final int MESSAGE_BYTES = 4 + 4 + 3;

    /** Returns the maximum size of the response's PDU, in bytes. */
    <A extends Address> int pduBytes(CommandResponderEvent<A> request) {
        int max = Math.min(request.getMaxSizeResponsePDU(), MAX_PDU);
        if (request.getMessageProcessingModel() == MPv3.ID
                || !(request.getPeerAddress() instanceof IpAddress peer)
                || peer.getInetAddress().isLoopbackAddress()) {
            return max;
        }
        int community = request.getSecurityName().length;
        return Math.min(max, packetBytes - headers(peer.getInetAddress()) - MESSAGE_BYTES - community);
    }

    private static int headers(InetAddress peer) {
        return peer instanceof Inet6Address ? IPV6_AND_UDP_BYTES : IPV4_AND_UDP_BYTES;
    }
}
