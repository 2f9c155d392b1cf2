package io.tcpprobe.kernel.diag;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A socket as {@code ss -tinema} of iproute2 6.1 printed it.
 *
 * @param columns state, queues, ends
 * @param words all that follows: "cwnd:10", "pacing_rate", "123bps"
 */
record SsLine(List<String> columns, List<String> words) {
    static List<SsLine> capture() throws IOException {
        List<SsLine> lines = new ArrayList<>();
        for (String line : Capture.text("ss-tinema.txt").split("\n", -1)) {
            List<String> words = Arrays.asList(line.split(" +", -1));
            if (words.size() > 5) {
                lines.add(new SsLine(words.subList(0, 5), words.subList(5, words.size())));
            }
        }
        return lines;
    }

    long cookie() {
        return Long.parseUnsignedLong(of("sk").orElseThrow(), 16);
    }

    /** Returns the value after "name:". */
    Optional<String> of(String name) {
        return words.stream()
                .filter(word -> word.startsWith(name + ":"))
                .map(word -> word.substring(name.length() + 1))
                .findFirst();
    }

    /** Returns the rate after "name", in bits per second. */
    Optional<String> rate(String name) {
        int at = words.indexOf(name);
        return at < 0 ? Optional.empty() : Optional.of(words.get(at + 1).replace("bps", ""));
    }
}
