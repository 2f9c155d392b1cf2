package io.tcpprobe.agent.insight;

import io.tcpprobe.kernel.flow.FieldProjection;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.NetworkCause;
import io.tcpprobe.kernel.flow.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Explains the verdicts about a flow: the evidence and the advice.
 *
 * @param judged the verdicts
 * @param before the earlier row
 * @param now the later row
 */
record Explanation(Judged judged, Row before, Row now) {
    /** An SnmpAdminString has at most 255 octets. */
    static final int MAXIMUM_LENGTH = 255;

    private static final Map<FlowField, Formatter> FORMATS = Arrays.stream(Verdict.values())
            .flatMap(verdict -> verdict.evidence().stream())
            .distinct()
            .collect(Collectors.toMap(
                    field -> field, new Format()::of, (_, same) -> same, () -> new EnumMap<>(FlowField.class)));

    private static final int SNDBUF_SET = 1;
    private static final int RCVBUF_SET = 2;

    /** A delayed ACK waits 40 ms; less cannot be told from a queue. */
    private static final long DELAYED_ACK_MICROS = 20_000;

    /**
     * The verdicts.
     *
     * @param sender about the flow as sender
     * @param cause of the verdict net
     * @param receiver about the flow as receiver
     */
    record Judged(Verdict sender, Optional<NetworkCause> cause, Verdict receiver) {}

    /**
     * A row of a snapshot.
     *
     * @param flows the flows of the snapshot
     * @param index the index of the flow; -1 for a row of zeros
     */
    record Row(FlowColumns flows, int index) {
        boolean has(FlowField field) {
            return index >= 0 && flows.has(field, index);
        }

        long number(FlowField field) {
            return has(field) ? flows.number(field, index) : 0;
        }
    }

    /** Formats the value of a field: "sendWindow 0 B"; a counter by its growth: "retrans +3". */
    private interface Formatter {
        String of(Row before, Row now);
    }

    private static final class Format implements FieldProjection<Formatter> {
        @Override
        public Formatter number(FlowField field) {
            return (_, now) -> text(field, "", now.number(field));
        }

        @Override
        public Formatter counter(FlowField field) {
            return (before, now) -> text(field, "+", Math.max(0, now.number(field) - before.number(field)));
        }

        private static String text(FlowField field, String sign, long value) {
            String symbol = field.unit().symbol();
            return field.label() + ' ' + sign + Long.toUnsignedString(value) + (symbol.isEmpty() ? "" : ' ' + symbol);
        }

        @Override
        public Formatter time(FlowField field) {
            return (_, now) -> field.label() + ' ' + now.number(field);
        }

        @Override
        public Formatter address(FlowField field) {
            throw new IllegalArgumentException(field + " is not evidence");
        }

        @Override
        public Formatter name(FlowField field) {
            throw new IllegalArgumentException(field + " is not evidence");
        }

        @Override
        public Formatter state(FlowField field) {
            return number(field);
        }
    }

    /** Returns the values that the verdicts rest on. */
    String evidence() {
        StringBuilder text = new StringBuilder(MAXIMUM_LENGTH);
        List<FlowField> fields = judged.sender.evidence();
        fields.forEach(field -> append(text, field));
        if (judged.receiver != Verdict.PEER) {
            for (FlowField field : judged.receiver.evidence()) {
                if (!fields.contains(field)) {
                    append(text, field);
                }
            }
        }
        return text.toString();
    }

    private void append(StringBuilder text, FlowField field) {
        if (now.has(field)) {
            String value = Objects.requireNonNull(FORMATS.get(field)).of(before, now);
            if (text.length() + 2 + value.length() <= MAXIMUM_LENGTH) {
                text.append(text.isEmpty() ? "" : ", ").append(value);
            }
        }
    }

    /** Returns what to do: about the sender, or, if the flow mostly receives, about the receiver. */
    String advice() {
        Verdict subject = receives() ? judged.receiver : judged.sender;
        List<String> sentences = new ArrayList<>();
        sentences.add(
                subject == Verdict.NET ? judged.cause.map(NetworkCause::advice).orElse("") : subject.advice());
        special(subject).ifPresent(sentences::add);
        String text = String.join(" ", sentences);
        return text.length() <= MAXIMUM_LENGTH ? text : sentences.getFirst();
    }

    private boolean receives() {
        return judged.sender == Verdict.UNKNOWN
                || growth(FlowField.BYTES_RECEIVED) > growth(FlowField.BYTES_SENT)
                        && judged.receiver != Verdict.UNKNOWN;
    }

    /** Returns what this flow's values add to the advice. */
    private Optional<String> special(Verdict subject) {
        return switch (subject) {
            case APP ->
                smallWrites()
                        ? Optional.of("Small writes wait for delayed ACKs: write at once, or set TCP_NODELAY.")
                        : Optional.empty();
            case RWND -> full();
            case SNDBUF -> buffer(SNDBUF_SET, "SO_SNDBUF", "net.ipv4.tcp_wmem");
            case RCVBUF -> buffer(RCVBUF_SET, "SO_RCVBUF", "net.ipv4.tcp_rmem");
            case UNKNOWN, IDLE, NET, PACING, RECOVERY, LOCAL, SLOW_READER, PEER -> Optional.empty();
        };
    }

    private Optional<String> buffer(int bit, String option, String sysctl) {
        boolean known = now.has(FlowField.USER_LOCKS);
        boolean set = (now.number(FlowField.USER_LOCKS) & bit) != 0;
        String drop = "do not set " + option;
        String raise = "raise the third value of " + sysctl;
        String remedy = known ? set ? drop : raise : drop + ", or " + raise;
        return Optional.of(
                capital(remedy) + "." + full().map(caveat -> " " + caveat).orElse(""));
    }

    private static String capital(String text) {
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }

    /** Returns a caveat if the path itself seems to be full. */
    private Optional<String> full() {
        return SenderRules.queued(now.number(FlowField.SRTT), now.number(FlowField.MIN_RTT))
                ? Optional.of("The path seems to be full already: more may add delay only.")
                : Optional.empty();
    }

    private boolean smallWrites() {
        long segments = growth(FlowField.DATA_SEGS_OUT);
        return now.number(FlowField.NAGLE) == 1
                && segments > 0
                && growth(FlowField.BYTES_SENT) / segments < now.number(FlowField.MSS) / 2
                && now.number(FlowField.SRTT) >= now.number(FlowField.MIN_RTT) + DELAYED_ACK_MICROS;
    }

    private long growth(FlowField counter) {
        return Math.max(0, now.number(counter) - before.number(counter));
    }
}
