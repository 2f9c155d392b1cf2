package io.tcpprobe.agent.service;

import io.tcpprobe.kernel.ffi.UnixDatagramSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The service manager that has started this process, if there is one that wants to be notified (sd_notify(3)). Without one, notifications
 * do nothing. One that cannot be sent is logged, once, and has no other effect. Thread-safe.
 */
public final class ServiceManager implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceManager.class);
    private static final String SOCKET = "NOTIFY_SOCKET";
    private static final String WATCHDOG = "WATCHDOG_USEC";
    private static final String WATCHDOG_PROCESS = "WATCHDOG_PID";
    private static final int NANOS_PER_MICRO = 1000;

    /** A manager that does not receive for so long must not hold up the agent. */
    private static final long SEND_SECONDS = 5;

    private final String address;
    private final @Nullable UnixDatagramSocket socket;
    private final Optional<Duration> watchdog;
    private final AtomicBoolean failed = new AtomicBoolean();

    private ServiceManager(String address, @Nullable UnixDatagramSocket socket, Optional<Duration> watchdog) {
        this.address = address;
        this.socket = socket;
        this.watchdog = watchdog;
    }

    /**
     * Returns the service manager that the environment names: {@code NOTIFY_SOCKET}, {@code WATCHDOG_USEC}, {@code WATCHDOG_PID}.
     *
     * @param pid the id of this process
     */
    public static ServiceManager of(Map<String, String> environment, long pid) {
        String address = environment.getOrDefault(SOCKET, "");
        if (address.isEmpty()) {
            return new ServiceManager("", null, Optional.empty());
        }
        try {
            if (!address.startsWith("/") && !address.startsWith("@")) {
                throw new IOException("only a path and an abstract address (@) are supported");
            }
            return new ServiceManager(
                    address, UnixDatagramSocket.open(address, SEND_SECONDS), watchdog(environment, pid));
        } catch (IOException unusable) {
            LOG.warn("notify the service manager at ${}={}: {}", SOCKET, address, unusable.getMessage());
            return new ServiceManager(address, null, Optional.empty());
        }
    }

    /** Returns the time within which the manager expects a sign of life; empty if it expects none from this process. */
    private static Optional<Duration> watchdog(Map<String, String> environment, long pid) {
        String process = environment.getOrDefault(WATCHDOG_PROCESS, "");
        String micros = environment.getOrDefault(WATCHDOG, "");
        if (micros.isEmpty() || !process.isEmpty() && !process.equals(Long.toString(pid))) {
            return Optional.empty();
        }
        try {
            return Optional.of(Duration.ofNanos(Math.multiplyExact(Long.parseLong(micros), NANOS_PER_MICRO)))
                    .filter(Duration::isPositive);
        } catch (NumberFormatException | ArithmeticException bad) {
            LOG.warn("read ${}={}: {}; the watchdog is not used", WATCHDOG, micros, bad.getMessage());
            return Optional.empty();
        }
    }

    /** Returns the time within which {@link #alive} must be called again, or the manager restarts the agent; empty for no limit. */
    public Optional<Duration> watchdog() {
        return watchdog;
    }

    /**
     * Notifies that the agent starts.
     *
     * @param limit extends the manager's time limit for the start, if that is shorter
     */
    public void starting(Duration limit) {
        send("STATUS=starting\nEXTEND_TIMEOUT_USEC=" + limit.toNanos() / NANOS_PER_MICRO);
    }

    /**
     * Notifies that the agent serves requests, after the start or after a reload.
     *
     * @param status one line for operators
     */
    public void ready(String status) {
        send("READY=1\nSTATUS=" + oneLine(status));
    }

    /**
     * Notifies that the agent could not start.
     *
     * @param why one line for operators
     */
    public void failed(String why) {
        send("STATUS=" + oneLine(why));
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    /**
     * Notifies that a reload begins; {@link #ready} ends it.
     *
     * @param monotonicNanos CLOCK_MONOTONIC now
     */
    public void reloading(long monotonicNanos) {
        send("RELOADING=1\nSTATUS=reloading\nMONOTONIC_USEC=" + monotonicNanos / NANOS_PER_MICRO);
    }

    /** Notifies that the agent stops. */
    public void stopping() {
        send("STOPPING=1\nSTATUS=stopping");
    }

    /** Notifies that the agent works; see {@link #watchdog}. */
    void alive() {
        send("WATCHDOG=1");
    }

    private void send(String message) {
        if (socket == null) {
            return;
        }
        try {
            socket.send(message.getBytes(StandardCharsets.UTF_8));
        } catch (IOException refused) {
            if (!failed.getAndSet(true)) {
                LOG.warn(
                        "notify the service manager at ${}={}: {}; further failures are not logged",
                        SOCKET,
                        address,
                        refused.getMessage());
            }
        }
    }

    @Override
    public void close() {
        if (socket == null) {
            return;
        }
        try {
            socket.close();
        } catch (IOException refused) {
            LOG.debug("close the socket of the service manager: {}", refused.getMessage());
        }
    }
}
