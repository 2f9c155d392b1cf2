package io.tcpprobe.agent.snmp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpprobe.agent.parts.Heard;
import io.tcpprobe.agent.users.FailedLogins;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.snmp4j.MessageDispatcherImpl;
import org.snmp4j.event.AuthenticationFailureEvent;
import org.snmp4j.mp.SnmpConstants;
import org.snmp4j.smi.UdpAddress;

class UsmFailuresTest {
    private final UsmFailures failures = new UsmFailures(new FailedLogins("snmp", () -> 0));

    private List<String> said(int error) {
        try (Heard log = Heard.of(FailedLogins.class.getName())) {
            failures.authenticationFailure(new AuthenticationFailureEvent<>(
                    new MessageDispatcherImpl(), new UdpAddress("10.0.0.9/4"), null, error, null));
            return log.lines();
        }
    }

    @Test
    void shouldSayWhyAUserIsNotLetIn() {
        assertEquals(
                List.of(
                        "WARN log in by snmp from 10.0.0.9: there is no such user; see './tcpprobe user list'; logged once an hour"),
                said(SnmpConstants.SNMPv3_USM_UNKNOWN_SECURITY_NAME));
        assertEquals(
                List.of("WARN log in by snmp from 10.0.0.9: the authentication passphrase or protocol is wrong;"
                        + " users authenticate with SHA-256; logged once an hour"),
                said(SnmpConstants.SNMPv3_USM_AUTHENTICATION_FAILURE));
    }

    /** RFC 3414, 4: a manager asks for the engine's identity and time first. */
    @Test
    void shouldSayNothingOfHowEveryManagerBegins() {
        assertEquals(List.of(), said(SnmpConstants.SNMPv3_USM_UNKNOWN_ENGINEID));
        assertEquals(List.of(), said(SnmpConstants.SNMPv3_USM_NOT_IN_TIME_WINDOW));
    }
}
