package io.tcpprobe.agent.events;

import io.tcpprobe.agent.groups.PeerPrefixes;
import io.tcpprobe.config.Origin;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.SettingValue;
import io.tcpprobe.kernel.flow.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Evaluates the rules over consecutive windows of five seconds, by the clock of the test. */
final class Windows {
    static final int SECONDS = 5;

    final Events events = new Events();
    private final RuleEvaluator evaluator;
    private long nanos;

    Windows(SettingValue<?>... settings) {
        evaluator =
                new RuleEvaluator(new SettingStore(Map.of(Origin.COMMAND_LINE, List.of(settings)), _ -> {}), events);
    }

    /** Returns the prefixes of peers by these settings. */
    static PeerPrefixes prefixes(SettingValue<?>... settings) {
        return new PeerPrefixes(new SettingStore(Map.of(Origin.COMMAND_LINE, List.of(settings)), _ -> {}));
    }

    /** Evaluates so many windows with the same measurements. */
    Windows pass(int windows, Supplier<List<Measurement>> measured) {
        for (int i = 0; i < windows; i++) {
            long begin = nanos;
            nanos += TimeUnit.SECONDS.toNanos(SECONDS);
            evaluator.evaluate(
                    measured.get(),
                    _ -> true,
                    new RuleEvaluator.Span(begin, nanos, Instant.ofEpochSecond(nanos / 1_000_000_000)),
                    _ -> Optional.of(Verdict.NET));
        }
        return this;
    }

    Windows pass(int windows, List<Measurement> measured) {
        return pass(windows, () -> measured);
    }

    /** Returns the active events: "blackhole of peerPrefix 192.0.2.0/24". */
    List<String> active() {
        return events.state().active().stream().map(Windows::name).sorted().toList();
    }

    /** Returns the cleared events. */
    List<String> past() {
        return events.state().past().stream().map(Windows::name).sorted().toList();
    }

    private static String name(Event event) {
        return event.rule().label() + " of " + event.subject().kind().label() + " "
                + event.subject().name();
    }
}
