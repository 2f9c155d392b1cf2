package io.tcpprobe.agent.users;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.parts.Heard;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FailedLoginsTest {
    private final AtomicLong nanos = new AtomicLong(-7);
    private final FailedLogins failed = new FailedLogins("snmp", nanos::get);

    @Test
    void shouldSayEachAddressAndReasonOnceAnHour() {
        try (Heard log = Heard.of(FailedLogins.class.getName())) {
            for (int i = 0; i < 3; i++) {
                failed.add("10.0.0.1", "unknown user");
                failed.add("10.0.0.1", "wrong passphrase");
                failed.add("10.0.0.2", "unknown user");
            }
            List<String> lines = log.lines();
            assertEquals(3, lines.size(), lines::toString);
            assertTrue(
                    lines.getFirst().startsWith("WARN log in by snmp from 10.0.0.1: unknown user; "), lines::toString);
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
            List<String> lines = log.lines();
            assertEquals(FailedLogins.MOST, lines.size());
            assertTrue(lines.getLast().contains("no more of this"), lines::getLast);
        }
    }
}
