package io.tcpprobe.agent.snmp.engine;

import io.tcpprobe.agent.snmp.model.Scalars;
import io.tcpprobe.agent.snmp.model.Subtree;
import java.util.List;
import org.snmp4j.agent.mo.DefaultMOFactory;
import org.snmp4j.agent.mo.snmp.SNMPv2MIB;
import org.snmp4j.agent.mo.snmp.SnmpMpdMib;
import org.snmp4j.event.CounterEvent;
import org.snmp4j.event.CounterListener;
import org.snmp4j.mp.CounterSupport;
import org.snmp4j.mp.SnmpConstants;
import org.snmp4j.smi.Counter32;
import org.snmp4j.smi.OID;

/**
 * Counts the engine's events: the group snmp of SNMPv2-MIB (RFC 3418), the statistics of SNMP-MPD-MIB (RFC 3412) and usmStats of
 * SNMP-USER-BASED-SM-MIB (RFC 3414, 5). The library's own counters lose events that threads count concurrently, and it has no
 * usmStats without its user tables. Thread-safe.
 */
public final class SnmpCounters implements CounterListener {
    private static final OID USM_STATS = new OID("1.3.6.1.6.3.15.1.1");
    private static final List<OID> USM = List.of(
            SnmpConstants.usmStatsUnsupportedSecLevels,
            SnmpConstants.usmStatsNotInTimeWindows,
            SnmpConstants.usmStatsUnknownUserNames,
            SnmpConstants.usmStatsUnknownEngineIDs,
            SnmpConstants.usmStatsWrongDigests,
            SnmpConstants.usmStatsDecryptionErrors);

    private final SNMPv2MIB system;
    private final SnmpMpdMib dispatching = new SnmpMpdMib(DefaultMOFactory.getInstance());
    private final long[] usm = new long[USM.size()];

    /** @param system the library's objects, which count the group snmp */
    public SnmpCounters(SNMPv2MIB system) {
        this.system = system;
    }

    @Override
    public synchronized void incrementCounter(CounterEvent event) {
        system.incrementCounter(event);
        dispatching.incrementCounter(event);
        int index = USM.indexOf(event.getOid());
        if (index >= 0) {
            event.setCurrentValue(new Counter32(++usm[index] & 0xffff_ffffL));
        }
    }

    /** Counts one event. */
    void count(OID counter) {
        incrementCounter(new CounterEvent(this, counter));
    }

    /** Registers for the events of a part of the library. */
    void listenTo(CounterSupport part) {
        part.addCounterListener(this);
    }

    /** Returns the objects of SNMP-MPD-MIB. */
    public SnmpMpdMib dispatching() {
        return dispatching;
    }

    /** Returns the objects of usmStats. */
    public Subtree usmStatistics() {
        Scalars scalars = new Scalars(USM_STATS);
        for (int i = 0; i < USM.size(); i++) {
            int index = i;
            OID object = new OID(USM.get(i));
            object.removeLast(); // the library's constants are instances
            scalars.add(object, () -> usm(index));
        }
        return scalars;
    }

    private synchronized Counter32 usm(int index) {
        return new Counter32(usm[index] & 0xffff_ffffL);
    }
}
