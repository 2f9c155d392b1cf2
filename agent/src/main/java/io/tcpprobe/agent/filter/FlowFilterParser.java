package io.tcpprobe.agent.filter;

import io.tcpprobe.config.Unit;
import io.tcpprobe.kernel.flow.CounterRate;
import io.tcpprobe.kernel.flow.EndReason;
import io.tcpprobe.kernel.flow.FieldProjection;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowText;
import io.tcpprobe.kernel.flow.FlowValue;
import io.tcpprobe.kernel.flow.NetworkCause;
import io.tcpprobe.kernel.flow.ResetReason;
import io.tcpprobe.kernel.flow.TcpState;
import io.tcpprobe.kernel.flow.Verdict;
import io.tcpprobe.kernel.flow.VerdictField;
import io.tcpprobe.kernel.flow.VerdictProjection;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Parses conditions on flows, in the style of ss(8): {@code dport = 443 and (retrans > 10 or srtt >= 200ms)}.
 *
 * <pre>
 * condition  = alternative *( "or" alternative )
 * alternative= part *( "and" part )
 * part       = "not" part / "(" condition ")" / comparison
 * comparison = field operator value
 * operator   = "=" / "!=" / "&lt;" / "&lt;=" / "&gt;" / "&gt;=" / "~" / "in"
 * </pre>
 *
 * <p>A field is a name of docs/fields.md, the rate of a counter ("bytesSentRate"), or one of ss: src, sport, dst, dport. Numbers may have
 * a unit, converted to that of the field: k, M, G for any, us, ms, s, m, h for times. {@code ~} finds a part of a text,
 * {@code pod ~ shop/}; {@code in} takes a prefix, {@code dst in 192.0.2.0/24}. Names are not resolved. The length of a condition is limited.
 */
public final class FlowFilterParser {
    private static final int MAX_LENGTH = 1000;
    private static final int MAX_DEPTH = 50;
    private static final Pattern TOKEN =
            Pattern.compile("\\s*(?:([()])|(<=|>=|!=|=|<|>|~)|\"([^\"]*)\"|([^\\s()<>=!~\"]+))");
    private static final Pattern NUMBER = Pattern.compile("(\\d{1,19}(?:\\.\\d{1,9})?)([a-zA-Z]{0,2})");
    private static final Map<String, FlowField> OF_SS = Map.of(
            "src", FlowField.LOCAL_ADDRESS,
            "sport", FlowField.LOCAL_PORT,
            "dst", FlowField.REMOTE_ADDRESS,
            "dport", FlowField.REMOTE_PORT);
    private static final Map<String, BigDecimal> MULTIPLES =
            Map.of("", BigDecimal.ONE, "k", of(1_000), "M", of(1_000_000), "G", of(1_000_000_000));
    private static final Map<String, BigDecimal> NANOSECONDS = Map.of(
            "us", of(1_000),
            "ms", of(1_000_000),
            "s", of(1_000_000_000),
            "m", of(60_000_000_000L),
            "h", of(3_600_000_000_000L));

    private final String text;
    private final List<String> tokens = new ArrayList<>();
    private int next;
    private int depth;

    private FlowFilterParser(String text) {
        this.text = text;
    }

    private static BigDecimal of(long number) {
        return BigDecimal.valueOf(number);
    }

    /**
     * Parses a condition; an empty one holds for every flow.
     *
     * @throws IllegalArgumentException if it is not a condition; the message names the part that is wrong, and what is allowed there
     */
    public static FlowFilter parse(String text) {
        FlowFilterParser parser = new FlowFilterParser(text);
        if (text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "where: the condition has " + text.length() + " characters; give at most " + MAX_LENGTH);
        }
        parser.tokenize();
        if (parser.tokens.isEmpty()) {
            return FlowFilter.ALL;
        }
        FlowFilter filter = parser.condition();
        if (parser.next < parser.tokens.size()) {
            throw parser.wrong("'and', 'or' or the end was expected");
        }
        return filter;
    }

    private void tokenize() {
        Matcher match = TOKEN.matcher(text.stripTrailing());
        int at = 0;
        while (match.lookingAt()) {
            tokens.add(match.group().strip());
            at = match.end();
            match.region(at, match.regionEnd());
        }
        if (at < match.regionEnd()) {
            throw new IllegalArgumentException("where '" + text + "': cannot read '"
                    + text.substring(at).strip() + "'; give FIELD OPERATOR VALUE, joined by and, or, not");
        }
    }

    private IllegalArgumentException wrong(String reason) {
        String near = next < tokens.size() ? "at '" + tokens.get(next) + "'" : "at the end";
        return new IllegalArgumentException("where '" + text + "': " + near + ", " + reason);
    }

    private boolean accept(String word) {
        if (next < tokens.size() && tokens.get(next).equalsIgnoreCase(word)) {
            next++;
            return true;
        }
        return false;
    }

    private String token(String expected) {
        if (next == tokens.size()) {
            throw wrong(expected + " was expected");
        }
        return tokens.get(next++);
    }

    private FlowFilter condition() {
        List<FlowFilter> parts = new ArrayList<>(List.of(alternative()));
        while (accept("or")) {
            parts.add(alternative());
        }
        return parts.size() == 1 ? parts.getFirst() : new FlowFilter.Or(parts);
    }

    private FlowFilter alternative() {
        List<FlowFilter> parts = new ArrayList<>(List.of(part()));
        while (accept("and")) {
            parts.add(part());
        }
        return parts.size() == 1 ? parts.getFirst() : new FlowFilter.And(parts);
    }

    private FlowFilter part() {
        if (++depth > MAX_DEPTH) {
            throw wrong("more than " + MAX_DEPTH + " nested parts");
        }
        FlowFilter part;
        if (accept("not")) {
            part = new FlowFilter.Not(part());
        } else if (accept("(")) {
            part = condition();
            if (!accept(")")) {
                throw wrong("')' was expected");
            }
        } else {
            part = comparison();
        }
        depth--;
        return part;
    }

    private FlowFilter comparison() {
        String name = token("a field");
        Optional<CounterRate> rate = CounterRate.find(name);
        if (rate.isPresent()) {
            return comparisons().rate(rate.get());
        }
        FlowValue field = field(name);
        return of(field, comparisons());
    }

    private Comparisons comparisons() {
        return new Comparisons(token("an operator"), token("a value"));
    }

    private static FlowFilter of(FlowValue field, Comparisons comparisons) {
        return switch (field) {
            case FlowField ofRow -> comparisons.of(ofRow);
            case VerdictField computed -> comparisons.new Verdicts().of(computed);
            case FlowText composed -> comparisons.text(composed);
        };
    }

    private FlowValue field(String name) {
        FlowField ofSs = OF_SS.get(name.toLowerCase(Locale.ROOT));
        if (ofSs != null) {
            return ofSs;
        }
        return FlowValue.find(name)
                .orElseThrow(
                        () -> new IllegalArgumentException(
                                "where '" + text + "': there is no field '" + name
                                        + "'; give src, sport, dst, dport or a name of docs/fields.md or docs/insight.md, or NAMERate of a counter"));
    }

    /** What a comparison with this operator and value means for a field of each kind. */
    private final class Comparisons implements FieldProjection<FlowFilter> {
        private final String operator;
        private final String value;

        Comparisons(String operator, String value) {
            this.operator = operator;
            this.value = value.startsWith("\"") ? value.substring(1, value.length() - 1) : value;
        }

        private IllegalArgumentException operators(String label, String allowed) {
            return new IllegalArgumentException(
                    "where '" + text + "': '" + label + " " + operator + "' is not a comparison; give " + allowed);
        }

        private FlowFilter compare(FlowValue field, long number) {
            return compare(field.label(), known -> new FlowFilter.Compare(field, known, number));
        }

        private FlowFilter compare(String label, Function<FlowFilter.Operator, FlowFilter> comparison) {
            if (operator.equals("!=")) {
                return new FlowFilter.Not(comparison.apply(FlowFilter.Operator.EQUAL));
            }
            return Stream.of(FlowFilter.Operator.values())
                    .filter(known -> known.sign().equals(operator))
                    .findFirst()
                    .map(comparison)
                    .orElseThrow(() -> operators(label, "one of = != < <= > >="));
        }

        FlowFilter rate(CounterRate rate) {
            long number = parsed(rate.label(), rate.unit());
            return compare(rate.label(), known -> new FlowFilter.Rate(rate, known, number));
        }

        @Override
        public FlowFilter number(FlowField field) {
            return compare(field, parsed(field));
        }

        @Override
        public FlowFilter identifier(FlowField field) {
            if (value.matches("\\d+")) {
                return number(field);
            }
            return switch (field) {
                case END_REASON ->
                    compare(
                            field,
                            named("an end reason", List.of(EndReason.values()), EndReason::label)
                                    .number());
                case RESET_REASON ->
                    compare(
                            field,
                            named("a reset reason", List.of(ResetReason.values()), ResetReason::label)
                                    .number());
                default -> number(field);
            };
        }

        /** Returns the constant whose name the value is, in any case. */
        private <T> T named(String kind, List<T> constants, Function<? super T, String> label) {
            return constants.stream()
                    .filter(constant -> label.apply(constant).equalsIgnoreCase(value))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "where '" + text + "': '" + value + "' is not " + kind + "; give one of "
                                    + constants.stream().map(label).distinct().collect(Collectors.joining(", "))));
        }

        private long parsed(FlowValue field) {
            return parsed(field.label(), field.unit());
        }

        private long parsed(String label, Unit unit) {
            Matcher match = NUMBER.matcher(value);
            if (match.matches()) {
                Optional<BigDecimal> factor = factor(unit, match.group(2));
                Optional<Long> number = factor.flatMap(by -> exact(new BigDecimal(match.group(1)).multiply(by)));
                if (number.isPresent()) {
                    return number.get();
                }
            }
            throw new IllegalArgumentException("where '" + text + "': '" + value + "' is not a value of " + label
                    + "; give a whole number" + (unit == Unit.NONE ? "" : " of " + unit.label()));
        }

        private static Optional<Long> exact(BigDecimal number) {
            try {
                return Optional.of(number.longValueExact());
            } catch (ArithmeticException _) {
                return Optional.empty();
            }
        }

        private Optional<BigDecimal> factor(Unit unit, String suffix) {
            BigDecimal multiple = MULTIPLES.get(suffix);
            BigDecimal nanoseconds = NANOSECONDS.get(suffix);
            OptionalLong ofUnit = unit.nanoseconds();
            if (nanoseconds != null && ofUnit.isPresent()) {
                return Optional.of(nanoseconds.divide(BigDecimal.valueOf(ofUnit.getAsLong())));
            }
            return Optional.ofNullable(multiple);
        }

        @Override
        public FlowFilter time(FlowField field) {
            throw new IllegalArgumentException(
                    "where '" + text + "': times cannot be compared; give the period instead");
        }

        @Override
        public FlowFilter state(FlowField field) {
            return compare(
                    field,
                    named("a state", List.of(TcpState.values()), TcpState::label)
                            .mib());
        }

        @Override
        public FlowFilter name(FlowField field) {
            return text(field);
        }

        private FlowFilter text(FlowValue field) {
            return switch (operator) {
                case "=" -> new FlowFilter.Text(field, false, value);
                case "!=" -> new FlowFilter.Not(new FlowFilter.Text(field, false, value));
                case "~" -> new FlowFilter.Text(field, true, value);
                default -> throw operators(field.label(), "one of = != ~");
            };
        }

        @Override
        public FlowFilter address(FlowField field) {
            return switch (operator.toLowerCase(Locale.ROOT)) {
                case "=", "in" -> prefix(field);
                case "!=" -> new FlowFilter.Not(prefix(field));
                default -> throw operators(field.label(), "one of = != in");
            };
        }

        private FlowFilter prefix(FlowField field) {
            String[] parts = value.split("/", 2);
            try {
                byte[] address = InetAddress.ofLiteral(parts[0]).getAddress();
                int all = address.length * Byte.SIZE;
                int bits = parts.length == 1 ? all : Integer.parseInt(parts[1]);
                if (bits >= 0 && bits <= all) {
                    List<Byte> bytes = new ArrayList<>();
                    for (byte each : address) {
                        bytes.add(each);
                    }
                    return new FlowFilter.Prefix(field, bytes, bits);
                }
            } catch (IllegalArgumentException _) {
                // Reported below.
            }
            throw new IllegalArgumentException("where '" + text + "': '" + value
                    + "' is not an address; give 192.0.2.1, 192.0.2.0/24 or 2001:db8::/32");
        }

        /** The same for computed values. */
        private final class Verdicts implements VerdictProjection<FlowFilter> {
            @Override
            public FlowFilter number(VerdictField field) {
                return compare(field, parsed(field));
            }

            @Override
            public FlowFilter senderVerdict(VerdictField field) {
                return verdict(field, Verdict.ofSender());
            }

            @Override
            public FlowFilter receiverVerdict(VerdictField field) {
                return verdict(field, Verdict.ofReceiver());
            }

            private FlowFilter verdict(VerdictField field, List<Verdict> verdicts) {
                return compare(
                        field, named("a verdict", verdicts, Verdict::label).number());
            }

            @Override
            public FlowFilter networkCause(VerdictField field) {
                return compare(
                        field,
                        named("a cause", List.of(NetworkCause.values()), NetworkCause::label)
                                .number());
            }

            @Override
            public FlowFilter text(VerdictField field) {
                return Comparisons.this.text(field);
            }
        }
    }
}
