package io.tcpprobe.agent.users;

import io.tcpprobe.agent.logging.BoundedLog;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs who was not let in by a connector, within the bounds of a {@link BoundedLog}. Thread-safe. */
public final class FailedLogins {
    /** Why, where nobody is to know which of both it was. */
    public static final String WRONG = "user or passphrase is wrong";

    private static final Logger LOG = LoggerFactory.getLogger(FailedLogins.class);

    private final String connector;
    private final BoundedLog log;

    /**
     * Nobody has failed yet.
     *
     * @param connector what they tried: "snmp"
     */
    public FailedLogins(String connector, LongSupplier monotonicNanos) {
        this(connector, new BoundedLog(monotonicNanos));
    }

    /**
     * Nobody has failed yet.
     *
     * @param connector what they tried: "snmp"
     * @param log bounds the lines
     */
    public FailedLogins(String connector, BoundedLog log) {
        this.connector = connector;
        this.log = log;
    }

    /**
     * Logs that somebody has failed.
     *
     * @param from the address, without a port: every try comes from another
     * @param why one of a few texts, with a remedy; nothing that came over the network
     */
    public void add(String from, String why) {
        log.warn(
                LOG,
                "log in by " + connector + ": " + why,
                from,
                "log in by " + connector + " from " + from + ": " + why);
    }

    /**
     * Logs that somebody has failed as a user.
     *
     * @param from the address, without a port
     * @param user the name that was given
     * @param why one of a few texts, with a remedy; nothing that came over the network
     */
    public void add(String from, String user, String why) {
        log.warn(
                LOG,
                "log in by " + connector + ": " + why,
                from + ' ' + user,
                "log in by " + connector + " from " + from + " as " + user + ": " + why);
    }
}
