package io.tcpprobe.agent.insight;

import io.tcpprobe.agent.core.Lazy;
import io.tcpprobe.agent.core.Parallel;
import io.tcpprobe.kernel.flow.DecodedFlows;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.NetworkCause;
import io.tcpprobe.kernel.flow.Verdict;
import io.tcpprobe.kernel.flow.VerdictField;
import io.tcpprobe.kernel.flow.VerdictProjection;
import io.tcpprobe.kernel.flow.VerdictTable;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The verdicts of all flows of a snapshot. The numbers are computed at once; a text is composed when a client reads it. */
final class FlowVerdicts implements VerdictTable {
    private static final int ABSENT = -1;
    private static final int FIRST_ID = VerdictField.all().getFirst().id();
    private static final double MILLE = 1000;

    /** Flows of a range, a multiple of a block: some milliseconds, so that starting a thread for more of them is worth it. */
    private static final int RANGE = 64 * FlowColumns.BLOCK_ROWS;

    private static final double NANOS_PER_MILLI = 1e6;

    /** The limits of a sender, and the fields that have their shares. */
    private static final Verdict[] LIMITS = {
        Verdict.APP, Verdict.RWND, Verdict.SNDBUF, Verdict.NET, Verdict.PACING, Verdict.RECOVERY, Verdict.LOCAL
    };

    private static final VerdictField[] SHARES = {
        VerdictField.APP_SHARE,
        VerdictField.RWND_SHARE,
        VerdictField.SNDBUF_SHARE,
        VerdictField.NET_SHARE,
        VerdictField.PACING_SHARE,
        VerdictField.RECOVERY_SHARE,
        VerdictField.LOCAL_SHARE
    };

    private static final List<VerdictField> OF_LIFE = List.of(VerdictField.LIFE_VERDICT, VerdictField.LIFE_SHARE);

    private static final List<VerdictField> TEXTS_OF_WINDOW = List.of(VerdictField.EVIDENCE, VerdictField.ADVICE);

    private static final List<VerdictField> OF_WINDOW = VerdictField.all().stream()
            .filter(field -> !OF_LIFE.contains(field) && !TEXTS_OF_WINDOW.contains(field))
            .toList();

    private static final Texts TEXTS = new Texts();

    private final @Nullable EarlierRows earlier;
    private final FlowColumns flows;

    /** The verdicts over the window. */
    private final Numbers window;

    /** The verdicts over the life; computed when a client asks for one. */
    private final Lazy<Numbers> life;

    private FlowVerdicts(@Nullable EarlierRows earlier, FlowColumns flows, long takenNanos, boolean recorded) {
        this.earlier = earlier;
        this.flows = flows;
        this.window = new Numbers(OF_WINDOW, flows.size());
        forRanges(range -> new Evaluation(flows, takenNanos, recorded, range).window(earlier, window));
        this.life = new Lazy<>(() -> {
            Numbers numbers = new Numbers(OF_LIFE, flows.size());
            forRanges(range -> new Evaluation(flows, takenNanos, recorded, range).life(numbers));
            return numbers;
        });
    }

    /** Consecutive flows: indexes {@code from} to before {@code to}. */
    private record Range(int from, int to) {}

    /** Evaluates ranges of flows at the same time, if there are many. */
    private void forRanges(Consumer<Range> evaluation) {
        int blocks = (flows.size() + RANGE - 1) / RANGE;
        Parallel.forEach(
                "tcpprobe-verdicts",
                IntStream.range(0, blocks)
                        .mapToObj(block -> new Range(block * RANGE, Math.min((block + 1) * RANGE, flows.size())))
                        .toList(),
                evaluation);
    }

    /** Numbers of all flows. */
    private static final class Numbers {
        /** By the id of the field, less the first id; then by the index of the flow. {@link #ABSENT} if absent. */
        private final int[][] byField = new int[1 + VerdictField.all().getLast().id() - FIRST_ID][];

        Numbers(List<VerdictField> fields, int flows) {
            for (VerdictField field : fields) {
                int[] numbers = new int[flows];
                Arrays.fill(numbers, ABSENT);
                byField[field.id() - FIRST_ID] = numbers;
            }
        }

        void set(VerdictField field, int index, int number) {
            byField[field.id() - FIRST_ID][index] = number;
        }

        int get(VerdictField field, int index) {
            return byField[field.id() - FIRST_ID][index];
        }

        void count(VerdictField field, int flows, int[] counts) {
            int[] numbers = byField[field.id() - FIRST_ID];
            for (int i = 0; i < flows; i++) {
                if (numbers[i] != ABSENT) {
                    counts[numbers[i]]++;
                }
            }
        }
    }

    /**
     * Computes the verdicts of all flows.
     *
     * @param earlier the snapshot that the window begins with; null if there is none
     * @param flows the flows now
     * @param takenNanos when they were read, in CLOCK_MONOTONIC
     */
    static FlowVerdicts of(@Nullable EarlierRows earlier, FlowColumns flows, long takenNanos) {
        return new FlowVerdicts(earlier, flows, takenNanos, false);
    }

    /** Computes the verdicts like {@link #of}, but judges each flow up to its last sample. */
    static FlowVerdicts ofRecording(@Nullable EarlierRows earlier, FlowColumns flows, long takenNanos) {
        return new FlowVerdicts(earlier, flows, takenNanos, true);
    }

    /** The evaluation of a range: the reused blocks of rows, and the rules. */
    private static final class Evaluation {
        private final FlowColumns flows;
        private final long completeNanos;
        private final boolean recorded;
        private final Range range;
        private final DecodedFlows now;
        private final SenderRules sender = new SenderRules();
        private final ReceiverRules receiver = new ReceiverRules();

        Evaluation(FlowColumns flows, long takenNanos, boolean recorded, Range range) {
            this.flows = flows;
            this.completeNanos = flows.completeNanos(takenNanos);
            this.recorded = recorded;
            this.range = range;
            this.now = new DecodedFlows(flows, EarlierRows.OF_RULES);
        }

        void window(@Nullable EarlierRows earlier, Numbers to) {
            DecodedFlows before = new DecodedFlows(earlier == null ? flows : earlier.flows(), EarlierRows.OF_RULES);
            Window window = new Window(before, now);
            int searched = earlier == null ? 0 : earlier.flows().after(flows.flowId(range.from) - 1);
            for (int index = range.from; index < range.to; index++) {
                now.select(index);
                if (earlier != null) {
                    long id = flows.flowId(index);
                    while (searched < earlier.flows().size() && earlier.flows().flowId(searched) < id) {
                        searched++; // both are in the order of the ids
                    }
                    boolean found =
                            searched < earlier.flows().size() && earlier.flows().flowId(searched) == id;
                    before.select(found ? searched : -1);
                }
                judgeWindow(window, earlier, to, index);
            }
        }

        void life(Numbers to) {
            Window life = new Window(new DecodedFlows(flows, List.of()), now);
            for (int index = range.from; index < range.to; index++) {
                now.select(index);
                judgeLife(life, to, index);
            }
        }

        private long judgedUntil() {
            return recorded ? now.number(FlowField.SAMPLED) : completeNanos;
        }

        private void judgeLife(Window life, Numbers to, int index) {
            life.between(now.number(FlowField.FIRST_SEEN), judgedUntil());
            sender.judgeLife(life, now.has(FlowField.SND_INITIAL));
            Verdict verdict = sender.verdict();
            to.set(VerdictField.LIFE_VERDICT, index, verdict.number());
            if (verdict != Verdict.UNKNOWN) {
                to.set(VerdictField.LIFE_SHARE, index, mille(sender.share(verdict)));
            }
        }

        private void judgeWindow(Window window, @Nullable EarlierRows earlier, Numbers to, int index) {
            if (earlier != null && window.before().isFlow()) {
                window.between(window.before().number(FlowField.SAMPLED), judgedUntil());
            } else if (earlier != null && earlier.precedes(flows, index)) {
                window.between(now.number(FlowField.FIRST_SEEN), judgedUntil());
            } else {
                to.set(VerdictField.VERDICT, index, Verdict.UNKNOWN.number());
                to.set(VerdictField.RECEIVER_VERDICT, index, Verdict.UNKNOWN.number());
                return;
            }
            sender.judge(window);
            receiver.judge(window);
            writeSender(window, to, index);
            to.set(VerdictField.RECEIVER_VERDICT, index, receiver.verdict().number());
            if (receiver.verdict() != Verdict.UNKNOWN) {
                to.set(VerdictField.RECEIVER_SHARE, index, mille(receiver.share()));
            }
        }

        private void writeSender(Window window, Numbers to, int index) {
            Verdict verdict = sender.verdict();
            to.set(VerdictField.VERDICT, index, verdict.number());
            if (verdict == Verdict.UNKNOWN) {
                return;
            }
            to.set(VerdictField.VERDICT_SHARE, index, mille(sender.share(verdict)));
            to.set(VerdictField.VERDICT_CONFIDENCE, index, mille(sender.confidence(window)));
            to.set(VerdictField.VERDICT_WINDOW, index, (int) (sender.spanNanos() / NANOS_PER_MILLI));
            if (verdict == Verdict.NET) {
                to.set(
                        VerdictField.NETWORK_CAUSE,
                        index,
                        SenderRules.cause(window).number());
            }
            for (int i = 0; i < LIMITS.length; i++) {
                double idle = LIMITS[i] == Verdict.APP ? sender.share(Verdict.IDLE) : 0;
                to.set(SHARES[i], index, mille(sender.share(LIMITS[i]) + idle));
            }
        }

        private static int mille(double share) {
            return (int) (share * MILLE + 0.5); // shares are not negative
        }
    }

    @Override
    public boolean has(VerdictField field, int index) {
        return TEXTS.of(field).has(this, index);
    }

    @Override
    public boolean computed(VerdictField field) {
        return !OF_LIFE.contains(field) || life.made();
    }

    @Override
    public long number(VerdictField field, int index) {
        return numbers(field).get(field, index);
    }

    @Override
    public void count(VerdictField field, int flows, int[] counts) {
        numbers(field).count(field, flows, counts);
    }

    private Numbers numbers(VerdictField field) {
        return OF_LIFE.contains(field) ? life.get() : window;
    }

    @Override
    public String text(VerdictField field, int index) {
        Text text = TEXTS.of(field);
        return text.has(this, index) ? text.of(this, index) : "";
    }

    /** The text of a field. */
    private interface Text {
        boolean has(FlowVerdicts verdicts, int index);

        String of(FlowVerdicts verdicts, int index);
    }

    /** The text of a field that has a number. */
    private record NumberText(VerdictField field, LongFunction<String> name) implements Text {
        @Override
        public boolean has(FlowVerdicts verdicts, int index) {
            return verdicts.number(field, index) != ABSENT;
        }

        @Override
        public String of(FlowVerdicts verdicts, int index) {
            return name.apply(verdicts.number(field, index));
        }
    }

    /** A text that is composed; absent without a verdict. */
    private record ComposedText(Function<Explanation, String> text) implements Text {
        @Override
        public boolean has(FlowVerdicts verdicts, int index) {
            return verdicts.verdict(VerdictField.VERDICT, index) != Verdict.UNKNOWN
                    || verdicts.verdict(VerdictField.RECEIVER_VERDICT, index) != Verdict.UNKNOWN;
        }

        @Override
        public String of(FlowVerdicts verdicts, int index) {
            return text.apply(verdicts.explain(index));
        }
    }

    private static final class Texts implements VerdictProjection<Text> {
        private final Map<VerdictField, Text> all = new EnumMap<>(VerdictField.class);

        Texts() {
            VerdictField.all().forEach(field -> all.put(field, VerdictProjection.super.of(field)));
        }

        @Override
        public Text of(VerdictField field) {
            return Objects.requireNonNull(all.get(field));
        }

        @Override
        public Text number(VerdictField field) {
            return new NumberText(field, Long::toString);
        }

        @Override
        public Text senderVerdict(VerdictField field) {
            return new NumberText(
                    field, number -> Verdict.of(number).map(Verdict::label).orElse(""));
        }

        @Override
        public Text receiverVerdict(VerdictField field) {
            return senderVerdict(field);
        }

        @Override
        public Text networkCause(VerdictField field) {
            return new NumberText(
                    field,
                    number -> NetworkCause.of(number).map(NetworkCause::label).orElse(""));
        }

        @Override
        public Text text(VerdictField field) {
            return new ComposedText(field == VerdictField.EVIDENCE ? Explanation::evidence : Explanation::advice);
        }
    }

    private Verdict verdict(VerdictField field, int index) {
        return Verdict.of(number(field, index)).orElse(Verdict.UNKNOWN);
    }

    /** Composes the explanation of the verdicts about a flow. */
    private Explanation explain(int index) {
        FlowColumns before = earlier == null ? flows : earlier.flows();
        return new Explanation(
                new Explanation.Judged(
                        verdict(VerdictField.VERDICT, index),
                        NetworkCause.of(number(VerdictField.NETWORK_CAUSE, index)),
                        verdict(VerdictField.RECEIVER_VERDICT, index)),
                new Explanation.Row(before, before.indexOf(flows.flowId(index))),
                new Explanation.Row(flows, index));
    }
}
