package io.tcpprobe.mibs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpprobe.kernel.flow.FlowListener.Change;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class FlowNotificationTest {
    /** The NOTIFICATION-TYPEs of RFC 4898 with their objects. */
    @Test
    void shouldBeThoseOfRfc4898() {
        assertEquals(
                List.of(
                        "tcpEStatsEstablishNotification 1.3.6.1.2.1.156.0.1: tcpEStatsConnectIndex 1.3.6.1.2.1.156.1.1.2.1.1",
                        "tcpEStatsCloseNotification 1.3.6.1.2.1.156.0.2: tcpEStatsConnectIndex 1.3.6.1.2.1.156.1.1.2.1.1"),
                Arrays.stream(FlowNotification.values())
                        .map(FlowNotificationTest::line)
                        .toList());
    }

    private static String line(FlowNotification notification) {
        return notification.label() + " " + notification.oid() + ": "
                + notification.objects().stream()
                        .map(object -> object.label() + " " + object.oid())
                        .collect(Collectors.joining(", "));
    }

    @Test
    void shouldReportEstablishedAndLeft() {
        assertEquals(Optional.of(FlowNotification.ESTABLISHED), FlowNotification.of(Change.ESTABLISHED));
        assertEquals(Optional.of(FlowNotification.CLOSED), FlowNotification.of(Change.LEFT));
        assertEquals(Optional.empty(), FlowNotification.of(Change.ENDED));
    }
}
