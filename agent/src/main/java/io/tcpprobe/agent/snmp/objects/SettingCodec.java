package io.tcpprobe.agent.snmp.objects;

import org.snmp4j.smi.Variable;

/**
 * Converts a setting's value to and from SNMP.
 *
 * @param <T> the setting's type
 */
interface SettingCodec<T> {
    /** Returns the value as an SNMP variable. */
    Variable variable(T value);

    /**
     * Checks the variable of a SET against the object's SYNTAX; the setting's own range is checked afterwards.
     *
     * @return an error status of RFC 3416, 4.2.5: wrongType, wrongLength or wrongValue; 0 if it is valid
     */
    int check(Variable variable);

    /** Returns the value of a variable that {@link #check} has accepted. */
    T value(Variable variable);
}
