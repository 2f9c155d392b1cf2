package io.tcpprobe.agent.http;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The origins (RFC 6454) through which a proxy serves the agent, from the setting {@code http.origins}.
 *
 * @param all the origins in lower case: "https://mon.example"
 */
public record Origins(Set<String> all) {
    private static final Pattern AROUND_NAME = Pattern.compile("^https?://|:\\d+$");

    /** Parses the setting's value: origins separated by commas. */
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

    /** Returns true if one of the origins has this host name. */
    boolean hasHost(String name) {
        return all.stream()
                .anyMatch(origin -> AROUND_NAME.matcher(origin).replaceAll("").equalsIgnoreCase(name));
    }
}
