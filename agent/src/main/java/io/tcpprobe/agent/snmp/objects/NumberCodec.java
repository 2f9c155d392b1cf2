package io.tcpprobe.agent.snmp.objects;

import org.snmp4j.asn1.BER;
import org.snmp4j.mp.SnmpConstants;
import org.snmp4j.smi.Integer32;
import org.snmp4j.smi.UnsignedInteger32;
import org.snmp4j.smi.Variable;

/** Converts a numeric setting to and from SNMP. */
enum NumberCodec implements SettingCodec<Long> {
    INTEGER32(BER.INTEGER) {
        @Override
        public Variable variable(Long value) {
            return new Integer32(value.intValue());
        }

        @Override
        public Long value(Variable variable) {
            return (long) variable.toInt();
        }
    },
    /** The setting's 1 is true(1), its 0 is false(2) (RFC 2579). */
    TRUTH_VALUE(BER.INTEGER) {
        @Override
        public Variable variable(Long value) {
            return new Integer32(value != 0 ? TRUE : FALSE);
        }

        @Override
        public int check(Variable variable) {
            int type = super.check(variable);
            if (type != SnmpConstants.SNMP_ERROR_SUCCESS) {
                return type;
            }
            return variable.toInt() == TRUE || variable.toInt() == FALSE
                    ? SnmpConstants.SNMP_ERROR_SUCCESS
                    : SnmpConstants.SNMP_ERROR_WRONG_VALUE;
        }

        @Override
        public Long value(Variable variable) {
            return variable.toInt() == TRUE ? 1L : 0L;
        }
    },
    UNSIGNED32(BER.GAUGE32) {
        @Override
        public Variable variable(Long value) {
            return new UnsignedInteger32(value);
        }

        @Override
        public Long value(Variable variable) {
            return variable.toLong();
        }
    };

    private static final int TRUE = 1;
    private static final int FALSE = 2;

    private final int tag;

    NumberCodec(int tag) {
        this.tag = tag;
    }

    @Override
    public int check(Variable variable) {
        return variable.getSyntax() == tag ? SnmpConstants.SNMP_ERROR_SUCCESS : SnmpConstants.SNMP_ERROR_WRONG_TYPE;
    }
}
