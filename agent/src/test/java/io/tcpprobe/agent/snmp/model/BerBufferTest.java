package io.tcpprobe.agent.snmp.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BerBufferTest {
    private final BerBuffer buffer = new BerBuffer();

    private String written() {
        return HexFormat.of().formatHex(buffer.toArray());
    }

    /** X.690, 8.3: two's complement, in as few bytes as possible. */
    @ParameterizedTest
    @CsvSource({
        "0, 020100",
        "127, 02017f",
        "128, 02020080",
        "-128, 020180",
        "-129, 0202ff7f",
        "32768, 0203008000",
        "2147483647, 02047fffffff",
        "-9223372036854775808, 02088000000000000000"
    })
    void shouldWriteNumbersShortly(long value, String expected) {
        buffer.number(2, value);
        assertEquals(expected, written());
    }

    @Test
    void shouldWriteUnsignedNumbersAsPositive() {
        buffer.unsigned(0x46, 0x8123_4567_89ab_cdefL);
        assertEquals("4609008123456789abcdef", written());
    }

    /** X.690, 8.1.3: up to 127 in one byte, else the number of the bytes that follow. */
    @ParameterizedTest
    @CsvSource({"127, 047f", "128, 048180", "255, 0481ff", "4660, 04821234", "66051, 0483010203"})
    void shouldWriteTheLengthInItsForm(int length, String expected) {
        buffer.octets(4, new byte[length]);
        assertEquals(expected, written().substring(0, expected.length()));
        assertEquals(expected.length() / 2 + length, buffer.size());
    }

    /** X.690, 8.19.2. */
    @ParameterizedTest
    @CsvSource({"127, 7f", "128, 8100", "16383, ff7f", "16385, 818001", "2097153, 81808001", "-1, 8fffffff7f"})
    void shouldWriteSubIdentifiers(int arc, String expected) {
        buffer.arc(arc);
        assertEquals(expected, written());
    }
}
