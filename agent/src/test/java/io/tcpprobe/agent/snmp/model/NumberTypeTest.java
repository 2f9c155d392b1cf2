package io.tcpprobe.agent.snmp.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumberTypeTest {
    /** 4294967301 is 2^32 + 5, and -7 is the unsigned number 2^64 - 7. */
    @ParameterizedTest
    @CsvSource({
        "GAUGE32, 4294967301, 4294967295",
        "GAUGE32, -7, 4294967295",
        "GAUGE32, 4294967294, 4294967294",
        "COUNTER32, 4294967301, 5",
        "COUNTER32, -7, 4294967289",
        "ZERO_BASED_COUNTER32, 4294967301, 5",
        "TIME_TICKS, 4294967301, 5",
        "INTEGER32, 4294967301, 5",
        "COUNTER64, -7, -7"
    })
    void shouldFitNumbersInTheWayOfItsType(NumberType type, long value, long expected) {
        assertEquals(expected, type.variable(value).toLong());
    }
}
