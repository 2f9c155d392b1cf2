package io.tcpprobe.agent.events;

import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.EventRule;
import io.tcpprobe.kernel.flow.Verdict;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.function.Predicate;

/**
 * Raises and clears events from the measurements of consecutive windows: minimum duration, hysteresis, limits. Events beyond
 * {@link ActiveLimits} are counted; those that exceed their thresholds most are raised first. Used by one thread.
 */
final class RuleEvaluator {
    /** A window of time, in CLOCK_MONOTONIC, and the wall clock at its end. */
    record Span(long beginNanos, long endNanos, Instant end) {}

    /** An active event, and since when its value is low; the maximum value if it is not. */
    private record Active(Event event, long lowSinceNanos) {}

    private static final long NOT_LOW = Long.MAX_VALUE;

    private final SettingStore settings;
    private final Events events;

    /** When a rule that does not hold long enough began to hold. */
    private final Map<Measurement.Key, Long> holdingSince = new HashMap<>();

    /** Subjects for which a rule holds, but whose event was suppressed: counted once. */
    private final Set<Measurement.Key> suppressed = new HashSet<>();

    private final Map<Measurement.Key, Active> active = new LinkedHashMap<>();
    private final ActiveLimits limits = new ActiveLimits();
    /** Who gets a place first: the maximum value, relative to the threshold. The names make the order of equals definite. */
    private final Comparator<Measurement> order = Comparator.comparingDouble(this::relative)
            .thenComparingLong(Measurement::count)
            .reversed()
            .thenComparing(Measurement::rule)
            .thenComparing(one -> one.subject().name());

    private long lastId;

    /** @param settings supply the thresholds; changes apply at the next window */
    RuleEvaluator(SettingStore settings, Events events) {
        this.settings = settings;
        this.events = events;
    }

    /**
     * Evaluates one window.
     *
     * @param measured the measurements; a subject that is missing, although the window covers it, counts as not affected
     * @param covered returns true for the rules and subjects that were measured; nothing is known about others, which stay as they are
     * @param verdicts returns the verdict about a flow
     */
    void evaluate(
            List<Measurement> measured,
            Predicate<Measurement.Key> covered,
            Span span,
            LongFunction<Optional<Verdict>> verdicts) {
        Map<Measurement.Key, Measurement> byKey = new HashMap<>();
        measured.forEach(one -> byKey.put(one.key(), one));
        clear(byKey, covered, span);
        Set<Measurement.Key> held = new HashSet<>();
        for (Measurement one :
                measured.stream().filter(this::holds).sorted(order).toList()) {
            held.add(one.key());
            hold(one, span, verdicts);
        }
        holdingSince.keySet().removeIf(key -> covered.test(key) && !held.contains(key));
        suppressed.removeIf(key -> covered.test(key) && !held.contains(key));
    }

    /** Clears all events of measurements that this window covers: it has no past. */
    void restart(Predicate<Measurement.Key> covered, Instant end) {
        for (Measurement.Key key : List.copyOf(active.keySet())) {
            Active before = covered.test(key) ? active.remove(key) : null;
            if (before != null) {
                limits.remove(key);
                events.clear(before.event.cleared(end));
            }
        }
        holdingSince.keySet().removeIf(covered);
        suppressed.removeIf(covered);
    }

    private double relative(Measurement one) {
        return (double) one.value() / one.rule().threshold(one.subject().kind(), settings);
    }

    private boolean holds(Measurement one) {
        EventRule.Subject kind = one.subject().kind();
        return one.value() >= one.rule().threshold(kind, settings)
                && one.count() >= one.rule().minimum(kind, settings);
    }

    private void hold(Measurement one, Span span, LongFunction<Optional<Verdict>> verdicts) {
        Measurement.Key key = one.key();
        if (active.containsKey(key)) {
            return;
        }
        long since = holdingSince.computeIfAbsent(key, _ -> span.beginNanos);
        if (span.endNanos - since < TimeUnit.SECONDS.toNanos(one.rule().raiseSeconds())) {
            return;
        }
        if (limits.full(key)) {
            if (suppressed.add(key)) {
                events.countSuppressed();
            }
            return;
        }
        Event event = new Event(
                ++lastId,
                one.rule(),
                one.subject(),
                span.end,
                Optional.empty(),
                one.value(),
                one.rule().threshold(one.subject().kind(), settings),
                one.evidence().text(),
                one.flowId() == 0 ? Optional.empty() : verdicts.apply(one.flowId()));
        active.put(key, new Active(event, NOT_LOW));
        limits.add(key);
        suppressed.remove(key);
        events.raise(event);
    }

    private void clear(Map<Measurement.Key, Measurement> measured, Predicate<Measurement.Key> covered, Span span) {
        for (Measurement.Key key : List.copyOf(active.keySet())) {
            Active before = active.get(key);
            if (before == null || !covered.test(key)) {
                continue;
            }
            Measurement now = measured.get(key);
            if (now != null && !low(now)) {
                active.put(key, new Active(before.event, NOT_LOW));
                continue;
            }
            long since = before.lowSinceNanos == NOT_LOW ? span.beginNanos : before.lowSinceNanos;
            if (span.endNanos - since >= TimeUnit.SECONDS.toNanos(settings.get(Settings.EVENTS_CLEAR))) {
                active.remove(key);
                limits.remove(key);
                events.clear(before.event.cleared(span.end));
            } else {
                active.put(key, new Active(before.event, since));
            }
        }
    }

    private boolean low(Measurement now) {
        EventRule rule = now.rule();
        EventRule.Subject kind = now.subject().kind();
        return now.value() * 100 < rule.threshold(kind, settings) * rule.clearPercent()
                || now.count() < rule.minimum(kind, settings);
    }
}
