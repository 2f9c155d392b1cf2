package io.tcpprobe.agent.jmx;

import io.tcpprobe.agent.logging.BoundedLog;
import io.tcpprobe.agent.users.FailedLogins;
import io.tcpprobe.agent.users.User;
import io.tcpprobe.agent.users.Users;
import java.rmi.server.RemoteServer;
import java.rmi.server.ServerNotActiveException;
import java.util.Optional;
import java.util.Set;
import javax.management.remote.JMXAuthenticator;
import javax.management.remote.JMXPrincipal;
import javax.security.auth.Subject;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Authenticates remote users by their authentication passphrase, and returns the user of the current call. */
final class RemoteUsers implements JMXAuthenticator {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteUsers.class);
    private final Users users;
    private final BoundedLog log = new BoundedLog(System::nanoTime);
    private final FailedLogins failedLogins = new FailedLogins("jmx", log);

    RemoteUsers(Users users) {
        this.users = users;
    }

    /** Authenticates one client at a time: a passphrase check hashes a megabyte (RFC 3414, A.2). */
    @Override
    public synchronized Subject authenticate(@Nullable Object credentials) {
        if (!(credentials instanceof String[] pair) || pair.length != 2 || pair[0] == null || pair[1] == null) {
            throw new SecurityException("connect: give user and passphrase");
        }
        users.reloadIfChanged(LOG, log);
        User user = (pair[1].isEmpty() ? Optional.<User>empty() : users.authenticate(pair[0], pair[1]))
                .orElseThrow(this::refused);
        return new Subject(true, Set.of(new JMXPrincipal(user.name())), Set.of(), Set.of());
    }

    private SecurityException refused() {
        failedLogins.add(clientHost().orElse("this host"), FailedLogins.WRONG);
        return new SecurityException("connect: " + FailedLogins.WRONG);
    }

    /**
     * Returns the subject of the current call: the RMI connector sets it around every call of a client. Null for its own calls.
     */
    static @Nullable Subject client() {
        return Subject.current();
    }

    /** Returns the current user of a client; revoked rights take effect immediately. */
    Optional<User> user(Subject client) {
        return client.getPrincipals(JMXPrincipal.class).stream()
                .findFirst()
                .flatMap(principal -> users.find(principal.getName()));
    }

    /** Returns the user for the audit log: "jmx user ops from 10.0.0.1". */
    static String who(User user) {
        String from = clientHost().map(host -> " from " + host).orElse("");
        return "jmx user " + user.name() + from;
    }

    /** Returns the client's host of the remote call that this thread serves; empty if it serves none. */
    private static Optional<String> clientHost() {
        try {
            return Optional.of(RemoteServer.getClientHost());
        } catch (ServerNotActiveException _) {
            return Optional.empty();
        }
    }
}
