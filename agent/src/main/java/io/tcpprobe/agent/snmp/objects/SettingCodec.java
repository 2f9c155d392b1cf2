package io.tcpprobe.agent.snmp.objects;

import org.snmp4j.smi.Variable;

/**
 * How a setting's value is sent and received.
 *
 * @param <T> the setting's type
 */
interface SettingCodec<T> {
    /** The setting's value as it is sent. */
    Variable variable(T value);

    /**
     * Checks what a SET brings against the object's SYNTAX; the setting's own range is checked afterwards.
     *
     * @return an error status of RFC 3416, 4.2.5: wrongType, wrongLength or wrongValue; 0 if it is right
     */
    int check(Variable variable);

    /** The setting's value for a variable that {@link #check} has found right. */
    T value(Variable variable);
}
