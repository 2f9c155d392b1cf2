package io.tcpprobe.agent.snmp.security;

import io.tcpprobe.agent.snmp.model.View;
import java.util.function.Predicate;
import org.snmp4j.agent.MOServer;
import org.snmp4j.agent.mo.snmp.VacmMIB;
import org.snmp4j.security.SecurityModels;
import org.snmp4j.smi.OctetString;

/** SNMP4J-Agent's VACM that also returns a whole view, and knows contexts that come and go. */
public final class Vacm extends VacmMIB {
    private volatile Predicate<OctetString> contexts = _ -> false;

    public Vacm(MOServer server, SecurityModels models) {
        super(new MOServer[] {server}, models);
    }

    /** Sets what tells if there is a context of this name, besides the default one. */
    public void contexts(Predicate<OctetString> known) {
        contexts = known;
    }

    @Override
    public boolean hasContext(OctetString name) {
        return super.hasContext(name) || contexts.test(name);
    }

    /** Returns the current view of this name; one that includes nothing if there is none. */
    public View view(OctetString name) {
        return new View(getViews(name));
    }
}
