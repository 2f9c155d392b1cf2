package io.tcpprobe.agent.snmp;

import org.snmp4j.agent.MOServer;
import org.snmp4j.agent.mo.snmp.VacmMIB;
import org.snmp4j.security.SecurityModels;
import org.snmp4j.smi.OctetString;

/** SNMP4J-Agent's VACM, that gives a view as a whole, too. */
final class Vacm extends VacmMIB {
    Vacm(MOServer server, SecurityModels models) {
        super(new MOServer[] {server}, models);
    }

    /** The view of this name as it is now; one that shows nothing if there is none. */
    View view(OctetString name) {
        return new View(getViews(name));
    }
}
