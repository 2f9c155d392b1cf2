package io.tcpprobe.kernel.records;

/**
 * Reads lines of /proc/net/tcpprobe, and of logs made from it:
 *
 * <pre>
 *     2.178670575 10.160.229.127:22 10.2.146.10:65221 80 0x3d58a46e ... 0x3d58a44e
 *     2015-02-18 08:40:49 0.022445631 10.102.137.40:7103 ...                          a wall clock in front, passed over
 *     ['2015-02-18 08:40:49', '0.022445631', '10.102.137.40:7103', ...]               a list, as Python prints it
 * </pre>
 *
 * Allocates nothing unless a line is wrong. Used by one thread at a time.
 */
final class RecordParser {
    private static final String CLOCK = "dddd-dd-dd?dd:dd:dd";
    private static final long NANOS = 1_000_000_000L;
    private static final long GREATEST_SECONDS = Long.MAX_VALUE / NANOS - 1;

    private final AddressParser addresses = new AddressParser();
    private byte[] text = new byte[0];
    private int at;
    private int end;

    /** The quote that ends a field; 0 on a plain line. */
    private byte quote;

    private String fault = "";

    /**
     * Reads one line.
     *
     * @param bytes holds the line
     * @param from where it begins
     * @param to where it ends, without its line feed
     * @param into gets what was read; holds no record if the line is wrong
     * @return whether the line is right; else {@link #fault} says why it is not
     */
    boolean parse(byte[] bytes, int from, int to, ProbeRecord into) {
        text = bytes;
        at = from;
        end = to;
        while (end > at && blank(text[end - 1])) {
            end--;
        }
        boolean list = at < end && text[at] == '[';
        at += list ? 1 : 0;
        if (!skipWallClock(list)) {
            return false;
        }
        for (RecordField field : RecordField.ALL) {
            if (!begin(list) || !read(field, into) || !finish(list)) {
                fault = field.label() + ": " + fault;
                return false;
            }
        }
        return atEnd(list);
    }

    /** Why the last line was wrong: "field 4, length: is no number". */
    String fault() {
        return fault;
    }

    private boolean wrong(String why) {
        fault = why;
        return false;
    }

    private static boolean blank(byte character) {
        return character == ' ' || character == '\t' || character == '\r';
    }

    /** Comes to the first character of a field. */
    private boolean begin(boolean list) {
        while (at < end && (blank(text[at]) || list && text[at] == ',')) {
            at++;
        }
        if (at < end && list) {
            quote = text[at++];
            if (quote != '\'' && quote != '"') {
                return wrong("is not in quotes");
            }
        }
        return at < end || wrong("is missing");
    }

    /** Leaves a field that was read: nothing else may stand in it. */
    private boolean finish(boolean list) {
        if (list) {
            return at < end && text[at++] == quote || wrong("has something behind it");
        }
        return at == end || blank(text[at]) || wrong("has something behind it");
    }

    private boolean atEnd(boolean list) {
        if (list && (at == end || text[at++] != ']')) {
            return wrong("the list does not end behind field 19");
        }
        return at == end || wrong("there is something behind field 19");
    }

    private boolean skipWallClock(boolean list) {
        int start = at;
        if (!begin(list)) {
            return wrong(RecordField.TIME.label() + ": " + fault);
        }
        if (end - at <= 4 || text[at + 4] != '-') {
            at = start;
            return true;
        }
        for (int i = 0; i < CLOCK.length(); i++, at++) {
            if (at == end || !fits(CLOCK.charAt(i), text[at])) {
                return wrong("the wall clock in front is no date and time");
            }
        }
        while (at < end && (list ? text[at] != quote : !blank(text[at]))) {
            at++; // a fraction, a zone
        }
        return !list || at++ < end || wrong("the wall clock in front does not end");
    }

    private static boolean fits(char pattern, byte character) {
        return switch (pattern) {
            case 'd' -> digit(character);
            case '?' -> character == ' ' || character == 'T';
            default -> character == pattern;
        };
    }

    private static boolean digit(byte character) {
        return character >= '0' && character <= '9';
    }

    private boolean read(RecordField field, ProbeRecord into) {
        return switch (field.form()) {
            case TIME -> time(into);
            case END -> end(field == RecordField.LOCAL ? into.local : into.remote);
            case DECIMAL -> decimal(field.max()) && store(field, into);
            case HEX -> hex(field.max()) && store(field, into);
        };
    }

    /** What {@link #decimal} and {@link #hex} have read. */
    private long number;

    private boolean store(RecordField field, ProbeRecord into) {
        into.set(field, number);
        return true;
    }

    private boolean decimal(long max) {
        int start = at;
        long value = 0;
        while (at < end && digit(text[at])) {
            value = value * 10 + text[at++] - '0';
            if (value > max) {
                return wrong("is greater than " + max);
            }
        }
        number = value;
        return at > start || wrong("is no number");
    }

    private boolean hex(long max) {
        boolean prefixed = at + 1 < end && text[at] == '0' && (text[at + 1] | 0x20) == 'x';
        if (!prefixed) { // printf writes 0 without a prefix
            return decimal(0) || wrong("is no hexadecimal number with 0x in front");
        }
        at += 2;
        int start = at;
        long value = 0;
        for (int digit = hexDigit(at); digit >= 0; digit = hexDigit(++at)) {
            if (Long.compareUnsigned(value, max >>> 4) > 0) {
                return wrong("is greater than 0x" + Long.toHexString(max));
            }
            value = value << 4 | digit;
        }
        number = value;
        return at > start || wrong("is no hexadecimal number");
    }

    private int hexDigit(int place) {
        return place < end ? Character.digit(text[place], 16) : -1;
    }

    private boolean time(ProbeRecord into) {
        if (!decimal(GREATEST_SECONDS)) {
            return false;
        }
        long seconds = number;
        long fraction = 0;
        if (at < end && text[at] == '.') {
            int start = ++at;
            long unit = NANOS / 10;
            for (; at < end && digit(text[at]); at++, unit /= 10) {
                fraction += (text[at] - '0') * unit;
            }
            if (at == start || at - start > 9) {
                return wrong("has no fraction of 1 to 9 digits");
            }
        }
        into.set(RecordField.TIME, seconds * NANOS + fraction);
        return true;
    }

    private boolean end(ProbeRecord.End into) {
        int behind = addresses.parse(text, at, end, into);
        if (behind < 0) {
            return wrong("is no address with a port");
        }
        at = behind;
        if (!decimal(0xffff)) {
            return false;
        }
        into.port = (int) number;
        return true;
    }
}
