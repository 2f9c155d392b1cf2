package io.tcpprobe.agent.snmp.objects;

import io.tcpprobe.agent.core.AgentFacts;
import io.tcpprobe.agent.flows.FlowSnapshotCache;
import io.tcpprobe.agent.snmp.model.Scalars;
import io.tcpprobe.agent.snmp.model.Subtree;
import io.tcpprobe.kernel.flow.FlowStatistic;
import io.tcpprobe.mibs.TcpProbeMib;
import io.tcpprobe.mibs.TcpProbeMib.About;
import org.snmp4j.smi.Counter32;
import org.snmp4j.smi.Counter64;
import org.snmp4j.smi.Gauge32;
import org.snmp4j.smi.Null;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.OctetString;
import org.snmp4j.smi.Variable;

/** Scalars about the agent (.1.2 of TCPPROBE-MIB) and the statistics of its source (.1.3). */
public final class AgentScalars {
    private AgentScalars() {}

    public static Subtree about(TcpProbeMib mib, AgentFacts facts, FlowSnapshotCache snapshots) {
        Scalars scalars = new Scalars(new OID(mib.base().then(1, 2).toArray()), snapshots::ready);
        for (About object : About.values()) {
            scalars.add(new OID(mib.about(object).toArray()), () -> value(object, facts, snapshots));
        }
        return scalars;
    }

    private static Variable value(About object, AgentFacts facts, FlowSnapshotCache snapshots) {
        return switch (object) {
            case SOURCE_NAME -> new OctetString(facts.sourceName());
            case SOURCE_REFUSED -> new OctetString(facts.sourcesRefused());
            case KERNEL_RELEASE -> new OctetString(facts.kernelRelease());
            case FLOW_COUNT -> new Gauge32(snapshots.current().flows().size());
            case SNAPSHOT_GENERATION -> new Counter32(snapshots.current().generation() & 0xffff_ffffL);
            case SNAPSHOT_AGE -> {
                snapshots.current(); // refreshes an expired snapshot: the age is that of the snapshot that answers
                yield new Gauge32(Math.min(snapshots.ageMillis(), 0xffff_ffffL));
            }
        };
    }

    public static Subtree statistics(TcpProbeMib mib, FlowSnapshotCache snapshots) {
        Scalars scalars = new Scalars(new OID(mib.base().then(1, 3).toArray()), snapshots::ready);
        for (FlowStatistic statistic : FlowStatistic.values()) {
            scalars.add(new OID(mib.statistic(statistic).toArray()), () -> value(statistic, snapshots));
        }
        return scalars;
    }

    private static Variable value(FlowStatistic statistic, FlowSnapshotCache snapshots) {
        Long counted = snapshots.current().statistics().get(statistic);
        if (counted == null) {
            return Null.noSuchInstance;
        }
        return TcpProbeMib.syntax(statistic).wide() ? new Counter64(counted) : new Gauge32(counted);
    }
}
