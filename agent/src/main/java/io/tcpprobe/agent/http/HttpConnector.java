package io.tcpprobe.agent.http;

import io.tcpprobe.agent.connector.Connector;
import io.tcpprobe.agent.connector.ConnectorType;
import io.tcpprobe.agent.connector.ListenProblem;
import io.tcpprobe.agent.connector.Served;
import io.tcpprobe.agent.http.server.HttpServer;
import io.tcpprobe.agent.logging.BoundedLog;
import io.tcpprobe.agent.threads.VitalPart;
import io.tcpprobe.agent.users.Users;
import io.tcpprobe.config.AddressText;
import io.tcpprobe.config.ProblemException;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.mibs.MibText;
import io.tcpprobe.mibs.Oid;
import io.tcpprobe.mibs.TcpProbeMib;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import javax.management.MBeanServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP connector: {@code /jolokia} serves the MBeans as JSON, {@code /events} the events as they happen, {@code /metrics} metrics for
 * Prometheus, {@code /} the page for people, and {@code /TCPPROBE-MIB.txt} the MIB. Every client that can connect may read; see
 * {@link RequestGuard} and {@link DomainRestrictor}.
 */
public final class HttpConnector implements Connector {
    /** The connector's entry in the list of connector types. */
    public static final ConnectorType TYPE = ConnectorType.listening(
            "http",
            Settings.HTTP_LISTEN,
            ConnectorType.Transport.TCP,
            ConnectorType.Placement.AFTER_APPLICATION,
            HttpConnector::open);

    static final String JOLOKIA = "/jolokia";
    static final String EVENTS = "/events";

    private static final Logger LOG = LoggerFactory.getLogger(HttpConnector.class);
    private static final int SALT_BYTES = 16;

    private final BoundedLog log = new BoundedLog(System::nanoTime);
    private final HttpServer server;
    private final RequestRouter router;
    private final CompletableFuture<JolokiaAdapter> adapter;
    private final EventReaders readers;

    private HttpConnector(Options options, Users users, HttpContent content) throws IOException {
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        PassphraseChecks checks = new PassphraseChecks(options.share.passphrasesAtOnce(), users::authenticate);
        RequestGuard guard = new RequestGuard(new Credentials(users, salt, checks, log), options.origins, log);
        adapter = new CompletableFuture<>();
        readers = content.events();
        router = new RequestRouter(guard, adapter, content, options.share, log);
        server = HttpServer.open(options.share.limits(), router, log);
    }

    /**
     * The options of the connector.
     *
     * @param addresses the addresses to listen on; port 0 selects a free port
     * @param origins the origins through which a proxy serves the connector
     * @param share how much of the JVM it may use
     */
    public record Options(List<InetSocketAddress> addresses, Origins origins, HttpShare share) {
        /** Returns the options from the settings. */
        public static Options of(SettingStore settings, HttpShare share) {
            return new Options(
                    settings.get(Settings.HTTP_LISTEN), Origins.parse(settings.get(Settings.HTTP_ORIGINS)), share);
        }
    }

    /**
     * Opens the connector. It listens at once; the JSON service starts in the background, and earlier requests wait for it.
     *
     * @throws ProblemException if an address cannot be bound; none is bound then
     */
    public static HttpConnector open(Served served) throws IOException {
        HttpShare share =
                HttpShare.of(Runtime.getRuntime().maxMemory(), served.jvm().own());
        return open(served, Options.of(served.settings(), share));
    }

    /** Opens the connector with these options instead of those from the settings. */
    static HttpConnector open(Served served, Options options) throws IOException {
        HttpContent content = new HttpContent(
                new CachedText<>(
                        () -> served.settings().get(Settings.SNMP_BASEOID),
                        base -> MibText.render(new TcpProbeMib(Oid.parse(base)))),
                served.mbeans()::viewing,
                new EventReaders(served.ruleEvents(), EventReaders.Limits.of(options.share.readers())),
                new MetricsResource(served.metrics(), () -> served.settings().get(Settings.HTTP_METRICS) == 1),
                served.counts());
        HttpConnector connector = new HttpConnector(options, served.users(), content);
        for (InetSocketAddress address : options.addresses) {
            connector.bind(address);
        }
        if (!options.addresses.isEmpty()) {
            connector.server.start(cause -> served.jvm().lastResort().failed(TYPE.name(), cause, connector::close));
            long workBytes = options.share.workBytes();
            Thread.ofPlatform()
                    .daemon()
                    .name("tcpprobe-http-start")
                    .start(() -> connector.startAdapter(served.mbeans().server(), workBytes));
        }
        return connector;
    }

    private void bind(InetSocketAddress address) throws ProblemException {
        try {
            server.bind(address);
        } catch (IOException failed) {
            close();
            throw new ProblemException(ListenProblem.of(TYPE.listenerName(), Settings.HTTP_LISTEN, address, failed));
        }
    }

    private void startAdapter(MBeanServer beans, long workBytes) {
        String id = "tcpprobe-" + ProcessHandle.current().pid() + "-" + Integer.toHexString(hashCode());
        try {
            JolokiaAdapter started = new JolokiaAdapter(beans, id, workBytes, log);
            if (!adapter.complete(started)) {
                started.close(); // the connector has been closed in the meantime
            }
        } catch (RuntimeException | Error failed) { // else every request waits forever
            LOG.error("start http {}: the page is served, JSON is not", JOLOKIA, failed);
            adapter.completeExceptionally(failed);
        }
    }

    @Override
    public List<InetSocketAddress> addresses() {
        return server.addresses();
    }

    @Override
    public List<Access> access() {
        return addresses().stream()
                .map(address -> "http://" + AddressText.of(address) + "/")
                .map(url -> new Access(url, "curl -s '" + url + "jolokia/read/tcpprobe:type=Tcp'"))
                .toList();
    }

    @Override
    public List<VitalPart> vitalParts() {
        return Stream.concat(server.vitalPart().stream(), router.vitalParts().stream())
                .toList();
    }

    /** Returns the bytes used by answers that are being built or sent. */
    long answerBytes() {
        return router.answerBytes();
    }

    @Override
    public void close() {
        readers.close();
        server.close();
        router.close();
        if (!adapter.completeExceptionally(new IllegalStateException("the connector is closed"))
                && !adapter.isCompletedExceptionally()) {
            adapter.join().close();
        }
    }
}
