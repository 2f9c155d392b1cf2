package io.tcpprobe.kernel.proc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The time at which the kernel was started: the line {@code btime} of /proc/stat, in seconds since 1970. */
public final class BootTime {
    private static final Pattern LINE = Pattern.compile("(?m)^btime (\\d{1,12})$");
    private static final Logger LOG = LoggerFactory.getLogger(BootTime.class);

    private BootTime() {}

    /**
     * Reads it; empty if the file cannot be read or has no such line.
     *
     * @param stat /proc/stat
     */
    public static Optional<Instant> read(Path stat) {
        try {
            Matcher line = LINE.matcher(Files.readString(stat, StandardCharsets.ISO_8859_1));
            return line.find() ? Optional.of(Instant.ofEpochSecond(Long.parseLong(line.group(1)))) : Optional.empty();
        } catch (IOException unreadable) {
            LOG.debug("{}: {}", stat, unreadable.getMessage());
            return Optional.empty();
        }
    }
}
