package io.tcpprobe.agent.http;

import io.tcpprobe.agent.connector.ListenProblem;
import io.tcpprobe.agent.http.server.HttpServer;
import io.tcpprobe.agent.logging.BoundedLog;
import io.tcpprobe.agent.threads.LastResort;
import io.tcpprobe.agent.users.Users;
import io.tcpprobe.config.ProblemException;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.management.MBeanServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP connector: {@code /jolokia} is the MBeans as JSON, {@code /} a page that links to what there is, and
 * {@code /TCPPROBE-MIB.txt} the MIB. Everybody who reaches the address reads; see {@link RequestGuard} and {@link DomainRestrictor}.
 */
public final class HttpConnector implements AutoCloseable {
    static final String JOLOKIA = "/jolokia";

    private static final Logger LOG = LoggerFactory.getLogger(HttpConnector.class);
    private static final int SALT_BYTES = 16;

    private final BoundedLog log = new BoundedLog(System::nanoTime);
    private final HttpServer server;
    private final RequestRouter reception;
    private final CompletableFuture<JolokiaAdapter> desk;

    private HttpConnector(Options options, Users users, HttpContent content) throws IOException {
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        PassphraseChecks checks = new PassphraseChecks(options.share.passphrasesAtOnce(), users::authenticate);
        RequestGuard gate = new RequestGuard(new Credentials(users, salt, checks, log), options.origins, log);
        desk = new CompletableFuture<>();
        reception = new RequestRouter(gate, desk, content, options.share, log);
        server = HttpServer.open(options.share.limits(), reception, log);
    }

    /**
     * How the connector is opened.
     *
     * @param addresses where to listen; port 0 takes a free one
     * @param origins through which a proxy serves it
     * @param share how much of the JVM it may use
     */
    public record Options(List<InetSocketAddress> addresses, Origins origins, HttpShare share) {
        /** As set. */
        public static Options of(SettingStore settings, HttpShare share) {
            return new Options(
                    settings.get(Settings.HTTP_LISTEN), Origins.parse(settings.get(Settings.HTTP_ORIGINS)), share);
        }
    }

    /**
     * Opens the connector. It listens at once; what serves JSON starts beside, and requests that come earlier wait for it.
     *
     * @param beans the MBean server that has our MBeans
     * @param users who may write
     * @param content what is served beside JSON
     * @param lastResort is told when the connector cannot go on
     * @throws ProblemException if an address cannot be listened on; none is then
     */
    public static HttpConnector open(
            Options options, MBeanServer beans, Users users, HttpContent content, LastResort lastResort)
            throws IOException {
        HttpConnector connector = new HttpConnector(options, users, content);
        for (InetSocketAddress address : options.addresses) {
            connector.bind(address);
        }
        if (!options.addresses.isEmpty()) {
            connector.server.start(cause -> lastResort.failed("http", cause, connector::close));
            long workBytes = options.share.workBytes();
            Thread.ofPlatform().daemon().name("tcpprobe-http-start").start(() -> connector.startDesk(beans, workBytes));
        }
        return connector;
    }

    private void bind(InetSocketAddress address) throws ProblemException {
        try {
            server.bind(address);
        } catch (IOException failed) {
            close();
            throw new ProblemException(ListenProblem.of("http tcp", Settings.HTTP_LISTEN, address, failed));
        }
    }

    private void startDesk(MBeanServer beans, long workBytes) {
        String id = "tcpprobe-" + ProcessHandle.current().pid() + "-" + Integer.toHexString(hashCode());
        try {
            JolokiaAdapter started = new JolokiaAdapter(beans, id, workBytes, log);
            if (!desk.complete(started)) {
                started.close(); // the connector was closed meanwhile
            }
        } catch (RuntimeException | Error failed) { // else every request would wait for it
            LOG.error("start http {}: the page works, JSON does not", JOLOKIA, failed);
            desk.completeExceptionally(failed);
        }
    }

    /** The addresses that are listened on, with the ports that port 0 became. */
    public List<InetSocketAddress> addresses() {
        return server.addresses();
    }

    /** How many bytes answers take that are made or being sent. */
    long answerBytes() {
        return reception.answerBytes();
    }

    @Override
    public void close() {
        server.close();
        reception.close();
        if (!desk.completeExceptionally(new IllegalStateException("the connector is closed"))
                && !desk.isCompletedExceptionally()) {
            desk.join().close();
        }
    }
}
