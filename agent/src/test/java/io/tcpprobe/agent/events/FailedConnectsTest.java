package io.tcpprobe.agent.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.flows.TestRow;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.EndReason;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowListener.Change;
import java.util.List;
import org.junit.jupiter.api.Test;

class FailedConnectsTest {
    private static TestRow attempt(EndReason reason) {
        return TestRow.flow(7)
                .between("10.1.2.3", "10.4.5.6")
                .with(FlowField.PID, 4711)
                .with(FlowField.END_REASON, reason.number());
    }

    @Test
    void shouldCountByPrefixAndProcess() {
        FailedConnects counts = new FailedConnects(Windows.prefixes());
        for (int i = 0; i < 9; i++) {
            counts.happened(Change.FAILED, TestRow.rows(attempt(EndReason.CONNECTION_REFUSED)));
        }
        counts.happened(Change.ENDED, TestRow.rows(attempt(EndReason.CONNECT_TIMED_OUT)));
        counts.happened(Change.ENDED, TestRow.rows(attempt(EndReason.FIN_SENT))); // was established
        counts.happened(Change.ESTABLISHED, TestRow.rows(attempt(EndReason.CONNECTION_REFUSED)));
        List<Measurement> taken = counts.take(10);
        assertEquals(
                List.of(
                        "10.4.5.0/24 60 10 connectionRefused 9, connectTimedOut 1",
                        " (4711) 60 10 connectionRefused 9, connectTimedOut 1"),
                taken.stream()
                        .sorted((one, other) ->
                                one.subject().kind().compareTo(other.subject().kind()))
                        .map(one -> one.subject().name() + " " + one.value() + " " + one.count() + " "
                                + one.evidence().text())
                        .toList());
        assertEquals(List.of(), counts.take(10), "counted once");
    }

    @Test
    void shouldCountByThePrefixesOfTheSettings() throws Exception {
        FailedConnects counts = new FailedConnects(Windows.prefixes(Settings.GROUPS_IPV4PREFIX.parse("0")));
        counts.happened(Change.FAILED, TestRow.rows(attempt(EndReason.CONNECTION_REFUSED)));
        assertTrue(counts.take(10).stream().anyMatch(one -> one.subject().name().equals("0.0.0.0/0")));
    }

    /** A scan of this host's network has a peer in every prefix. */
    @Test
    void shouldBoundTheSubjects() {
        FailedConnects counts = new FailedConnects(Windows.prefixes());
        for (int i = 0; i < FailedConnects.MAX_SUBJECTS + 100; i++) {
            counts.happened(
                    Change.FAILED,
                    TestRow.rows(attempt(EndReason.CONNECTION_REFUSED)
                            .between("10.1.2.3", "10." + i / 256 + "." + i % 256 + ".6")));
        }
        assertEquals(FailedConnects.MAX_SUBJECTS, counts.take(10).size());
    }
}
