package io.tcpprobe.agent.snmp.objects;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.mibs.Oid;
import io.tcpprobe.mibs.SettingObjects;
import io.tcpprobe.mibs.TcpProbeMib;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.snmp4j.mp.SnmpConstants;
import org.snmp4j.smi.Integer32;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.UnsignedInteger32;
import org.snmp4j.smi.Variable;
import org.snmp4j.smi.VariableBinding;

/** The errors of a SET, RFC 3416, 4.2.5. */
class SettingScalarsTest {
    private static final TcpProbeMib MIB = new TcpProbeMib(Oid.parse(Settings.SNMP_BASEOID.defaultText()));
    private static final OID PROBETIME =
            new OID(SettingObjects.of(Settings.PROBETIME, MIB).toArray());

    private final SettingStore store = new SettingStore(Map.of(), _ -> {});
    private final SettingScalars scalars = SettingScalars.sampler(store, MIB);

    private static VariableBinding binding(String below, Variable value) {
        return new VariableBinding(new OID(PROBETIME + below), value);
    }

    private int check(String below, Variable value) {
        return scalars.check(binding(below, value), "test");
    }

    @Test
    void shouldNameTheFirstFaultInTheOrderOfTheStandard() {
        assertEquals(SnmpConstants.SNMP_ERROR_SUCCESS, check(".0", new Integer32(17)));
        assertEquals(SnmpConstants.SNMP_ERROR_WRONG_TYPE, check(".0", new UnsignedInteger32(17)));
        assertEquals(SnmpConstants.SNMP_ERROR_WRONG_TYPE, check(".1", new UnsignedInteger32(17)));
        assertEquals(SnmpConstants.SNMP_ERROR_WRONG_VALUE, check(".0", new Integer32(-1)));
        assertEquals(SnmpConstants.SNMP_ERROR_WRONG_VALUE, check(".1", new Integer32(-1)));
    }

    @Test
    void shouldCreateNoOtherInstance() {
        for (String below : List.of("", ".1", ".0.0")) {
            assertEquals(SnmpConstants.SNMP_ERROR_NO_CREATION, check(below, new Integer32(17)), below);
        }
    }

    @Test
    void shouldReportThatAValueCouldNotBeSaved() {
        SettingScalars unsaved = SettingScalars.sampler(
                new SettingStore(Map.of(), _ -> {
                    throw new IOException("no space left");
                }),
                MIB);
        List<VariableBinding> bindings = List.of(binding(".0", new Integer32(17)));
        assertEquals(SnmpConstants.SNMP_ERROR_COMMIT_FAILED, unsaved.set(bindings, "test"));
        assertEquals(SnmpConstants.SNMP_ERROR_SUCCESS, scalars.set(bindings, "test"));
        assertEquals(17, store.get(Settings.PROBETIME));
    }
}
