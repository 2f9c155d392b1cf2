package io.tcpprobe.kernel.proc;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One group of counters of /proc/net/snmp or /proc/net/netstat, at one moment: a line of names and a line of values, both
 * begun by the group's name. Counters are found by name; those that this program has never heard of are kept too.
 *
 * <pre>
 *   Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens ...
 *   Tcp: 1 200 120000 -1 14 ...
 * </pre>
 *
 * <p>Values are the kernel's 64-bit numbers; counters are unsigned, MaxConn alone is signed.
 */
public final class Counters {
    /** The names of a group and where each one's value is; shared by all readings until the header changes. */
    private record Header(byte[] line, List<String> names, Map<String, Integer> places) {
        static Header of(byte[] line) {
            String text = new String(line, StandardCharsets.US_ASCII).strip();
            List<String> names = text.isEmpty() ? List.of() : List.of(text.split(" +"));
            Map<String, Integer> places = new HashMap<>();
            for (int i = 0; i < names.size(); i++) {
                places.putIfAbsent(names.get(i), i);
            }
            return new Header(line, names, places);
        }
    }

    private static final Header NO_HEADER = Header.of(new byte[0]);

    /** No counters at all: what a group that the kernel does not have gives. */
    public static final Counters NONE = new Counters(NO_HEADER, new long[0]);

    private final Header header;
    private final long[] values;

    private Counters(Header header, long[] values) {
        this.header = header;
        this.values = values;
    }

    /**
     * Finds a group in the text of such a file.
     *
     * @param text the file's content
     * @param length how many bytes of it count
     * @param group the group's name: "Tcp"
     * @param previous an older reading of the same group, whose header is used again if it is the same
     * @return the group, or {@link #NONE} if it is not there whole
     */
    public static Counters parse(byte[] text, int length, String group, Counters previous) {
        byte[] prefix = (group + ":").getBytes(StandardCharsets.US_ASCII);
        int names = line(text, length, prefix, 0);
        if (names < 0) {
            return NONE;
        }
        int namesEnd = end(text, length, names);
        int numbers = line(text, length, prefix, namesEnd);
        int numbersEnd = end(text, length, Math.max(numbers, 0));
        if (numbers < 0 || numbersEnd == length) { // without its line feed, the last number may be torn
            return NONE;
        }
        Header header = previous.header;
        int from = names + prefix.length;
        if (!Arrays.equals(header.line, 0, header.line.length, text, from, namesEnd)) {
            header = Header.of(Arrays.copyOfRange(text, from, namesEnd));
        }
        long[] values = numbers(text, numbers + prefix.length, numbersEnd, header.names.size());
        return values == null ? NONE : new Counters(header, values);
    }

    /** Where the first line at or after {@code from} with this prefix begins, or -1. */
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

    private static long @Nullable [] numbers(byte[] text, int from, int end, int count) {
        long[] values = new long[count];
        int n = 0;
        int at = from;
        while (at < end) {
            if (text[at] == ' ') {
                at++;
                continue;
            }
            boolean negative = text[at] == '-';
            int digits = negative ? at + 1 : at;
            int stop = digits;
            long value = 0;
            while (stop < end && text[stop] >= '0' && text[stop] <= '9') {
                value = value * 10 + text[stop++] - '0';
            }
            if (n == count || stop == digits || stop < end && text[stop] != ' ') {
                return null;
            }
            values[n++] = negative ? -value : value;
            at = stop;
        }
        return n == count ? values : null;
    }

    /** The names, in the kernel's order. */
    public List<String> names() {
        return header.names;
    }

    /** Whether there is a counter of this name. */
    public boolean has(String name) {
        return header.places.containsKey(name);
    }

    /** The counter's value; 0 if there is none, see {@link #has}. */
    public long value(String name) {
        Integer place = header.places.get(name);
        return place == null ? 0 : values[place];
    }

    /** The value at this place of {@link #names}. */
    public long value(int place) {
        return values[place];
    }
}
