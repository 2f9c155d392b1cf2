package io.tcpprobe.agent.snmp;

import java.util.OptionalLong;
import org.snmp4j.smi.Integer32;
import org.snmp4j.smi.UnsignedInteger32;
import org.snmp4j.smi.Variable;

/** How a setting that is a number is sent. */
enum SettingForm {
    INTEGER32 {
        @Override
        Variable variable(long value) {
            return new Integer32((int) value);
        }

        @Override
        boolean isTypeOf(Variable variable) {
            return variable instanceof Integer32;
        }

        @Override
        OptionalLong number(Variable variable) {
            return OptionalLong.of(variable.toInt());
        }
    },
    /** true(1) is 1, false(2) is 0 (RFC 2579). */
    TRUTH_VALUE {
        @Override
        Variable variable(long value) {
            return new Integer32(value != 0 ? TRUE : FALSE);
        }

        @Override
        boolean isTypeOf(Variable variable) {
            return variable instanceof Integer32;
        }

        @Override
        OptionalLong number(Variable variable) {
            return switch (variable.toInt()) {
                case TRUE -> OptionalLong.of(1);
                case FALSE -> OptionalLong.of(0);
                default -> OptionalLong.empty();
            };
        }
    },
    UNSIGNED32 {
        @Override
        Variable variable(long value) {
            return new UnsignedInteger32(value);
        }

        @Override
        boolean isTypeOf(Variable variable) {
            return variable.getSyntax() == new UnsignedInteger32().getSyntax();
        }

        @Override
        OptionalLong number(Variable variable) {
            return OptionalLong.of(variable.toLong());
        }
    };

    private static final int TRUE = 1;
    private static final int FALSE = 2;

    /** The setting's value as it is sent. */
    abstract Variable variable(long value);

    /** Whether a value is of the right type. */
    abstract boolean isTypeOf(Variable variable);

    /** The setting's value that a value of the right type stands for; empty if for none. */
    abstract OptionalLong number(Variable variable);
}
