package io.tcpprobe.kernel.records;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.test.Seed;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Records out of bytes that come in any portions. */
class RecordReaderTest {
    private final List<String> logged = new ArrayList<>();
    private final BadLines bad = new BadLines("read it", logged::add);

    /** Reads all records of a text that comes in portions of at most this many bytes. */
    private List<String> read(String text, int maxBytes) throws IOException {
        Random random = new Random(maxBytes);
        ByteArrayInputStream in = new ByteArrayInputStream(text.getBytes(ISO_8859_1));
        RecordReader reader = new RecordReader(
                (bytes, from, length) -> in.read(bytes, from, Math.min(length, 1 + random.nextInt(maxBytes))),
                null,
                bad);
        ProbeRecord record = new ProbeRecord();
        List<String> records = new ArrayList<>();
        do {
            while (reader.next(record)) {
                records.add(Lines.print(record));
            }
        } while (reader.fill() > 0);
        reader.end();
        return records;
    }

    @Test
    void shouldPutLinesTogetherFromPortionsOfAnySize() throws IOException {
        StringBuilder text = new StringBuilder();
        List<String> expected = new ArrayList<>();
        Random random = new Random(7);
        for (int i = 0; i < 997; i++) {
            expected.add(Lines.print(Lines.any(random)));
            text.append(expected.getLast()).append(i % 3 == 0 ? "\r\n" : "\n");
        }
        for (int maxBytes : new int[] {1, 7, 100, 512, 4096, 100_000}) {
            assertEquals(expected, read(text.toString(), maxBytes));
        }
        assertEquals(0, bad.count());
    }

    @Test
    void shouldNotAcceptATruncatedLastLine() throws IOException {
        String text = Lines.CAPTURED + "\n" + Lines.CAPTURED.substring(0, Lines.CAPTURED.length() - 2);
        assertEquals(List.of(Lines.CAPTURED), read(text, 50));
        assertEquals(List.of("read it: line 2: does not end with a line feed: it is cut off; skipped"), logged);
    }

    @Test
    void shouldPassOverCommentsAndEmptyLines() throws IOException {
        assertEquals(List.of(Lines.CAPTURED), read("# a comment\n\n  # another\n" + Lines.CAPTURED + "\n# cut", 50));
        assertEquals(0, bad.count());
    }

    @Test
    void shouldSkipABadLineAndReportItsNumberAndReason() throws IOException {
        String text =
                Lines.CAPTURED + "\nnonsense\n\n" + Lines.CAPTURED + "\n" + Lines.CAPTURED.substring(0, 70) + "\n";
        assertEquals(List.of(Lines.CAPTURED, Lines.CAPTURED), read(text, 33));
        assertEquals(
                List.of(
                        "read it: line 2: field 1, time: is not a number; skipped",
                        "read it: line 5: has 6 columns; expected are 19 or 16 (tcp_probe_plus) or 11 (tcp_probe); skipped"),
                logged);
        assertEquals(2, bad.count());
    }

    @Test
    void shouldSkipALineThatDoesNotEnd() throws IOException {
        String text = Lines.CAPTURED + "\n" + "9".repeat(300_000) + "\n" + Lines.CAPTURED + "\n";
        assertEquals(List.of(Lines.CAPTURED, Lines.CAPTURED), read(text, 5000));
        assertEquals(List.of("read it: line 2: is longer than 16384 bytes; skipped"), logged);
    }

    @Test
    void shouldNotLogEveryBadLine() throws IOException {
        assertEquals(List.of(), read("x\n".repeat(1234), 4096));
        assertEquals(1234, bad.count());
        assertEquals(12, logged.size(), logged::toString); // 10, the 100th, the 1000th
        assertTrue(logged.getLast().contains("line 1000:"), logged.getLast());
    }

    @Test
    void shouldSurviveGarbage() throws IOException {
        long seed = Seed.next();
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 200_000; i++) {
            text.append((char) (random.nextInt(40) == 0 ? '\n' : random.nextInt(256)));
        }
        read(text.toString(), 1000);
        assertFalse(logged.isEmpty(), () -> "seed " + seed);
    }
}
