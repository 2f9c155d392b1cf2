package io.tcpprobe.agent.snmp.security;

import io.tcpprobe.agent.snmp.model.View;
import org.snmp4j.agent.MOServer;
import org.snmp4j.agent.mo.snmp.VacmMIB;
import org.snmp4j.security.SecurityModels;
import org.snmp4j.smi.OctetString;

/** SNMP4J-Agent's VACM that also returns a whole view. */
public final class Vacm extends VacmMIB {
    public Vacm(MOServer server, SecurityModels models) {
        super(new MOServer[] {server}, models);
    }

    /** Returns the current view of this name; one that includes nothing if there is none. */
    public View view(OctetString name) {
        return new View(getViews(name));
    }
}
