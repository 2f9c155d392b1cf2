package io.tcpprobe.agent.snmp.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.snmp.security.Vacm;
import org.junit.jupiter.api.Test;
import org.snmp4j.agent.DefaultMOServer;
import org.snmp4j.agent.mo.snmp.StorageType;
import org.snmp4j.agent.mo.snmp.VacmMIB;
import org.snmp4j.security.SecurityModels;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.OctetString;

class ViewTest {
    private static final OctetString NAME = new OctetString("v");

    private final Vacm vacm = new Vacm(new DefaultMOServer(), new SecurityModels());

    private void add(String subtree, OctetString mask, int type) {
        vacm.addViewTreeFamily(NAME, new OID(subtree), mask, type, StorageType.permanent);
    }

    private void include(String subtree) {
        add(subtree, new OctetString(), VacmMIB.vacmViewIncluded);
    }

    private void exclude(String subtree) {
        add(subtree, new OctetString(), VacmMIB.vacmViewExcluded);
    }

    private boolean shows(String instance) {
        return vacm.view(NAME).shows(new OID(instance));
    }

    private View.Share below(String object) {
        return vacm.view(NAME).below(new OID(object));
    }

    @Test
    void shouldLetTheLongestSubtreeDecide() {
        include("1.3.6");
        exclude("1.3.6.1");
        include("1.3.6.1.5");
        assertTrue(shows("1.3.6.2.0"));
        assertFalse(shows("1.3.6.1.4.0"));
        assertTrue(shows("1.3.6.1.5.0"));
        assertFalse(shows("1.3.5.1.5.0"));
        assertEquals(View.Share.ALL, below("1.3.6.2"));
        assertEquals(View.Share.SOME, below("1.3.6.1"));
        assertEquals(View.Share.NONE, below("1.3.6.1.4"));
        assertEquals(View.Share.NONE, below("1.3.5"));
    }

    @Test
    void shouldMatchAnyNumberWhereTheMaskSaysSo() {
        add("1.3.6.1.4.0.9", OctetString.fromHexString("fb"), VacmMIB.vacmViewIncluded); // all but the sixth
        assertTrue(shows("1.3.6.1.4.77.9.1"));
        assertTrue(shows("1.3.6.1.4.0.9.1"));
        assertFalse(shows("1.3.6.1.4.77.8.1"));
        assertFalse(shows("1.3.6.1.5.77.9.1"));
        assertEquals(View.Share.ALL, below("1.3.6.1.4.77.9"));
        assertEquals(View.Share.NONE, below("1.3.6.1.4.77.8"));
    }
}
