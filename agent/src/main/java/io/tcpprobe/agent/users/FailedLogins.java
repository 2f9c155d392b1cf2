package io.tcpprobe.agent.users;

import io.tcpprobe.agent.logging.BoundedLog;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs failed logins at a connector, within the bounds of a {@link BoundedLog}. Thread-safe. */
public final class FailedLogins {
    /** The reason where it must not be revealed which of both was wrong. */
    public static final String WRONG = "wrong user or passphrase";

    private static final Logger LOG = LoggerFactory.getLogger(FailedLogins.class);

    private final String connector;
    private final BoundedLog log;

    /**
     * Creates a log.
     *
     * @param connector the connector's name: "snmp"
     * @param monotonicNanos a monotonic clock, in nanoseconds
     */
    public FailedLogins(String connector, LongSupplier monotonicNanos) {
        this(connector, new BoundedLog(monotonicNanos));
    }

    /**
     * Creates a log.
     *
     * @param connector the connector's name: "snmp"
     * @param log bounds the lines
     */
    public FailedLogins(String connector, BoundedLog log) {
        this.connector = connector;
        this.log = log;
    }

    /**
     * Logs a failed login without a user.
     *
     * @param from the client's address, without the port, which differs at each attempt
     * @param why one of a few constant texts, with a remedy; nothing from the network
     */
    public void add(String from, String why) {
        log.warn(
                LOG,
                "log in by " + connector + ": " + why,
                from,
                "log in by " + connector + " from " + from + ": " + why);
    }

    /**
     * Logs a failed login of a user.
     *
     * @param from the client's address, without the port
     * @param user the user name that the client sent
     * @param why one of a few constant texts, with a remedy; nothing from the network
     */
    public void add(String from, String user, String why) {
        log.warn(
                LOG,
                "log in by " + connector + ": " + why,
                from + ' ' + user,
                "log in by " + connector + " from " + from + " as " + user + ": " + why);
    }
}
