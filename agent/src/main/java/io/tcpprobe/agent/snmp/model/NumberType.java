package io.tcpprobe.agent.snmp.model;

import io.tcpprobe.mibs.Smi;
import org.snmp4j.asn1.BER;
import org.snmp4j.smi.Counter32;
import org.snmp4j.smi.Counter64;
import org.snmp4j.smi.Gauge32;
import org.snmp4j.smi.Integer32;
import org.snmp4j.smi.TimeTicks;
import org.snmp4j.smi.Variable;

/** The numeric types of SNMP (RFC 2578, 7.1), and the conversion of the kernel's 64-bit numbers to them. */
public enum NumberType {
    /** The low 32 bits, signed. Also enumerations and TruthValue. */
    INTEGER32(BER.INTEGER) {
        @Override
        long fit(long value) {
            return (int) value;
        }

        @Override
        public Variable variable(long value) {
            return new Integer32((int) value);
        }
    },
    /** Also Unsigned32, which has the same encoding. Larger values are sent as the maximum. */
    GAUGE32(BER.GAUGE32) {
        @Override
        long fit(long value) {
            return Long.compareUnsigned(value, MAX_32) > 0 ? MAX_32 : value;
        }

        @Override
        public Variable variable(long value) {
            return new Gauge32(fit(value));
        }
    },
    /** Modulo 2^32. */
    COUNTER32(BER.COUNTER32) {
        @Override
        long fit(long value) {
            return value & MAX_32;
        }

        @Override
        public Variable variable(long value) {
            return new Counter32(fit(value));
        }
    },
    /** Modulo 2^32, but sent as Gauge32: ZeroBasedCounter32 is a Gauge32 in RMON2-MIB (RFC 4502). */
    ZERO_BASED_COUNTER32(BER.GAUGE32) {
        @Override
        long fit(long value) {
            return value & MAX_32;
        }

        @Override
        public Variable variable(long value) {
            return new Gauge32(fit(value));
        }
    },
    /** All 64 bits, unsigned. SNMPv1 cannot carry it. */
    COUNTER64(BER.COUNTER64) {
        @Override
        long fit(long value) {
            return value;
        }

        @Override
        public Variable variable(long value) {
            return new Counter64(value);
        }
    },
    /** Hundredths of a second, modulo 2^32. */
    TIME_TICKS(BER.TIMETICKS) {
        @Override
        long fit(long value) {
            return value & MAX_32;
        }

        @Override
        public Variable variable(long value) {
            return new TimeTicks(fit(value));
        }
    };

    private static final long MAX_32 = 0xffff_ffffL;

    private final int tag;

    NumberType(byte tag) {
        this.tag = tag;
    }

    /**
     * Returns the numeric type by which a type of SMIv2 is encoded.
     *
     * @throws IllegalArgumentException if the type is not numeric
     */
    public static NumberType of(Smi type) {
        return switch (type) {
            case INTEGER32, ENUMERATION, INET_ADDRESS_TYPE, TCP_STATE -> INTEGER32;
            case GAUGE32, UNSIGNED32, INET_PORT -> GAUGE32;
            case COUNTER32 -> COUNTER32;
            case ZERO_BASED_COUNTER32 -> ZERO_BASED_COUNTER32;
            case COUNTER64, ZERO_BASED_COUNTER64, GAUGE64 -> COUNTER64;
            case TIME_STAMP -> TIME_TICKS;
            case DATE_AND_TIME, DISPLAY_STRING, INET_ADDRESS, OCTET, TEXT ->
                throw new IllegalArgumentException(type + " is not a number");
        };
    }

    abstract long fit(long value);

    /** Returns the value as an SNMP4J variable. */
    public abstract Variable variable(long value);

    /** Writes the value as SNMP sends it. */
    public void encode(long value, BerBuffer to) {
        if (this == INTEGER32) {
            to.number(tag, fit(value));
        } else {
            to.unsigned(tag, fit(value));
        }
    }
}
