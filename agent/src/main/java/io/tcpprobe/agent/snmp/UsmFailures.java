package io.tcpprobe.agent.snmp;

import io.tcpprobe.agent.users.FailedLogins;
import org.jspecify.annotations.Nullable;
import org.snmp4j.event.AuthenticationFailureEvent;
import org.snmp4j.event.AuthenticationFailureListener;
import org.snmp4j.mp.SnmpConstants;
import org.snmp4j.smi.Address;
import org.snmp4j.smi.IpAddress;

/** Hears which v3 requests SNMP4J does not let in, and says it. */
final class UsmFailures implements AuthenticationFailureListener {
    private final FailedLogins failed;

    UsmFailures(FailedLogins failed) {
        this.failed = failed;
    }

    @Override
    public <A extends Address> void authenticationFailure(AuthenticationFailureEvent<A> event) {
        String why = why(event.getError());
        if (why != null) {
            failed.add(host(event.getAddress()), why);
        }
    }

    /** The address of a host without the port. */
    static String host(Address address) {
        return address instanceof IpAddress ip ? ip.getInetAddress().getHostAddress() : String.valueOf(address);
    }

    /** What was wrong; null for how every manager begins: it asks for the engine's identity and time (RFC 3414, 4). */
    private static @Nullable String why(int error) {
        return switch (error) {
            case SnmpConstants.SNMPv3_USM_UNKNOWN_ENGINEID, SnmpConstants.SNMPv3_USM_NOT_IN_TIME_WINDOW -> null;
            case SnmpConstants.SNMPv3_USM_UNKNOWN_SECURITY_NAME -> "there is no such user; see './tcpprobe user list'";
            case SnmpConstants.SNMPv3_USM_AUTHENTICATION_FAILURE ->
                "the authentication passphrase or protocol is wrong; users authenticate with SHA-256";
            default -> "it is refused by SNMP4J with error " + error;
        };
    }
}
