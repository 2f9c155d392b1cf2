package io.tcpprobe.agent.webhook;

import io.tcpprobe.agent.core.AgentFacts;
import io.tcpprobe.agent.core.HttpUrl;
import io.tcpprobe.agent.events.Deliveries;
import io.tcpprobe.agent.events.Event;
import io.tcpprobe.agent.events.EventListener;
import io.tcpprobe.agent.logging.BoundedLog;
import io.tcpprobe.config.Problem;
import io.tcpprobe.config.ProblemException;
import io.tcpprobe.config.Setting;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts every event to the URLs of the setting {@code events.webhook} when it is raised and when it is cleared. No receiver delays another.
 */
public final class Webhook implements EventListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Webhook.class);

    private final WebhookClient client;
    private final WebhookTimes times;
    private final List<WebhookReceiver> receivers;

    private Webhook(WebhookClient client, WebhookTimes times, List<WebhookReceiver> receivers) {
        this.client = client;
        this.times = times;
        this.receivers = receivers;
        receivers.forEach(WebhookReceiver::start);
    }

    /**
     * Opens the sink; nothing is sent yet.
     *
     * @param settings those whose names begin with events.webhook are read once
     * @throws ProblemException if a URL cannot be posted to, or the file with the authorization cannot be used
     */
    public static Webhook open(SettingStore settings, AgentFacts facts) throws ProblemException {
        return open(settings, facts, WebhookTimes.USUAL);
    }

    /** Opens the sink with other times. */
    static Webhook open(SettingStore settings, AgentFacts facts, WebhookTimes times) throws ProblemException {
        List<URI> urls = urls(settings.get(Settings.EVENTS_WEBHOOK));
        Optional<Path> authorization = Optional.of(settings.get(Settings.EVENTS_WEBHOOK_TOKENFILE))
                .filter(file -> !file.isEmpty())
                .map(Path::of);
        WebhookClient client = new WebhookClient(authorization, times.answer());
        try {
            if (client.authorization().isPresent()) {
                urls.forEach(Webhook::warnIfClear);
            }
        } catch (IOException failed) {
            client.close();
            throw problem(
                    Settings.EVENTS_WEBHOOK_TOKENFILE,
                    Problem.cause(failed),
                    "name a file with one line, such as 'Bearer ...', that only its owner may read");
        }
        WebhookReceiver.Setup setup = new WebhookReceiver.Setup(
                client,
                WebhookFormat.of(settings.get(Settings.EVENTS_WEBHOOK_FORMAT)),
                new EventOrigin(facts.hostName()),
                times,
                new Random(),
                new BoundedLog(System::nanoTime));
        return new Webhook(
                client,
                times,
                urls.stream().map(url -> new WebhookReceiver(url, setup)).toList());
    }

    private static List<URI> urls(String setting) throws ProblemException {
        List<URI> urls = new ArrayList<>();
        for (String text : setting.split(",", -1)) {
            try {
                urls.add(HttpUrl.parse(text.strip()));
            } catch (IllegalArgumentException wrong) {
                throw problem(
                        Settings.EVENTS_WEBHOOK,
                        "URL " + (urls.size() + 1) + " cannot be used",
                        "write http[s]://host[:port][/path], separated by commas");
            }
        }
        return urls;
    }

    private static ProblemException problem(Setting<?> setting, String cause, String remedy) {
        return new ProblemException(new Problem("post events", setting.name(), cause, remedy));
    }

    /** Warns if the authorization is sent in the clear to another host. */
    private static void warnIfClear(URI url) {
        if (HttpUrl.isSentInTheClear(url)) {
            LOG.warn(
                    "the authorization in {} is sent in the clear to {}; use https",
                    Settings.EVENTS_WEBHOOK_TOKENFILE.name(),
                    url.getHost());
        }
    }

    @Override
    public void happened(Change change, Event event) {
        receivers.forEach(receiver -> receiver.happened(change, event));
    }

    /** Returns what has become of the notices to all receivers. */
    public Deliveries deliveries() {
        return receivers.stream().map(WebhookReceiver::deliveries).reduce(Deliveries.NONE, Deliveries::plus);
    }

    /** Sends what waits, for a limited time, and ends. */
    @Override
    public void close() {
        long until = System.nanoTime() + times.stop().toNanos();
        receivers.forEach(receiver -> receiver.beginClose(until));
        try {
            for (WebhookReceiver receiver : receivers) {
                receiver.join();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        client.close();
    }
}
