package io.tcpprobe.agent.snmp.engine;

import io.tcpprobe.agent.logging.BoundedLog;
import io.tcpprobe.agent.users.FailedLogins;
import io.tcpprobe.config.ProgramName;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.snmp4j.mp.SnmpConstants;
import org.snmp4j.smi.Address;
import org.snmp4j.smi.IpAddress;
import org.snmp4j.smi.OctetString;

/**
 * Counts and logs failures that clients cause: malformed datagrams, rejected requests, responses that fail. One
 * {@link BoundedLog} limits all of the output.
 */
public final class SnmpFailures {
    /** Maximum octets of a user name (RFC 3414, usmUserName); a message may hold a longer one. */
    private static final int MAX_NAME = 32;

    private static final Logger LOG = LoggerFactory.getLogger(SnmpFailures.class);

    private final BoundedLog log;
    private final FailedLogins failedLogins;
    private final SnmpCounters counters;

    public SnmpFailures(BoundedLog log, SnmpCounters counters) {
        this.log = log;
        this.failedLogins = new FailedLogins("snmp", log);
        this.counters = counters;
    }

    /** Returns the address of a host without the port. */
    static String host(Address address) {
        return address instanceof IpAddress ip ? ip.getInetAddress().getHostAddress() : String.valueOf(address);
    }

    /**
     * Reports a datagram that is not an SNMP message; counted in snmpInASNParseErrs.
     *
     * @param what what the sender should have sent, for example "SNMP message"
     */
    void malformed(Address from, String what) {
        counters.count(SnmpConstants.snmpInASNParseErrs);
        log.warn(LOG, "malformed " + what, host(from), "read a datagram from " + host(from) + ": not a valid " + what);
    }

    /** Reports a message of an unknown SNMP version; counted in snmpInBadVersions. */
    void badVersion(Address from, int version) {
        counters.count(SnmpConstants.snmpInBadVersions);
        log.warn(
                LOG,
                "unknown SNMP version",
                host(from),
                "read a datagram from " + host(from) + ": unknown SNMP version number " + version);
    }

    /** Reports a message that could not be read or answered because of an internal error. */
    void failed(Address from, String what, Throwable thrown) {
        String brief = BoundedLog.brief(thrown);
        StackTraceElement[] frames = thrown.getStackTrace();
        String where = frames.length == 0 ? "" : frames[0].toString();
        log.warn(LOG, what, thrown.getClass().getName() + where, what + " from " + host(from) + ": " + brief);
        LOG.trace(what, thrown);
    }

    /** Reports a v1 or v2c request whose community is unknown; the library has already counted it. */
    void unknownCommunity(Address from) {
        failedLogins.add(host(from), "unknown community; see snmp.community");
    }

    /** Reports a SET by v1 or v2c; counted in snmpInBadCommunityUses. */
    void setByCommunity(Address from) {
        counters.count(SnmpConstants.snmpInBadCommunityUses);
        failedLogins.add(host(from), "SET refused; it needs an SNMPv3 user with authPriv");
    }

    /** Audits a user's SET that was refused. */
    void refusedSet(Logger audit, String who, String what) {
        log.log(audit, Level.INFO, "refused SET", who.replaceAll("/\\d+$", "") + what, what + "; by " + who);
    }

    /**
     * Reports a v3 message that was rejected.
     *
     * @param status the library's reason
     */
    void refused(Address from, OctetString user, int status) {
        String why = why(status);
        if (why == null) {
            return;
        }
        OctetString shown = user.length() <= MAX_NAME ? user : user.substring(0, MAX_NAME);
        String name = isText(shown) ? shown.toString() : shown.toHexString();
        failedLogins.add(host(from), name, why);
    }

    private static boolean isText(OctetString name) {
        for (byte octet : name.getValue()) {
            if (octet <= ' ' || octet == 0x7f) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns why a message was rejected; null for the discovery of engine id and time, with which every manager begins (RFC
     * 3414, 4).
     */
    private static @Nullable String why(int status) {
        return switch (status) {
            case SnmpConstants.SNMPv3_USM_UNKNOWN_ENGINEID, SnmpConstants.SNMPv3_USM_NOT_IN_TIME_WINDOW -> null;
            case SnmpConstants.SNMPv3_USM_UNKNOWN_SECURITY_NAME ->
                "unknown user; see '" + ProgramName.command("user list") + "'";
            case SnmpConstants.SNMPv3_USM_AUTHENTICATION_FAILURE ->
                "the authentication passphrase or protocol is wrong; users authenticate with SHA-256 unless" + " '"
                        + ProgramName.command("user list") + "' shows another";
            case SnmpConstants.SNMPv3_USM_DECRYPTION_ERROR ->
                "the message cannot be decrypted; probably the privacy passphrase or protocol is wrong";
            case SnmpConstants.SNMPv3_USM_UNSUPPORTED_SECURITY_LEVEL -> "the security level is not authPriv";
            case SnmpConstants.SNMP_MP_UNSUPPORTED_SECURITY_MODEL -> "the security model is not USM";
            default -> "SNMP4J rejected it with error " + status;
        };
    }
}
