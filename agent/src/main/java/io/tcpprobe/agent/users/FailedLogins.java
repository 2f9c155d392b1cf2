package io.tcpprobe.agent.users;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says who was not let in by a door: once an hour for each address and reason, and so few of them that nobody can fill the log
 * with made up addresses. Used by several threads.
 */
public final class FailedLogins {
    /** Why, where nobody is to know which of both it was. */
    public static final String WRONG = "user or passphrase is wrong";

    /** Lines within an hour. */
    static final int MOST = 100;

    private static final Logger LOG = LoggerFactory.getLogger(FailedLogins.class);
    private static final long HOUR_NANOS = Duration.ofHours(1).toNanos();

    private final String door;
    private final LongSupplier monotonicNanos;
    private final Set<String> said = new HashSet<>();
    private long begin;

    /**
     * Nobody has failed yet.
     *
     * @param door what they tried: "snmp"
     */
    public FailedLogins(String door, LongSupplier monotonicNanos) {
        this.door = door;
        this.monotonicNanos = monotonicNanos;
        this.begin = monotonicNanos.getAsLong();
    }

    /**
     * Somebody has failed.
     *
     * @param from the address, without a port: every try comes from another
     * @param why one of a few texts, with a remedy; nothing that came over the network
     */
    public synchronized void add(String from, String why) {
        long now = monotonicNanos.getAsLong();
        if (now - begin >= HOUR_NANOS) {
            said.clear();
            begin = now;
        }
        if (said.size() < MOST && said.add(from + ' ' + why)) {
            LOG.warn(
                    "log in by {} from {}: {}; {}",
                    door,
                    from,
                    why,
                    said.size() < MOST ? "said once an hour" : "and no more of this is said for an hour");
        } else {
            LOG.debug("log in by {} from {}: {}", door, from, why);
        }
    }
}
