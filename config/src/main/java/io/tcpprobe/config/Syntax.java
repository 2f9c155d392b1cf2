package io.tcpprobe.config;

import java.net.InetSocketAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The text form of a setting's value, and the rule of valid values.
 *
 * @param <T> the value's type
 */
public sealed interface Syntax<T> {
    /**
     * Parses and checks a value.
     *
     * @throws IllegalArgumentException if the text is not a valid value; the message is a clause such as "is not a number"
     */
    T parse(String text);

    /**
     * Checks a value that is already typed, as {@link #parse} does.
     *
     * @throws IllegalArgumentException as {@link #parse}, and if {@link #parse} would not read the formatted value back
     */
    void check(T value);

    /** Formats a value so that {@link #parse} reads it back. */
    String format(T value);

    /** Returns the rule of valid values for display: "0..65535", "auto|bpf|diag". */
    String rule();

    /** Returns the text of a value for display; a secret is masked. */
    default String show(T value) {
        return format(value);
    }

    /**
     * A whole number in a range.
     *
     * @param min the minimum
     * @param max the maximum
     */
    record Whole(long min, long max) implements Syntax<Long> {
        @Override
        public Long parse(String text) {
            long value;
            try {
                value = Long.parseLong(text.strip());
            } catch (NumberFormatException _) {
                throw new IllegalArgumentException("is not a whole number");
            }
            check(value);
            return value;
        }

        @Override
        public void check(Long value) {
            if (value < min || value > max) {
                throw new IllegalArgumentException("is out of range");
            }
        }

        @Override
        public String format(Long value) {
            return Long.toString(value);
        }

        @Override
        public String rule() {
            return min + ".." + max;
        }
    }

    /**
     * One of a few words.
     *
     * @param words the valid words
     */
    record Choice(List<String> words) implements Syntax<String> {
        @Override
        public String parse(String text) {
            String word = text.strip();
            check(word);
            return word;
        }

        @Override
        public void check(String value) {
            if (!words.contains(value)) {
                throw new IllegalArgumentException("is not one of the choices");
            }
        }

        @Override
        public String format(String value) {
            return value;
        }

        @Override
        public String rule() {
            return String.join("|", words);
        }
    }

    /**
     * A text that matches a pattern.
     *
     * @param pattern what the whole text must match
     * @param rule the pattern in words, for display
     * @param secret true if the value must not be displayed
     */
    record Text(Pattern pattern, String rule, boolean secret) implements Syntax<String> {
        @Override
        public String parse(String text) {
            String value = text.strip();
            check(value);
            return value;
        }

        @Override
        public void check(String value) {
            if (!pattern.matcher(value).matches()) {
                throw new IllegalArgumentException("has the wrong form");
            }
            if (!value.equals(value.strip())) {
                throw new IllegalArgumentException("begins or ends with white space");
            }
        }

        @Override
        public String format(String value) {
            return value;
        }

        @Override
        public String show(String value) {
            return secret && !value.isEmpty() ? "(set)" : value;
        }
    }

    /** The path of a folder; empty means the default of the user who runs the program. */
    record Folder() implements Syntax<Path> {
        @Override
        public Path parse(String text) {
            try {
                return Path.of(text.strip());
            } catch (InvalidPathException bad) {
                throw new IllegalArgumentException("is not a path: " + bad.getReason());
            }
        }

        @Override
        public void check(Path value) {
            if (!value.toString().equals(value.toString().strip())) {
                throw new IllegalArgumentException("begins or ends with white space");
            }
        }

        @Override
        public String format(Path value) {
            return value.toString();
        }

        @Override
        public String rule() {
            return "a folder";
        }
    }

    /** Addresses to listen on: "host:port" separated by commas, IPv6 in brackets; none if empty. */
    record Listen() implements Syntax<List<InetSocketAddress>> {
        private static final String UNKNOWN_HOST = "names an unknown host";
        private static final Pattern ADDRESS = Pattern.compile("(?:\\[([^\\]]+)\\]|([^:\\[\\]]+)):(\\d{1,5})");

        @Override
        public List<InetSocketAddress> parse(String text) {
            if (text.isBlank()) {
                return List.of();
            }
            List<InetSocketAddress> addresses = new ArrayList<>();
            for (String part : text.split(",", -1)) {
                addresses.add(one(part.strip()));
            }
            return List.copyOf(addresses);
        }

        @Override
        public void check(List<InetSocketAddress> value) {
            if (value.stream().anyMatch(InetSocketAddress::isUnresolved)) {
                throw new IllegalArgumentException(UNKNOWN_HOST);
            }
        }

        private static InetSocketAddress one(String text) {
            var match = ADDRESS.matcher(text);
            if (!match.matches() || Integer.parseInt(match.group(3)) > 65535) {
                throw new IllegalArgumentException("is not host:port");
            }
            String host = match.group(1) != null ? match.group(1) : match.group(2);
            var address = new InetSocketAddress(host, Integer.parseInt(match.group(3)));
            if (address.isUnresolved()) {
                throw new IllegalArgumentException(UNKNOWN_HOST);
            }
            return address;
        }

        @Override
        public String format(List<InetSocketAddress> value) {
            return value.stream().map(AddressText::of).collect(Collectors.joining(","));
        }

        @Override
        public String rule() {
            return "host:port[,host:port...], IPv6 in brackets, empty = closed";
        }
    }
}
