package io.tcpprobe.agent.snmp.objects;

import io.tcpprobe.agent.snmp.model.NumberType;
import io.tcpprobe.agent.snmp.model.Scalars;
import io.tcpprobe.agent.snmp.model.Subtree;
import io.tcpprobe.kernel.proc.Counters;
import io.tcpprobe.kernel.proc.TcpCounters;
import io.tcpprobe.mibs.TcpMib;
import java.util.Arrays;
import java.util.List;
import org.snmp4j.smi.Null;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.Variable;

/** The scalars of TCP-MIB, read from the counters of a network namespace. */
public final class TcpScalars {
    private TcpScalars() {}

    /** Returns one subtree per scalar: the tables of TCP-MIB lie between them. */
    public static List<Subtree> of(TcpCounters counters) {
        return Arrays.stream(TcpMib.values())
                .<Subtree>map(object -> {
                    OID id = new OID(object.oid().toArray());
                    return new Scalars(id).add(id, () -> value(counters, object));
                })
                .toList();
    }

    private static Variable value(TcpCounters counters, TcpMib object) {
        Counters tcp = counters.tcp();
        if (!tcp.has(object.counter())) {
            return Null.noSuchInstance;
        }
        return NumberType.of(object.syntax()).variable(tcp.value(object.counter()));
    }
}
