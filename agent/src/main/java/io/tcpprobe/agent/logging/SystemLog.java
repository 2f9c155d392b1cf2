package io.tcpprobe.agent.logging;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.tcpprobe.kernel.ffi.UnixDatagramSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sends what is logged to the system log, as syslog(3) does: facility authpriv, where sudo and su report, severity notice, in the format of
 * RFC 3164 without the host. Journald and rsyslog read it. Thread-safe.
 */
public final class SystemLog extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    /** The address of the system log's socket. */
    public static final String ADDRESS = "/dev/log";

    private static final int AUTHPRIV = 10;
    private static final int NOTICE = 5;
    private static final long SEND_SECONDS = 1;

    private final String address;
    private final DateTimeFormatter time;
    private @Nullable String failure; // guarded by this

    /**
     * Creates an appender; it opens the socket for each line.
     *
     * @param address {@link #ADDRESS}
     * @param zone the time zone of the times
     */
    SystemLog(String address, ZoneId zone) {
        this.address = address;
        this.time = DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss", Locale.ROOT).withZone(zone);
    }

    @Override
    protected void append(ILoggingEvent event) {
        StringBuilder line = new StringBuilder();
        line.append('<').append(AUTHPRIV * 8 + NOTICE).append('>');
        time.formatTo(event.getInstant(), line);
        line.append(" tcpprobe[").append(ProcessHandle.current().pid()).append("]: ");
        line.append(event.getLoggerName()).append(": ");
        LineLayout.appendVisible(event.getFormattedMessage(), line);
        String why = null;
        try (UnixDatagramSocket socket = UnixDatagramSocket.open(address, SEND_SECONDS)) {
            socket.send(line.toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException failed) {
            why = address + ": " + failed.getMessage();
        }
        synchronized (this) {
            failure = why;
        }
    }

    /** Logs the audit as before. */
    @Override
    public void close() {
        Logger audit = ((LoggerContext) getContext()).getLogger(Logging.AUDIT);
        audit.detachAppender(this);
        audit.setAdditive(true);
        stop();
    }

    /** Returns why the last line is not in the system log; empty if it is. */
    public synchronized Optional<String> failure() {
        return Optional.ofNullable(failure);
    }
}
