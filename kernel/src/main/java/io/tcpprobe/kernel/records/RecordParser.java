package io.tcpprobe.kernel.records;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parses lines of records in every dialect, and of logs made from them:
 *
 * <pre>
 *     2.178670575 10.160.229.127:22 10.2.146.10:65221 80 0x3d58a46e ... 0x3d58a44e   tcp_probe_plus; commas or tabs as well
 *     Feb 18 08:40:49 host 2.178670575 10.160.229.127:22 ...                         a prefix is skipped
 *     ['2015-02-18 08:40:49', '0.022445631', '10.102.137.40:7103', ...]              a list, as Python prints it
 *     iperf3-4711 [000] b.s3. 1207.110931: tcp_probe: family=AF_INET src=...         the tracepoint
 *     {"time":2.178670575,"flow":7,"localAddress":"10.160.229.127",...}              ours as JSON
 * </pre>
 *
 * In lines of columns the time is the word before the first two endpoints. Does not allocate unless a line is wrong, is JSON or
 * has a zone by name. Used by one thread at a time.
 */
final class RecordParser {
    private static final long NANOS = 1_000_000_000L;
    private static final long MAX_SECONDS = Long.MAX_VALUE / NANOS - 1;
    private static final byte[] TRACEPOINT = {'t', 'c', 'p', '_', 'p', 'r', 'o', 'b', 'e', ':', ' '};
    private static final RecordField[] TRACED = RecordField.ALL;
    private static final String EXPECTED_COLUMNS = "expected are 19 or 16 (tcp_probe_plus) or 11 (tcp_probe)";

    private final @Nullable RecordDialect only;
    private final InterfaceNumbers interfaces = new InterfaceNumbers();
    private final AddressParser addresses = new AddressParser(interfaces);
    private final JsonRecordParser json = new JsonRecordParser(interfaces);
    private final ProbeRecord.End scratch = new ProbeRecord.End();

    /** The dialect of the last line of columns; the next one is likely to be the same. */
    private RecordDialect likelyDialect = RecordDialect.TCPPROBE;

    private List<RecordField> likelyLayout = RecordField.TCP_PROBE_PLUS;

    private byte[] text = new byte[0];
    private int at;
    private int end;

    /** The result of {@link #decimal} and {@link #hex}. */
    private long number;

    private String fault = "";

    /**
     * Creates a parser.
     *
     * @param only the dialect of all lines; null to detect the dialect of each line, 19 columns as ours
     */
    RecordParser(@Nullable RecordDialect only) {
        this.only = only;
        if (only != null && !only.layouts().isEmpty()) {
            likelyDialect = only;
            likelyLayout = only.layouts().getFirst();
        }
    }

    /**
     * Parses one line.
     *
     * @param bytes holds the line
     * @param from start of the line
     * @param to end of the line, without its line feed
     * @param into receives the record; holds no valid record if the line is wrong
     * @return true if the line is valid; else {@link #fault} returns the reason
     */
    boolean parse(byte[] bytes, int from, int to, ProbeRecord into) {
        text = bytes;
        at = from;
        end = to;
        while (end > at && blank(text[end - 1])) {
            end--;
        }
        while (at < end && blank(text[at])) {
            at++;
        }
        if (at < end && text[at] == '{') {
            return allowed(RecordDialect.JSON) && readJson(into);
        }
        return list() && (columns(at, likelyDialect, likelyLayout, into) || otherwise(into));
    }

    /** Returns why the last line was wrong: "field 4, length: is not a number". */
    String fault() {
        return fault;
    }

    private boolean wrong(String why) {
        fault = why;
        return false;
    }

    private boolean allowed(RecordDialect dialect) {
        return only == null || only == dialect || wrong("is a line of the dialect " + dialect.label());
    }

    private boolean readJson(ProbeRecord into) {
        return json.parse(text, at, end, into) || wrong(json.fault());
    }

    /** Strips the brackets of a list. */
    private boolean list() {
        if (at + 1 < end && text[at] == '[' && quote(text[at + 1])) {
            if (text[end - 1] != ']') {
                return wrong("the list does not end with ]");
            }
            at++;
            end--;
        }
        return true;
    }

    /** Parses a line that differs in form from the one before. */
    private boolean otherwise(ProbeRecord into) {
        int start = at;
        int event = tracepoint(start);
        if (event >= 0) {
            return allowed(RecordDialect.TRACE) && readTrace(start, event, into);
        }
        int time = findTime(start);
        if (time < 0) { // for the best error message
            return columns(start, likelyDialect, likelyLayout, into);
        }
        int found = count(time);
        for (RecordDialect dialect : only == null ? RecordDialect.values() : new RecordDialect[] {only}) {
            List<RecordField> layout = dialect.layout(found);
            if (layout != null) {
                likelyDialect = dialect;
                likelyLayout = layout;
                return columns(time > start && quote(text[time - 1]) ? time - 1 : time, dialect, layout, into);
            }
        }
        return wrong("has " + found + " columns; " + EXPECTED_COLUMNS
                + (only == null ? "" : ", and of these only those of the dialect " + only.label()));
    }

    private boolean columns(int from, RecordDialect dialect, List<RecordField> layout, ProbeRecord into) {
        if (only != null && only != dialect) {
            return wrong("is not a line of the dialect " + only.label());
        }
        into.begin(dialect);
        int start = at;
        at = from;
        for (int i = 0; i < layout.size(); i++) {
            RecordField field = layout.get(i);
            if (!column(field, into)) {
                at = start;
                return wrong("field " + (i + 1) + ", " + field.label() + ": " + fault);
            }
        }
        boolean whole = at == end;
        at = start;
        return whole || wrong("there are more characters after field " + layout.size());
    }

    private boolean column(RecordField field, ProbeRecord into) {
        while (at < end && separator(text[at])) {
            at++;
        }
        if (at == end) {
            return wrong("is missing");
        }
        byte quote = quote(text[at]) ? text[at++] : 0;
        if (!read(field, into)) {
            return false;
        }
        if (quote != 0 && (at == end || text[at++] != quote)) {
            return wrong("is followed by other characters");
        }
        return at == end || separator(text[at]) || wrong("is followed by other characters");
    }

    private static boolean blank(byte character) {
        return character == ' ' || character == '\t' || character == '\r';
    }

    private static boolean separator(byte character) {
        return character == ' ' || character == '\t' || character == ',';
    }

    private static boolean quote(byte character) {
        return character == '\'' || character == '"';
    }

    private static boolean digit(byte character) {
        return character >= '0' && character <= '9';
    }

    /** Returns the start of the next word at or after this offset; the end of the line if there is none. */
    private int wordFrom(int index) {
        int start = index;
        while (start < end && (separator(text[start]) || quote(text[start]))) {
            start++;
        }
        return start;
    }

    /** Returns the end of the word that begins here. */
    private int wordEnd(int start) {
        int stop = start;
        while (stop < end && !separator(text[stop]) && !quote(text[stop])) {
            stop++;
        }
        return stop;
    }

    /** Returns the number of words from this offset on. */
    private int count(int from) {
        int words = 0;
        for (int word = wordFrom(from); word < end; word = wordFrom(wordEnd(word))) {
            words++;
        }
        return words;
    }

    /** Returns the start of the word before the first two endpoints; -1 if there is none. */
    private int findTime(int from) {
        int beforeLast = -1;
        int last = -1;
        boolean lastIsEndpoint = false;
        for (int word = wordFrom(from); word < end; word = wordFrom(wordEnd(word))) {
            boolean isEndpoint = endpoint(word);
            if (lastIsEndpoint && isEndpoint) {
                return beforeLast;
            }
            beforeLast = last;
            last = word;
            lastIsEndpoint = isEndpoint;
        }
        return -1;
    }

    private boolean endpoint(int start) {
        if (!digit(text[start]) && text[start] != '[') {
            return false;
        }
        int stop = wordEnd(start);
        int port = addresses.parse(text, start, stop, scratch);
        if (port < 0 || port == stop) {
            return false;
        }
        for (int i = port; i < stop; i++) {
            if (!digit(text[i])) {
                return false;
            }
        }
        return true;
    }

    /** Returns the start of the text of the tracepoint, after {@code tcp_probe:}; -1 if there is none. */
    private int tracepoint(int from) {
        for (int index = from + 1; index + TRACEPOINT.length <= end; index++) {
            if (text[index] == 't'
                    && (blank(text[index - 1]) || text[index - 1] == ':')
                    && matches(index, TRACEPOINT)) {
                return index + TRACEPOINT.length;
            }
        }
        return -1;
    }

    private boolean matches(int index, byte[] expected) {
        for (int i = 0; i < expected.length; i++) {
            if (text[index + i] != expected[i]) {
                return false;
            }
        }
        return true;
    }

    private boolean readTrace(int from, int event, ProbeRecord into) {
        into.begin(RecordDialect.TRACE);
        if (!traceTime(from, event, into)) {
            return wrong("the time before tcp_probe: " + fault);
        }
        int start = at;
        for (int word = wordFrom(event); word < end; word = wordFrom(wordEnd(word))) {
            RecordField field = traced(word);
            if (field != null) {
                int stop = wordEnd(word);
                at = word + key(field).length() + 1;
                if (!read(field, into) || at != stop && !wrong("is followed by other characters")) {
                    at = start;
                    return wrong(key(field) + ": " + fault);
                }
            }
        }
        at = start;
        return wholeTrace(into);
    }

    /** Parses the time of a tracepoint: the word that ends with a colon before the event's name, "1207.110931:". */
    private boolean traceTime(int from, int event, ProbeRecord into) {
        int start = at;
        for (int word = wordFrom(from); word < event; word = wordFrom(wordEnd(word))) {
            int stop = wordEnd(word);
            at = word;
            if (digit(text[word]) && text[stop - 1] == ':' && time(into) && at == stop - 1) {
                at = start;
                return true;
            }
        }
        at = start;
        return wrong("is missing");
    }

    private static String key(RecordField field) {
        String key = field.traceKey();
        return key == null ? "" : key;
    }

    private @Nullable RecordField traced(int word) {
        for (RecordField field : TRACED) {
            String key = key(field);
            if (!key.isEmpty() && word + key.length() < end && text[word + key.length()] == '=' && starts(word, key)) {
                return field;
            }
        }
        return null;
    }

    private boolean starts(int word, String key) {
        for (int i = 0; i < key.length(); i++) {
            if (text[word + i] != key.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private boolean wholeTrace(ProbeRecord into) {
        for (RecordField field : TRACED) {
            boolean optional = field == RecordField.LENGTH || field == RecordField.COOKIE;
            if (!key(field).isEmpty() && !optional && !into.has(field)) {
                return wrong(key(field) + ": is missing");
            }
        }
        return true;
    }

    private boolean read(RecordField field, ProbeRecord into) {
        return switch (field.form()) {
            case TIME -> time(into);
            case END -> endpoint(field, into);
            case DECIMAL -> decimal(field.max()) && store(field, into);
            case HEX -> hex(field.max()) && store(field, into);
            case BARE_HEX -> digits(field.max()) && store(field, into);
        };
    }

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
        return at > start || wrong("is not a number");
    }

    private boolean hex(long max) {
        boolean prefixed = at + 1 < end && text[at] == '0' && (text[at + 1] | 0x20) == 'x';
        if (!prefixed) { // printf writes 0 without a prefix
            return decimal(0) || wrong("is not a hexadecimal number that begins with 0x");
        }
        at += 2;
        return digits(max);
    }

    private boolean digits(long max) {
        int start = at;
        long value = 0;
        for (int digit = hexDigit(at); digit >= 0; digit = hexDigit(++at)) {
            if (Long.compareUnsigned(value, max >>> 4) > 0) {
                return wrong("is greater than 0x" + Long.toHexString(max));
            }
            value = value << 4 | digit;
        }
        number = value;
        return at > start || wrong("is not a hexadecimal number");
    }

    private int hexDigit(int index) {
        return index < end ? Character.digit(text[index], 16) : -1;
    }

    private boolean time(ProbeRecord into) {
        if (!decimal(MAX_SECONDS)) {
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
                return wrong("does not have a fraction of 1 to 9 digits");
            }
        }
        into.set(RecordField.TIME, seconds * NANOS + fraction);
        return true;
    }

    private boolean endpoint(RecordField field, ProbeRecord into) {
        ProbeRecord.End endpoint = field == RecordField.LOCAL ? into.local : into.remote;
        int port = addresses.parse(text, at, end, endpoint);
        if (port < 0) {
            return wrong("is not an address with a port");
        }
        at = port;
        if (!decimal(0xffff)) {
            return false;
        }
        endpoint.port = (int) number;
        into.set(field, 0); // it is present; its value is in the endpoint
        return true;
    }
}
