package io.tcpprobe.agent.core;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.reflect.Array;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON (RFC 8259) on one line. Jolokia's own writer escapes some control characters wrongly, such as ESC, which names of processes
 * may contain.
 */
public final class JsonText {
    private static final String HEX = "0123456789abcdef";

    private JsonText() {}

    /** Returns a value as JSON, see {@link #write}. */
    public static String of(@Nullable Object value) {
        StringWriter text = new StringWriter();
        try {
            write(value, text);
        } catch (IOException impossible) {
            throw new UncheckedIOException("write to memory", impossible);
        }
        return text.toString();
    }

    /**
     * Writes a value.
     *
     * @param value a map (in the order of its iteration), a collection, an array, a number, a boolean, null, or anything else, whose text
     *     is written as a string. A number that is not finite becomes null
     */
    public static void write(@Nullable Object value, Writer out) throws IOException {
        switch (value) {
            case null -> out.write("null");
            case Map<?, ?> map -> writeMap(map, out);
            case Collection<?> all -> writeAll(all.iterator(), out);
            case Double number when !Double.isFinite(number) -> out.write("null");
            case Float number when !Float.isFinite(number) -> out.write("null");
            case Number number -> out.write(number.toString());
            case Boolean flag -> out.write(flag.toString());
            case Object array when array.getClass().isArray() -> writeAll(elements(array), out);
            case Object other -> writeText(other.toString(), out);
        }
    }

    private static void writeMap(Map<?, ?> map, Writer out) throws IOException {
        String before = "{";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            out.write(before);
            writeText(String.valueOf(entry.getKey()), out);
            out.write(':');
            write(entry.getValue(), out);
            before = ",";
        }
        out.write(map.isEmpty() ? "{}" : "}");
    }

    private static void writeAll(Iterator<?> all, Writer out) throws IOException {
        out.write('[');
        while (all.hasNext()) {
            write(all.next(), out);
            if (all.hasNext()) {
                out.write(',');
            }
        }
        out.write(']');
    }

    private static Iterator<?> elements(Object array) {
        return IntStream.range(0, Array.getLength(array))
                .mapToObj(index -> Array.get(array, index))
                .iterator();
    }

    private static void writeText(String text, Writer out) throws IOException {
        if (isPlain(text)) {
            out.write('"');
            out.write(text);
            out.write('"');
        } else {
            out.write(escaped(text));
        }
    }

    /** Appends a text as a string of JSON. */
    public static void append(String text, StringBuilder to) {
        if (isPlain(text)) {
            to.append('"').append(text).append('"');
        } else {
            to.append(escaped(text));
        }
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (mustEscape(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** All control characters: more than RFC 8259 asks for, but terminals obey all of them. */
    private static boolean mustEscape(char character) {
        return character == '"' || character == '\\' || Character.isISOControl(character);
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            switch (character) {
                case '"', '\\' -> escaped.append('\\').append(character);
                case '\n' -> escaped.append("\\n");
                case '\r' -> escaped.append("\\r");
                case '\t' -> escaped.append("\\t");
                default -> {
                    if (mustEscape(character)) {
                        escaped.append("\\u00")
                                .append(HEX.charAt(character >> 4))
                                .append(HEX.charAt(character & 15));
                    } else {
                        escaped.append(character);
                    }
                }
            }
        }
        return escaped.append('"').toString();
    }
}
