package io.tcpprobe.agent.service;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.tcpprobe.test.UnixDatagramReceiver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class ServiceManagerTest {
    private static final long PID = 4711;

    @TempDir
    private Path folder;

    private static ServiceManager with(String address) {
        return ServiceManager.of(Map.of("NOTIFY_SOCKET", address), PID);
    }

    private Optional<Duration> watchdog(String micros, String pid) {
        String address = folder.resolve("notify").toString();
        return ServiceManager.of(Map.of("NOTIFY_SOCKET", address, "WATCHDOG_USEC", micros, "WATCHDOG_PID", pid), PID)
                .watchdog();
    }

    @Test
    void shouldSendTheMessagesOfSystemd() {
        String address = folder.resolve("notify").toString();
        try (UnixDatagramReceiver receiver = UnixDatagramReceiver.open(address);
                ServiceManager manager = with(address)) {
            manager.starting(Duration.ofMinutes(5));
            manager.ready("source diag\nMAINPID=1");
            manager.reloading(5_000_000_999L);
            manager.alive();
            manager.failed("listen: taken");
            manager.stopping();
            assertEquals(
                    List.of(
                            "STATUS=starting\nEXTEND_TIMEOUT_USEC=300000000",
                            "READY=1\nSTATUS=source diag?MAINPID=1",
                            "RELOADING=1\nSTATUS=reloading\nMONOTONIC_USEC=5000000",
                            "WATCHDOG=1",
                            "STATUS=listen: taken",
                            "STOPPING=1\nSTATUS=stopping"),
                    receiver.received());
        }
    }

    @Test
    void shouldLogAFailureOnce() {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(ServiceManager.class);
        log.start();
        logger.addAppender(log);
        try (ServiceManager manager = with(folder.resolve("missing").toString())) {
            manager.ready("source diag");
            manager.stopping();
            assertEquals(1, log.list.size(), log.list::toString);
        } finally {
            logger.detachAppender(log);
        }
    }

    @Test
    void shouldDoNothingWithoutAServiceManager() {
        for (String address : List.of("", "vsock:2:1234", "relative")) {
            try (ServiceManager manager = with(address)) {
                manager.ready("source diag");
                assertEquals(Optional.empty(), manager.watchdog());
            }
        }
    }

    @Test
    void shouldUseTheWatchdogOfThisProcessOnly() {
        assertEquals(Optional.of(Duration.ofSeconds(30)), watchdog("30000000", Long.toString(PID)));
        assertEquals(Optional.of(Duration.ofSeconds(30)), watchdog("30000000", ""));
        assertEquals(Optional.empty(), watchdog("30000000", "1"));
        assertEquals(Optional.empty(), watchdog("", Long.toString(PID)));
        assertEquals(Optional.empty(), watchdog("0", ""));
        assertEquals(Optional.empty(), watchdog("30s", ""));
        assertEquals(Optional.empty(), watchdog(Long.toString(Long.MAX_VALUE), ""));
    }
}
