package io.tcpprobe.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.connector.Connector;
import io.tcpprobe.agent.connector.ConnectorType;
import io.tcpprobe.agent.connector.Served;
import io.tcpprobe.agent.flows.FlowSnapshotCache;
import io.tcpprobe.agent.http.HttpConnector;
import io.tcpprobe.agent.service.ServiceManager;
import io.tcpprobe.agent.service.Watchdog;
import io.tcpprobe.agent.snmp.SnmpConnector;
import io.tcpprobe.agent.threads.VitalPart;
import io.tcpprobe.config.Configuration;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.FlowListener;
import io.tcpprobe.test.LoopbackConnection;
import io.tcpprobe.test.UnixDatagramReceiver;
import io.tcpprobe.test.Waiting;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The watchdog of a whole agent: it must stop when the agent stalls. */
class StalledAgentTest {
    private static final String LIMIT_MICROS = "100000";

    @TempDir
    private Path folder;

    /** Keeps what is served, for the test. */
    private record Keeping(AtomicReference<Served> served) implements Connector {
        @Override
        public List<InetSocketAddress> addresses() {
            return List.of();
        }

        @Override
        public List<Access> access() {
            return List.of();
        }

        @Override
        public void close() {}
    }

    private Agent start(AtomicReference<Served> served) throws Exception {
        ConnectorType keeping = ConnectorType.listening(
                "keeping", Settings.JMX_LISTEN, ConnectorType.Transport.TCP, ConnectorType.Placement.FIRST, given -> {
                    served.set(given);
                    return new Keeping(served);
                });
        return Agent.start(
                Configuration.read(
                        null,
                        Map.of(),
                        List.of(
                                "probe.source=diag",
                                "snmp.listen=127.0.0.1:0",
                                "http.listen=127.0.0.1:0",
                                "state.dir=" + folder.resolve("state"))),
                null,
                List.of(keeping, SnmpConnector.TYPE, HttpConnector.TYPE));
    }

    /** Blocks the thread that refreshes the flows, in the notification of a change, as a deadlock of a listener would. */
    @Test
    void shouldNotNotifyTheServiceManagerWhileTheSourceIsStalled() throws Exception {
        String address = folder.resolve("notify").toString();
        AtomicReference<Served> served = new AtomicReference<>();
        CountDownLatch stalled = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (UnixDatagramReceiver receiver = UnixDatagramReceiver.open(address);
                ServiceManager manager =
                        ServiceManager.of(Map.of("NOTIFY_SOCKET", address, "WATCHDOG_USEC", LIMIT_MICROS), 1);
                Agent agent = start(served);
                AutoCloseable _ = Watchdog.start(manager, agent.vitalParts()).orElseThrow()) {
            Waiting.until("notifications", () -> receiver.received().size() >= 3);
            FlowSnapshotCache flows = served.get().flows();
            FlowListener.Subscription subscription = flows.listen((_, _) -> {
                        stalled.countDown();
                        await(release);
                    })
                    .orElseThrow();
            flows.refreshNow();
            Thread refresher;
            try (LoopbackConnection _ = new LoopbackConnection()) {
                refresher = Thread.ofPlatform().start(flows::refreshNow);
                await(stalled);
                await(agent, false);
                int sent = receiver.received().size();
                Waiting.pause(Duration.ofMillis(500)); // time in which a healthy agent notifies ten times
                assertTrue(receiver.received().size() <= sent + 1, "at most the interval that had begun before");
                release.countDown();
                refresher.join();
                Waiting.until("notifications again", () -> receiver.received().size() > sent + 1);
            }
            subscription.close();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(60, TimeUnit.SECONDS));
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /** Waits until all parts of the agent progress, or one does not. */
    private static void await(Agent agent, boolean progress) {
        Waiting.until("progress: " + progress, () -> {
            List<VitalPart.Observation> observed =
                    agent.vitalParts().stream().map(VitalPart::observe).toList();
            Waiting.pause(Duration.ofMillis(50)); // an idle part needs a moment to show that it progresses
            return observed.stream().allMatch(VitalPart.Observation::progressed) == progress;
        });
    }

    @Test
    void shouldObserveAllThatServes() throws Exception {
        try (Agent agent = start(new AtomicReference<>())) {
            await(agent, true);
            List<String> names = agent.vitalParts().stream()
                    .map(VitalPart::name)
                    .map(name -> name.replaceFirst("^snmp-127.*", "snmp-ADDRESS"))
                    .toList();
            assertEquals(
                    List.of(
                            "read source diag",
                            "read sockets",
                            "snmp-ADDRESS",
                            "snmp-background",
                            "tcpprobe-http",
                            "tcpprobe-http-small",
                            "tcpprobe-http-large",
                            "tcpprobe-http-metrics"),
                    names);
        }
    }
}
