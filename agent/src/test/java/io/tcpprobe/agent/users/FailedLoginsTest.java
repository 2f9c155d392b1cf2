package io.tcpprobe.agent.users;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpprobe.agent.logging.BoundedLog;
import io.tcpprobe.agent.parts.Heard;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FailedLoginsTest {
    private final AtomicLong nanos = new AtomicLong(-7);
    private final FailedLogins failed = new FailedLogins("snmp", nanos::get);

    @Test
    void shouldLogEachAddressAndReasonOnceAnHour() {
        try (Heard log = Heard.of(FailedLogins.class.getName())) {
            for (int i = 0; i < 3; i++) {
                failed.add("10.0.0.1", "unknown user");
                failed.add("10.0.0.1", "wrong passphrase");
                failed.add("10.0.0.2", "unknown user");
            }
            List<String> lines = log.lines();
            assertEquals(3, lines.size(), lines::toString);
            assertEquals("WARN log in by snmp from 10.0.0.1: unknown user; logged once an hour", lines.getFirst());
            nanos.addAndGet(Duration.ofHours(1).toNanos());
            failed.add("10.0.0.1", "unknown user");
            assertEquals(1, log.lines().size());
        }
    }

    @Test
    void shouldNotFillTheLogWithMadeUpAddresses() {
        try (Heard log = Heard.of(FailedLogins.class.getName())) {
            for (int i = 0; i < 65536; i++) {
                failed.add("10.0." + i / 256 + "." + i % 256, "unknown user");
            }
            assertEquals(BoundedLog.MAX_LINES_PER_KIND, log.lines().size());
        }
    }
}
