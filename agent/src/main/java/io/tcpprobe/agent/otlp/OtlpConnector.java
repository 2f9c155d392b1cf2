package io.tcpprobe.agent.otlp;

import io.tcpprobe.agent.connector.Connector;
import io.tcpprobe.agent.connector.ConnectorType;
import io.tcpprobe.agent.connector.PushConnector;
import io.tcpprobe.agent.connector.Served;
import io.tcpprobe.agent.core.HttpUrl;
import io.tcpprobe.agent.push.PushBatch;
import io.tcpprobe.agent.push.PushTimes;
import io.tcpprobe.agent.push.Sender;
import io.tcpprobe.config.Problem;
import io.tcpprobe.config.ProblemException;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The OTLP connector: sends metrics, flow records and events to an OpenTelemetry collector. Without {@code otlp.endpoint} it is off, and
 * the classes of OpenTelemetry are not loaded.
 */
public final class OtlpConnector {
    /** Its entry in the list of connectors. The HTTP client of the JDK logs, so an application sets up logging first. */
    public static final ConnectorType TYPE =
            ConnectorType.pushing("otlp", ConnectorType.Placement.AFTER_APPLICATION, OtlpConnector::open);

    private static final Logger LOG = LoggerFactory.getLogger(OtlpConnector.class);

    private OtlpConnector() {}

    /**
     * Opens the connector if it is on.
     *
     * @throws ProblemException if it cannot send to this URL, or with these headers
     */
    static Connector open(Served served) throws ProblemException {
        SettingStore settings = served.settings();
        if (settings.get(Settings.OTLP_ENDPOINT).isEmpty()) {
            return Connector.OFF;
        }
        URI url = url(settings.get(Settings.OTLP_ENDPOINT));
        if (served.replay().isPresent()) {
            LOG.warn("otlp: nothing is sent: the flows are those of a recording");
            return Connector.OFF;
        }
        Map<String, String> headers = headers(settings.get(Settings.OTLP_HEADERS));
        if (!headers.isEmpty() && HttpUrl.isSentInTheClear(url)) {
            LOG.warn("the headers in {} are sent in the clear to {}; use https", Settings.OTLP_HEADERS, url.getHost());
        }
        Duration interval = Duration.ofSeconds(settings.get(Settings.PUSH_INTERVAL));
        OtlpTarget.Setup setup = new OtlpTarget.Setup(
                url.toString().replaceAll("/+$", ""),
                headers,
                settings.get(Settings.OTLP_COMPRESSION),
                Duration.ofSeconds(settings.get(Settings.OTLP_TIMEOUT)),
                served.facts(),
                served.jvm().own());
        return PushConnector.open(
                served,
                url.getScheme() + "://" + url.getAuthority(), // without the path, which may be secret
                new Sender.Options(
                        TYPE.name(),
                        new OtlpTarget(setup, System.getenv()),
                        Optional.of(new Sender.Periodic(
                                interval,
                                () -> new PushBatch.MetricValues(
                                        served.metrics().current(), System.currentTimeMillis()))),
                        PushTimes.USUAL,
                        new Random(),
                        served.records()::dropped));
    }

    private static URI url(String text) throws ProblemException {
        try {
            URI url = HttpUrl.parse(text);
            if (url.getQuery() != null) {
                throw new IllegalArgumentException("a query");
            }
            return url;
        } catch (IllegalArgumentException wrong) {
            throw new ProblemException(new Problem(
                    "push by OTLP",
                    Settings.OTLP_ENDPOINT.name(),
                    "the URL of " + host(text) + " cannot be used",
                    "write http[s]://host[:port][/path], with a port up to 65535 and without a query"));
        }
    }

    /** Returns the host of a URL and its port, without the path, which may be secret. */
    private static String host(String url) {
        return Problem.quote(url.replaceFirst("^[^:]*://", "").replaceFirst("[/?].*", ""));
    }

    private static Map<String, String> headers(String setting) throws ProblemException {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String header : setting.isEmpty() ? new String[0] : setting.split(",", -1)) {
            int equals = header.indexOf('=');
            String name = header.substring(0, equals);
            try {
                HttpRequest.newBuilder().header(name, header.substring(equals + 1));
            } catch (IllegalArgumentException reserved) {
                throw new ProblemException(new Problem(
                        "push by OTLP",
                        Settings.OTLP_HEADERS.name(),
                        "the header " + name + " is not allowed",
                        "leave it out; the HTTP client sets it"));
            }
            headers.put(name, header.substring(equals + 1));
        }
        return headers;
    }
}
