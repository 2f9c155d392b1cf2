package io.tcpprobe.agent.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.threads.VitalPart;
import io.tcpprobe.test.UnixDatagramReceiver;
import io.tcpprobe.test.Waiting;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchdogTest {
    private static final String LIMIT_MICROS = "40000";

    @TempDir
    private Path folder;

    /** A part that can be stalled. */
    private static final class Part implements VitalPart {
        final AtomicBoolean stalled = new AtomicBoolean();
        final AtomicInteger checked = new AtomicInteger();

        @Override
        public String name() {
            return "part";
        }

        @Override
        public Observation observe() {
            return () -> {
                checked.incrementAndGet();
                return !stalled.get();
            };
        }
    }

    @Test
    void shouldNotifyOnlyWhileAllPartsProgress() throws Exception {
        String address = folder.resolve("notify").toString();
        Part part = new Part();
        Part other = new Part();
        try (UnixDatagramReceiver receiver = UnixDatagramReceiver.open(address);
                ServiceManager manager =
                        ServiceManager.of(Map.of("NOTIFY_SOCKET", address, "WATCHDOG_USEC", LIMIT_MICROS), 1);
                AutoCloseable _ = Watchdog.start(manager, List.of(part, other)).orElseThrow()) {
            Waiting.until("two notifications", () -> receiver.received().size() >= 2);
            assertTrue(receiver.received().stream().allMatch("WATCHDOG=1"::equals));

            part.stalled.set(true);
            int seen = part.checked.get();
            Waiting.until("a check of the stalled part", () -> part.checked.get() > seen + 1);
            int sent = receiver.received().size();
            Waiting.until("three more", () -> part.checked.get() > seen + 4);
            assertEquals(sent, receiver.received().size());

            part.stalled.set(false);
            Waiting.until("a notification", () -> receiver.received().size() > sent);
        }
    }

    @Test
    void shouldNotRunWithoutAWatchdogOfTheManager() {
        try (ServiceManager manager = ServiceManager.of(Map.of(), 1)) {
            assertEquals(Optional.empty(), Watchdog.start(manager, List.of(new Part())));
        }
    }
}
