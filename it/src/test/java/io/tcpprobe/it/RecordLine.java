package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of /proc/net/tcpprobe, its 19 fields in their order. Units are those of the module's README.
 *
 * @param time seconds since the reader opened the file
 */
record RecordLine(
        BigDecimal time,
        String source,
        String destination,
        int length,
        long sndNxt,
        long sndUna,
        long cwnd,
        long ssthresh,
        long sndWnd,
        long srtt,
        long rttvar,
        long rto,
        long lost,
        long retrans,
        long inFlight,
        long frto,
        long rqueue,
        long wqueue,
        long socketIdf) {
    /** The length of a connection's last record. */
    static final int LAST = 65535;

    private static final String END = " ((?:\\d+\\.){3}\\d+:\\d+|\\[[0-9a-f:]+]:\\d+)";
    private static final Pattern LINE = Pattern.compile("(\\d+\\.\\d{9})" + END + END + " (\\d+)"
            + " (0|0x[0-9a-f]+)".repeat(2) + " (\\d+)".repeat(12) + " (0|0x[0-9a-f]+)");

    /** Parses all lines of a text. */
    static List<RecordLine> parseAll(String text) {
        return text.lines().map(RecordLine::parse).toList();
    }

    private static RecordLine parse(String line) {
        Matcher match = LINE.matcher(line);
        assertTrue(match.matches(), () -> "not a record: '" + line + "'");
        return new RecordLine(
                new BigDecimal(match.group(1)),
                match.group(2),
                match.group(3),
                Integer.parseInt(match.group(4)),
                Long.decode(match.group(5)),
                Long.decode(match.group(6)),
                Long.parseLong(match.group(7)),
                Long.parseLong(match.group(8)),
                Long.parseLong(match.group(9)),
                Long.parseLong(match.group(10)),
                Long.parseLong(match.group(11)),
                Long.parseLong(match.group(12)),
                Long.parseLong(match.group(13)),
                Long.parseLong(match.group(14)),
                Long.parseLong(match.group(15)),
                Long.parseLong(match.group(16)),
                Long.parseLong(match.group(17)),
                Long.parseLong(match.group(18)),
                Long.decode(match.group(19)));
    }
}
