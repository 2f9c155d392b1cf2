package io.tcpprobe.kernel.proc;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One group of values of /proc/net/snmp or /proc/net/netstat, at one moment: a line of names and a line of values, both start
 * with the group's name. Values are found by name; unknown names are kept too.
 *
 * <pre>
 *   Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens ...
 *   Tcp: 1 200 120000 -1 14 ...
 * </pre>
 *
 * <p>Values are the kernel's 64-bit numbers; counters are unsigned, MaxConn alone is signed. Values that are not counters are
 * listed in {@link HostGauge}. If there are fewer values than names, the last names have none; values beyond the names are
 * ignored.
 */
public final class Counters {
    /** A fault in the text of a group. */
    enum Fault {
        NONE(""),
        NO_GROUP("the group is missing"),
        NO_VALUES("the line of values is missing"),
        TOO_FEW("there are fewer values than names"),
        TOO_MANY("there are more values than names"),
        NO_NUMBER("a value is not a number; it and those after it are ignored");

        private final String text;

        Fault(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    /** The names of a group and the indexes of their values; shared by all readings until the header changes. */
    private record Header(
            byte[] line, List<String> names, Map<String, Integer> indexes, Map<Integer, HostGauge> gauges) {
        static Header of(String group, byte[] line) {
            String text = new String(line, StandardCharsets.US_ASCII).strip();
            return of(group, line, text.isEmpty() ? List.of() : List.of(text.split(" +")));
        }

        static Header of(String group, byte[] line, List<String> names) {
            Map<String, Integer> indexes = new HashMap<>();
            Map<Integer, HostGauge> gauges = new HashMap<>();
            for (int i = 0; i < names.size(); i++) {
                int index = i;
                indexes.putIfAbsent(names.get(i), i);
                HostGauge.find(group, names.get(i)).ifPresent(gauge -> gauges.put(index, gauge));
            }
            return new Header(line, names, indexes, gauges);
        }
    }

    private static final Header NO_HEADER = Header.of("", new byte[0]);

    /** No values: the result for a group that the kernel does not have. */
    public static final Counters NONE = new Counters(NO_HEADER, new long[0], Fault.NO_GROUP);

    private final Header header;
    private final long[] values;
    private final Fault fault;

    private Counters(Header header, long[] values, Fault fault) {
        this.header = header;
        this.values = values;
        this.fault = fault;
    }

    /**
     * Parses a group in the text of a file.
     *
     * @param text the file's content
     * @param length number of valid bytes
     * @param group the group's name: "Tcp"
     * @param previous an older reading of the same group, whose header is reused if it is the same
     * @return the group, as far as it is valid; {@link #NONE} if it is missing
     */
    public static Counters parse(byte[] text, int length, String group, Counters previous) {
        byte[] prefix = (group + ":").getBytes(StandardCharsets.US_ASCII);
        int names = line(text, length, prefix, 0);
        if (names < 0) {
            return NONE;
        }
        int namesEnd = end(text, length, names);
        Header header = previous.header;
        int from = names + prefix.length;
        if (!Arrays.equals(header.line, 0, header.line.length, text, from, namesEnd)) {
            header = Header.of(group, Arrays.copyOfRange(text, from, namesEnd));
        }
        int numbers = line(text, length, prefix, namesEnd);
        if (numbers < 0) {
            return new Counters(header, new long[0], Fault.NO_VALUES);
        }
        return numbers(header, text, numbers + prefix.length, end(text, length, numbers));
    }

    /** Returns the start of the first line at or after {@code from} with this prefix, or -1. */
    private static int line(byte[] text, int length, byte[] prefix, int from) {
        for (int at = from; at < length; at = end(text, length, at) + 1) {
            if (at + prefix.length <= length && Arrays.equals(text, at, at + prefix.length, prefix, 0, prefix.length)) {
                return at;
            }
        }
        return -1;
    }

    private static int end(byte[] text, int length, int from) {
        int at = from;
        while (at < length && text[at] != '\n') {
            at++;
        }
        return at;
    }

    private static Counters numbers(Header header, byte[] text, int from, int end) {
        long[] values = new long[header.names.size()];
        int n = 0;
        int at = from;
        while (at < end) {
            if (text[at] == ' ') {
                at++;
                continue;
            }
            if (n == values.length) {
                return new Counters(header, values, Fault.TOO_MANY);
            }
            boolean negative = text[at] == '-';
            int digits = negative ? at + 1 : at;
            int stop = digits;
            long value = 0;
            while (stop < end && text[stop] >= '0' && text[stop] <= '9') {
                value = value * 10 + text[stop++] - '0';
            }
            if (stop == digits || stop < end && text[stop] != ' ') {
                return new Counters(header, Arrays.copyOf(values, n), Fault.NO_NUMBER);
            }
            HostGauge gauge = header.gauges.get(n);
            values[n++] = gauge == null ? signed(value, negative) : gauge.fit(signed(value, negative));
            at = stop;
        }
        return n == values.length
                ? new Counters(header, values, Fault.NONE)
                : new Counters(header, Arrays.copyOf(values, n), Fault.TOO_FEW);
    }

    private static long signed(long value, boolean negative) {
        return negative ? -value : value;
    }

    /**
     * Returns these values plus another one, which replaces one of the same name.
     *
     * @param group the group's name
     */
    Counters with(String group, String name, long value) {
        Integer index = header.indexes.get(name);
        if (index != null && index < values.length) {
            long[] changed = values.clone();
            changed[index] = value;
            return new Counters(header, changed, fault);
        }
        List<String> names = new ArrayList<>(header.names.subList(0, values.length));
        names.add(name);
        header.names.stream()
                .skip(values.length)
                .filter(other -> !other.equals(name))
                .forEach(names::add);
        long[] longer = Arrays.copyOf(values, values.length + 1);
        longer[values.length] = value;
        return new Counters(Header.of(group, header.line, List.copyOf(names)), longer, fault);
    }

    /** Returns the names, in the kernel's order; the last ones may have no values, see {@link #has(int)}. */
    public List<String> names() {
        return header.names;
    }

    /** Returns true if there is a value of this name. */
    public boolean has(String name) {
        Integer index = header.indexes.get(name);
        return index != null && has(index);
    }

    /** Returns true if there is a value at this index of {@link #names}. */
    public boolean has(int index) {
        return index < values.length;
    }

    /** Returns the value of this name; 0 if there is none, see {@link #has(String)}. */
    public long value(String name) {
        Integer index = header.indexes.get(name);
        return index == null ? 0 : value(index);
    }

    /** Returns the value at this index of {@link #names}; 0 if there is none, see {@link #has(int)}. */
    public long value(int index) {
        return has(index) ? values[index] : 0;
    }

    /** Returns the gauge at this index of {@link #names}; empty if it is a counter. */
    public Optional<HostGauge> gauge(int index) {
        return Optional.ofNullable(header.gauges.get(index));
    }

    /** Returns the fault in the text. */
    Fault fault() {
        return fault;
    }
}
