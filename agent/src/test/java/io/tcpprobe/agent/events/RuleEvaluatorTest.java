package io.tcpprobe.agent.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.events.EventListener.Change;
import io.tcpprobe.kernel.flow.EventRule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RuleEvaluatorTest {
    private static final EventSubject PREFIX = new EventSubject(EventRule.Subject.PEER_PREFIX, "10.4.5.0/24");

    private static Measurement storm(EventSubject subject, long perMille) {
        return new Measurement(EventRule.RETRANSMISSION_STORM, subject, perMille, 100, () -> "evidence", 0);
    }

    private static List<Measurement> storm(long perMille) {
        return List.of(storm(PREFIX, perMille));
    }

    @Test
    void shouldRaiseOnlyAfterTheMinimumDurationWithoutInterruption() {
        Windows windows = new Windows();
        for (int i = 0; i < 10; i++) {
            windows.pass(1, storm(60)).pass(1, storm(49));
        }
        assertEquals(List.of(), windows.active());
        assertEquals(1, windows.pass(2, storm(60)).active().size());
    }

    @Test
    void shouldNotFlapBetweenTheThresholds() {
        Windows windows = new Windows().pass(2, storm(60)).pass(100, storm(30));
        assertEquals(1, windows.active().size(), "30 is above half of the threshold");
        for (int i = 0; i < 10; i++) {
            windows.pass(5, storm(10)).pass(1, storm(30));
        }
        assertEquals(1, windows.active().size(), "low for 25 s only");
        windows.pass(6, storm(10));
        assertEquals(List.of(), windows.active());
        assertEquals(1, windows.events.state().raised());
    }

    @Test
    void shouldNotifyOnceOfEachChange() {
        List<String> heard = new ArrayList<>();
        Windows windows = new Windows();
        windows.events.addListener((change, event) -> heard.add(change + " " + event.id()));
        windows.pass(9, storm(60)).pass(9, List.of()).pass(9, storm(60));
        assertEquals(List.of(Change.RAISED + " 1", Change.CLEARED + " 1", Change.RAISED + " 2"), heard);
    }

    @Test
    void shouldNotifyTheOtherSinksIfOneFails() {
        List<String> heard = new ArrayList<>();
        Windows windows = new Windows();
        windows.events.addListener((_, _) -> {
            throw new IllegalStateException("a sink that fails");
        });
        windows.events.addListener((change, event) -> heard.add(change + " " + event.id()));
        windows.pass(2, storm(60)).pass(9, List.of());
        assertEquals(List.of(Change.RAISED + " 1", Change.CLEARED + " 1"), heard);
    }

    @Test
    void shouldRecordWhenItWasRaisedAndCleared() {
        Event event = new Windows()
                .pass(2, storm(60))
                .pass(6, List.of())
                .events
                .state()
                .past()
                .getFirst();
        assertEquals(Instant.ofEpochSecond(10), event.raised());
        assertEquals(Optional.of(Instant.ofEpochSecond(40)), event.cleared());
        assertTrue(event.verdict().isEmpty(), "it is not about a flow");
    }

    @Test
    void shouldLimitTheEventsOfASubject() {
        List<Measurement> all = Arrays.stream(EventRule.values())
                .map(rule -> new Measurement(rule, PREFIX, 1_000_000, 1_000_000, () -> "", 0))
                .toList();
        Windows windows = new Windows().pass(9, all);
        assertEquals(ActiveLimits.MAX_OF_SUBJECT, windows.active().size());
        assertEquals(
                EventRule.values().length - ActiveLimits.MAX_OF_SUBJECT,
                windows.events.state().suppressed());
    }

    @Test
    void shouldLimitAllEvents() {
        List<Measurement> all = new ArrayList<>();
        for (EventRule rule : EventRule.values()) {
            IntStream.range(0, ActiveLimits.MAX_OF_RULE)
                    .mapToObj(i -> new EventSubject(EventRule.Subject.PEER_PREFIX, rule + "-" + i))
                    .forEach(subject -> all.add(new Measurement(rule, subject, 1_000_000, 1_000_000, () -> "", 0)));
        }
        Windows windows = new Windows();
        windows.pass(9, all);
        assertEquals(ActiveLimits.MAX_OF_KIND, windows.active().size());
        windows.pass(6, List.of());
        assertEquals(List.of(), windows.active());
        windows.pass(9, all);
        windows.pass(6, List.of());
        windows.pass(9, all);
        windows.pass(6, List.of());
        assertEquals(Events.MAX_PAST, windows.past().size());
    }

    @Test
    void shouldRaiseASuppressedEventOnceThereIsRoom() {
        List<Measurement> all = new ArrayList<>();
        for (int i = 0; i <= ActiveLimits.MAX_OF_RULE; i++) {
            all.add(storm(new EventSubject(EventRule.Subject.PEER_PREFIX, "prefix " + i), 200 - i));
        }
        Windows windows = new Windows().pass(2, all);
        assertEquals(1, windows.events.state().suppressed());
        windows.pass(6, all.subList(ActiveLimits.MAX_OF_RULE, all.size()));
        assertEquals(List.of("retransmissionStorm of peerPrefix prefix " + ActiveLimits.MAX_OF_RULE), windows.active());
    }

    /** A peer chooses its prefixes, and 2^16 of them are one network. */
    @Test
    void shouldNotSuppressTheHostOrOtherKindsBecauseOfManyPrefixes() {
        List<Measurement> all = new ArrayList<>();
        for (EventRule rule : EventRule.values()) {
            for (int i = 0; i < 1000; i++) {
                all.add(new Measurement(
                        rule,
                        new EventSubject(EventRule.Subject.PEER_PREFIX, rule + "-" + i),
                        1_000_000,
                        1_000_000,
                        () -> "",
                        0));
            }
        }
        Windows windows = new Windows().pass(3, all);
        EventSubject host = new EventSubject(EventRule.Subject.HOST, "box");
        for (EventRule rule : EventRule.values()) {
            all.add(new Measurement(rule, host, 1_000_000, 1_000_000, () -> "", 0));
        }
        all.add(storm(new EventSubject(EventRule.Subject.PROCESS, "nginx (4711)"), 60));
        windows.pass(3, all);
        List<String> active = windows.active();
        for (EventRule rule : EventRule.values()) {
            assertTrue(active.contains(rule.label() + " of host box"), active::toString);
        }
        assertTrue(active.contains("retransmissionStorm of process nginx (4711)"), active::toString);
        assertEquals(ActiveLimits.MAX_OF_KIND + EventRule.values().length + 1, active.size());
    }

    @Test
    void shouldRaiseTheMaximumValuesInWhateverOrderTheyAreMeasured() {
        List<Measurement> all = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            all.add(storm(new EventSubject(EventRule.Subject.PEER_PREFIX, "prefix " + i), 60 + i / 2));
        }
        List<String> raised = new Windows().pass(2, all).active();
        assertEquals(ActiveLimits.MAX_OF_RULE, raised.size());
        for (int i = 250; i < 300; i++) {
            assertTrue(raised.contains("retransmissionStorm of peerPrefix prefix " + i), raised::toString);
        }
        assertEquals(raised, new Windows().pass(2, all.reversed()).active());
    }

    @Test
    void shouldHaveTextsThatSnmpCanCarry() {
        for (EventRule rule : EventRule.values()) {
            assertTrue(rule.advice().length() <= 255, rule::label);
            assertTrue(rule.advice().chars().allMatch(c -> c < 128), rule::label);
            assertTrue(Duration.ofSeconds(rule.raiseSeconds()).toMinutes() < 1, rule::label);
        }
    }
}
