package io.tcpprobe.agent.http;

import com.sun.net.httpserver.HttpServer;
import io.tcpprobe.agent.about.AgentFacts;
import io.tcpprobe.agent.about.DoorException;
import io.tcpprobe.agent.about.ListenProblem;
import io.tcpprobe.agent.users.Users;
import io.tcpprobe.config.Settings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import javax.management.MBeanServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP door: {@code /jolokia} is the MBeans as JSON, {@code /} a page that links to what there is, and
 * {@code /TCPPROBE-MIB.txt} the MIB. Everybody who reaches the address reads; see {@link Gate} and {@link DomainRestrictor}.
 */
public final class HttpDoor implements AutoCloseable {
    static final String JOLOKIA = "/jolokia";

    private static final Logger LOG = LoggerFactory.getLogger(HttpDoor.class);
    private static final int AT_ONCE = 64;
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final int BACKLOG = 64;
    private static final int SALT_BYTES = 16;

    private final List<HttpServer> servers = new ArrayList<>();
    private final Exchanges exchanges = new Exchanges(AT_ONCE, LONGEST);
    private final CompletableFuture<JsonDesk> desk = new CompletableFuture<>();

    private HttpDoor() {}

    /**
     * Opens the door. It listens at once; what serves JSON starts beside, and requests that come earlier wait for it.
     *
     * @param addresses where to listen; port 0 takes a free one
     * @param server the MBean server that has our MBeans
     * @param users who may write
     * @param mib the text of TCPPROBE-MIB
     * @param looked is told when a request asks which MBeans there are, before it is answered
     * @throws DoorException if an address cannot be listened on; none is then
     */
    public static HttpDoor open(
            List<InetSocketAddress> addresses,
            MBeanServer server,
            Users users,
            AgentFacts facts,
            Supplier<String> mib,
            Runnable looked)
            throws DoorException {
        HttpDoor door = new HttpDoor();
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        Reception reception = new Reception(new Gate(new Credentials(users, salt)), door.desk, facts, mib, looked);
        for (InetSocketAddress address : addresses) {
            door.listen(address, reception);
        }
        if (!addresses.isEmpty()) {
            Thread.ofPlatform().daemon().name("tcpprobe-http-start").start(() -> door.startDesk(server));
        }
        return door;
    }

    private void listen(InetSocketAddress address, Reception reception) throws DoorException {
        try {
            HttpServer listening = HttpServer.create(address, BACKLOG);
            listening.setExecutor(exchanges);
            listening.createContext("/", reception);
            listening.start();
            servers.add(listening);
        } catch (IOException failed) {
            close();
            throw new DoorException(ListenProblem.of("http tcp", Settings.HTTP_LISTEN, address, failed));
        }
    }

    private void startDesk(MBeanServer server) {
        String id = "tcpprobe-" + ProcessHandle.current().pid() + "-" + Integer.toHexString(hashCode());
        try {
            JsonDesk started = new JsonDesk(server, id);
            if (!desk.complete(started)) {
                started.close(); // the door was closed meanwhile
            }
        } catch (RuntimeException | LinkageError failed) {
            LOG.error("start http {}: the page works, JSON does not", JOLOKIA, failed);
            desk.completeExceptionally(failed);
        }
    }

    /** The addresses that are listened on, with the ports that port 0 became. */
    public List<InetSocketAddress> addresses() {
        return servers.stream().map(HttpServer::getAddress).toList();
    }

    @Override
    public void close() {
        servers.forEach(server -> server.stop(0));
        servers.clear();
        exchanges.close();
        if (!desk.completeExceptionally(new IllegalStateException("the door is closed"))
                && !desk.isCompletedExceptionally()) {
            desk.join().close();
        }
    }
}
