package io.tcpprobe.kernel.records;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.kernel.flow.AddressType;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Lines and records for tests. */
final class Lines {
    /** As tcp_probe_plus printed it before Linux 3.15, in milliseconds. */
    static final String CAPTURED =
            "2.178670575 10.160.229.127:22 10.2.146.10:65221 80 0x3d58a46e 0x3d58a46e 6 2147483647"
                    + " 524280 43 53 255 0 0 0 0 0 0 0x3d58a44e";

    /** As logged by a script: a Python list, after a wall-clock time. */
    static final String LOGGED =
            "['2015-02-18 08:40:49', '0.022445631', '10.102.137.40:7103', '10.61.181.23:21221', '501',"
                    + " '0x34876069', '0x34876069', '10', '2147483647', '35328', '11000', '25000', '111000', '0', '0', '0', '0',"
                    + " '0', '0', '0x34876069']";

    private Lines() {}

    /** A record of this line, which must be right. */
    static ProbeRecord parse(String line) {
        return parse(line, null);
    }

    /** A record of this line of a dialect, which must be right. */
    static ProbeRecord parse(String line, @Nullable RecordDialect dialect) {
        ProbeRecord record = new ProbeRecord();
        RecordParser parser = new RecordParser(dialect);
        byte[] bytes = line.getBytes(ISO_8859_1);
        assertTrue(parser.parse(bytes, 0, bytes.length, record), () -> line + ": " + parser.fault());
        return record;
    }

    /** The line of a record, without its line feed. */
    static String print(ProbeRecord record) {
        LineText text = new LineText();
        RecordLine.write(record, text);
        return text.toString().stripTrailing();
    }

    /** A record whose every field is any right value. */
    static ProbeRecord any(Random random) {
        ProbeRecord record = new ProbeRecord();
        for (RecordField field : RecordField.TCP_PROBE_PLUS) {
            long any = random.nextLong() >>> random.nextInt(Long.SIZE);
            record.set(field, field.max() == -1 ? any : any & field.max());
        }
        record.set(RecordField.TIME, random.nextLong(1L << 60));
        anyEnd(random, record.local);
        anyEnd(random, record.remote);
        return record;
    }

    private static void anyEnd(Random random, ProbeRecord.End end) {
        long mask = random.nextBoolean() ? -1 : 0xffff_0000_0000_ffffL; // runs of zeros, too
        switch (random.nextInt(3)) {
            case 0 -> end.set(AddressType.IPV4, 0, random.nextLong() & 0xffff_ffffL, 0);
            case 1 -> end.set(AddressType.IPV6, random.nextLong() & mask, random.nextLong() & mask, 0);
            default ->
                end.set(AddressType.IPV6Z, random.nextLong() & mask, random.nextLong(), 1 + random.nextInt(1 << 30));
        }
        end.port = random.nextInt(1 << 16);
    }
}
