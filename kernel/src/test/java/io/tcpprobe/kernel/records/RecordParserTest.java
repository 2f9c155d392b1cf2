package io.tcpprobe.kernel.records;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.tcpprobe.kernel.flow.AddressType;
import io.tcpprobe.test.Seed;
import java.net.NetworkInterface;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines of /proc/net/tcpprobe, right and wrong. */
class RecordParserTest {
    private static final String REST = " 80 0x1 0x1 6 7 8 9 10 49 0 0 0 0 0 0 0x1";
    private static final String ENDS = " 10.0.0.1:22 10.0.0.2:65221";

    @Test
    void shouldReadEveryFieldOfACapturedLine() {
        ProbeRecord record = Lines.parse(Lines.CAPTURED);
        assertEquals(2_178_670_575L, record.timeNanos());
        assertEquals(AddressType.IPV4, record.local.type);
        assertEquals(0x0aa0e57fL, record.local.low); // 10.160.229.127
        assertEquals(22, record.local.port);
        assertEquals(0x0a02920aL, record.remote.low); // 10.2.146.10
        assertEquals(65221, record.remote.port);
        long[] numbers = {
            80, 0x3d58a46eL, 0x3d58a46eL, 6, 2147483647, 524280, 43, 53, 255, 0, 0, 0, 0, 0, 0, 0x3d58a44eL
        };
        for (int i = 0; i < numbers.length; i++) {
            RecordField field = RecordField.TCP_PROBE_PLUS.get(3 + i);
            assertEquals(numbers[i], record.value(field), field.label());
        }
        assertFalse(record.last());
    }

    @Test
    void shouldReadALoggedListWithAWallClock() {
        ProbeRecord record = Lines.parse(Lines.LOGGED);
        assertEquals(22_445_631L, record.timeNanos());
        assertEquals(7103, record.local.port);
        assertEquals(501, record.value(RecordField.LENGTH));
        assertEquals(111_000, record.value(RecordField.RTO));
        assertEquals(0x34876069L, record.value(RecordField.SOCKET_IDF));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2015-02-18 08:40:49 ",
                "2015-02-18T08:40:49.123Z ",
                "2015-02-18 08:40:49,123 ",
                "2015-02-18T08:40:49.123456+01:00 ",
                "Feb 18 08:40:49 host ",
                "[  12.345678] ",
                "192.0.2.7:514 said at ",
                " \t",
            })
    void shouldPassOverAWallClockInFront(String clock) {
        assertEquals(2_178_670_575L, Lines.parse(clock + Lines.CAPTURED).timeNanos());
    }

    @ParameterizedTest
    @ValueSource(strings = {",", "\t", ", ", "','"})
    void shouldReadColumnsBetweenOtherSeparators(String separator) {
        String line = Lines.CAPTURED.replace(" ", separator);
        assertEquals(Lines.CAPTURED, Lines.print(Lines.parse(separator.equals("','") ? "'" + line + "'" : line)));
    }

    @Test
    void shouldAcceptOnlyLinesOfTheSelectedDialect() {
        String sixteen = Lines.CAPTURED.replace(" 0 0 0x3d58a44e", "");
        assertEquals(RecordDialect.ORIGINAL, Lines.parse(sixteen).dialect());
        assertEquals(
                RecordDialect.ORIGINAL,
                Lines.parse(Lines.CAPTURED, RecordDialect.ORIGINAL).dialect());
        for (RecordDialect other : new RecordDialect[] {RecordDialect.TCPPROBE, RecordDialect.TCP_PROBE}) {
            RecordParser parser = new RecordParser(other);
            byte[] bytes = sixteen.getBytes(ISO_8859_1);
            assertFalse(parser.parse(bytes, 0, bytes.length, new ProbeRecord()));
            assertEquals(
                    "has 16 columns; expected are 19 or 16 (tcp_probe_plus) or 11 (tcp_probe), and of these only those of the"
                            + " dialect " + other.label(),
                    parser.fault());
        }
    }

    @Test
    void shouldReadAZoneByTheNameOfAnInterfaceOfThisHost() throws Exception {
        int number = NetworkInterface.getByName("lo").getIndex();
        ProbeRecord record = Lines.parse("0.1 [fe80::1%lo]:1 [fe80::2%nosuch0]:2" + REST);
        assertEquals(AddressType.IPV6Z, record.local.type);
        assertEquals(number, record.local.zone);
        assertEquals(AddressType.IPV6, record.remote.type);
    }

    @Test
    void shouldReadAListWithoutAWallClockAndWithDoubleQuotes() {
        String list = "[\"" + Lines.CAPTURED.replace(" ", "\", \"") + "\"]\r";
        assertEquals(Lines.CAPTURED, Lines.print(Lines.parse(list)));
    }

    @ParameterizedTest
    @CsvSource({
        "[2001:db8::1]:443, IPV6, 20010db800000000, 1, 0",
        "[::]:443, IPV6, 0, 0, 0",
        "[::1]:443, IPV6, 0, 1, 0",
        "[1::]:443, IPV6, 1000000000000, 0, 0",
        "[1:2:3:4:5:6:7:8]:443, IPV6, 1000200030004, 5000600070008, 0",
        "[2001:DB8:0:0::10.0.0.1]:443, IPV6, 20010db800000000, a000001, 0",
        "[fe80::1%3]:443, IPV6Z, fe80000000000000, 1, 3",
        "[::ffff:10.0.0.1]:443, IPV4, 0, a000001, 0",
        "[::ffff:a00:1]:443, IPV4, 0, a000001, 0",
        "255.255.255.255:443, IPV4, 0, ffffffff, 0",
    })
    void shouldReadAddresses(String end, AddressType type, String high, String low, int zone) {
        ProbeRecord.End read = Lines.parse("0.1 " + end + " 10.0.0.2:1" + REST).local;
        assertEquals(type, read.type);
        assertEquals(Long.parseUnsignedLong(high, 16), read.high);
        assertEquals(Long.parseUnsignedLong(low, 16), read.low);
        assertEquals(zone, read.zone);
        assertEquals(443, read.port);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|field 1, time: is missing",
                "x|field 1, time: is not a number",
                "1.|field 1, time: does not have a fraction of 1 to 9 digits",
                "1.0000000001|field 1, time: does not have a fraction of 1 to 9 digits",
                "99999999999.0|field 1, time: is greater than 9223372035",
                "1.5|field 2, local: is missing",
                "1.5 10.0.0.1|field 2, local: is not an address with a port",
                "1.5 10.0.0.256:1|field 2, local: is not an address with a port",
                "1.5 [1:2:3:4:5:6:7]:1|field 2, local: is not an address with a port",
                "1.5 [1:2:3:4:5:6:7:8:9]:1|field 2, local: is not an address with a port",
                "1.5 [1::2::3]:1|field 2, local: is not an address with a port",
                "1.5 [12345::]:1|field 2, local: is not an address with a port",
                "1.5 [::1:1|field 2, local: is not an address with a port",
                "1.5 10.0.0.1:65536|field 2, local: is greater than 65535",
                "1.5 A 65536 0x1 0x1 6 7 8 9 10|field 4, length: is greater than 65535",
                "1.5 A -1 0x1 0x1 6 7 8 9 10|field 4, length: is not a number",
                "1.5 A 1x 0x1 0x1 6 7 8 9 10|field 4, length: is followed by other characters",
                "1.5 A 1 17 0x1 6 7 8 9 10|field 5, snd_nxt: is not a hexadecimal number that begins with 0x",
                "1.5 A 1 0x1 0x100000000 6 7 8 9 10|field 6, snd_una: is greater than 0xffffffff",
                "1.5 A 1 0x1 0x1 4294967296 7 8 9 10|field 7, cwnd: is greater than 4294967295",
                "1.5 A 1 0x1|has 5 columns; expected are 19 or 16 (tcp_probe_plus) or 11 (tcp_probe)",
                "2015-02-18 A 1 0x1 0x1 6 7 8 9 10|field 1, time: is followed by other characters",
                "['1.5, |the list does not end with ]",
                "tcp_probe: src=1.2.3.4:5|field 1, time: is not a number",
                "x tcp_probe: src=1.2.3.4:5|the time before tcp_probe: is missing",
                "1.5: tcp_probe: src=1.2.3.4:5|dest: is missing",
                "1.5: tcp_probe: src=1.2.3.4|src: is not an address with a port",
                "1.5: tcp_probe: srtt=1x|srtt: is followed by other characters",
                "{|a member does not begin with a name",
                "{\"time\":1.5}|localAddress: is missing",
                "{\"time\":1.5|is not one whole JSON object",
                "{\"cwnd\":4294967296}|cwnd: is greater than 4294967295",
                "{\"cwnd\":-1}|cwnd: is not a number",
                "{\"state\":\"x\"}|state: is not a state of TCP",
                "{\"localAddress\":\"1.2.3\"}|localAddress: is not an address",
            })
    void shouldReportWhyALineIsWrong(String line, String why) {
        RecordParser parser = new RecordParser(null);
        byte[] bytes = line.replace(" A ", ENDS + " ").getBytes(ISO_8859_1);
        assertFalse(parser.parse(bytes, 0, bytes.length, new ProbeRecord()));
        assertEquals(why, parser.fault());
    }

    @Test
    void shouldRefuseLinesThatAreTooShortOrTooLong() {
        RecordParser parser = new RecordParser(null);
        String line = "1.5" + ENDS + REST;
        Lines.parse(line);
        for (String wrong : new String[] {line + " 7", "[" + line, line.substring(0, line.lastIndexOf(' '))}) {
            byte[] bytes = wrong.getBytes(ISO_8859_1);
            assertFalse(parser.parse(bytes, 0, bytes.length, new ProbeRecord()), wrong);
        }
    }

    @Test
    void shouldNeverFailUncheckedNorReadBeyondALineOfGarbage() {
        long seed = Seed.next();
        Random random = new Random(seed);
        RecordParser parser = new RecordParser(null);
        ProbeRecord record = new ProbeRecord();
        String alphabet = "0123456789abcdefx.:[]{}%'\"\\=, -T\t";
        for (int i = 0; i < 100_000; i++) {
            byte[] line = mutated(random, alphabet);
            int from = random.nextInt(line.length + 1);
            int to = from + random.nextInt(line.length - from + 1);
            if (parser.parse(line, random.nextBoolean() ? 0 : from, to, record)) {
                Lines.parse(Lines.print(record)); // what was taken for right is right
            } else {
                assertFalse(parser.fault().isEmpty(), "seed " + seed);
            }
        }
    }

    private static byte[] mutated(Random random, String alphabet) {
        String[] lines = {
            Lines.CAPTURED,
            Lines.LOGGED,
            "perf 1 [000] 1.5: tcp:tcp_probe: src=[::1]:1 dest=[::1]:2 snd_nxt=0x1 snd_una=0x1 srtt=7 sock_cookie=5a",
            "{\"time\":1.5,\"flow\":7,\"localAddress\":\"fe80::1%3\",\"localPort\":1,\"sampled\":5}"
        };
        byte[] line = lines[random.nextInt(lines.length)].getBytes(ISO_8859_1);
        for (int n = random.nextInt(4); n >= 0; n--) {
            line[random.nextInt(line.length)] = random.nextInt(4) == 0
                    ? (byte) random.nextInt(256)
                    : (byte) alphabet.charAt(random.nextInt(alphabet.length()));
        }
        return line;
    }
}
