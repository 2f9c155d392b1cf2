package io.tcpprobe.agent.snmp.objects;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.snmp4j.mp.SnmpConstants;
import org.snmp4j.smi.Counter32;
import org.snmp4j.smi.Integer32;
import org.snmp4j.smi.OctetString;
import org.snmp4j.smi.UnsignedInteger32;
import org.snmp4j.smi.Variable;

/** RFC 3416, 4.2.5: a variable of another type is wrongType; of the right type with a value that the SYNTAX excludes, wrongValue. */
class NumberCodecTest {
    private static void check(int expected, NumberCodec codec, Variable variable) {
        assertEquals(expected, codec.check(variable), codec + " " + variable.getSyntaxString());
    }

    @Test
    void shouldRefuseAnotherTypeAsWrongType() {
        check(SnmpConstants.SNMP_ERROR_WRONG_TYPE, NumberCodec.UNSIGNED32, new Integer32(7));
        check(SnmpConstants.SNMP_ERROR_WRONG_TYPE, NumberCodec.UNSIGNED32, new Counter32(7));
        check(SnmpConstants.SNMP_ERROR_WRONG_TYPE, NumberCodec.INTEGER32, new UnsignedInteger32(7));
        check(SnmpConstants.SNMP_ERROR_WRONG_TYPE, NumberCodec.TRUTH_VALUE, new OctetString("1"));
        check(SnmpConstants.SNMP_ERROR_WRONG_TYPE, NumberCodec.TRUTH_VALUE, new UnsignedInteger32(7));
    }

    @Test
    void shouldRefuseInvalidTruthValues() {
        check(SnmpConstants.SNMP_ERROR_WRONG_VALUE, NumberCodec.TRUTH_VALUE, new Integer32(0));
        check(SnmpConstants.SNMP_ERROR_WRONG_VALUE, NumberCodec.TRUTH_VALUE, new Integer32(3));
        check(SnmpConstants.SNMP_ERROR_SUCCESS, NumberCodec.TRUTH_VALUE, new Integer32(1));
        check(SnmpConstants.SNMP_ERROR_SUCCESS, NumberCodec.TRUTH_VALUE, new Integer32(2));
    }

    @Test
    void shouldParseItsOwnMessages() {
        assertEquals(0L, NumberCodec.TRUTH_VALUE.value(new Integer32(2)));
        assertEquals(1L, NumberCodec.TRUTH_VALUE.value(new Integer32(1)));
        assertEquals(3_000_000_000L, NumberCodec.UNSIGNED32.value(new UnsignedInteger32(3_000_000_000L)));
        assertEquals(-5L, NumberCodec.INTEGER32.value(new Integer32(-5)));
    }
}
