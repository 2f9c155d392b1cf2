package io.tcpprobe.agent.http;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The origins (RFC 6454) through which a proxy serves us, of the setting {@code http.origins}.
 *
 * @param all "https://mon.example", in lower case
 */
public record Origins(Set<String> all) {
    private static final Pattern AROUND_NAME = Pattern.compile("^https?://|:\\d+$");

    /** Reads the setting's value: origins with commas between. */
    public static Origins parse(String setting) {
        return new Origins(Arrays.stream(setting.split(",", -1))
                .map(origin -> origin.strip().toLowerCase(Locale.ROOT))
                .filter(origin -> !origin.isEmpty())
                .collect(Collectors.toUnmodifiableSet()));
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    boolean has(String origin) {
        return all.contains(origin.toLowerCase(Locale.ROOT));
    }

    /** Whether one of them has this name of a host. */
    boolean hasHost(String name) {
        return all.stream()
                .anyMatch(origin -> AROUND_NAME.matcher(origin).replaceAll("").equalsIgnoreCase(name));
    }
}
