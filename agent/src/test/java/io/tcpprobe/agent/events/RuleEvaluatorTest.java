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
        assertEquals(RuleEvaluator.MAX_OF_SUBJECT, windows.active().size());
        assertEquals(
                EventRule.values().length - RuleEvaluator.MAX_OF_SUBJECT,
                windows.events.state().suppressed());
    }

    @Test
    void shouldLimitAllEvents() {
        List<Measurement> all = new ArrayList<>();
        for (EventRule rule : EventRule.values()) {
            IntStream.range(0, RuleEvaluator.MAX_OF_RULE)
                    .mapToObj(i -> new EventSubject(EventRule.Subject.PEER_PREFIX, rule + "-" + i))
                    .forEach(subject -> all.add(new Measurement(rule, subject, 1_000_000, 1_000_000, () -> "", 0)));
        }
        Windows windows = new Windows();
        windows.pass(9, all);
        assertEquals(RuleEvaluator.MAX_ACTIVE, windows.active().size());
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
        for (int i = 0; i <= RuleEvaluator.MAX_OF_RULE; i++) {
            all.add(storm(new EventSubject(EventRule.Subject.PEER_PREFIX, "prefix " + i), 60));
        }
        Windows windows = new Windows().pass(2, all);
        assertEquals(1, windows.events.state().suppressed());
        windows.pass(6, all.subList(RuleEvaluator.MAX_OF_RULE, all.size()));
        assertEquals(
                List.of("retransmissionStorm of peerPrefix prefix " + RuleEvaluator.MAX_OF_RULE), windows.active());
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
