package io.tcpprobe.agent.snmp.objects;

import io.tcpprobe.agent.core.RequestScope;
import io.tcpprobe.agent.events.Events;
import io.tcpprobe.agent.snmp.model.Column;
import io.tcpprobe.agent.snmp.model.Scalars;
import io.tcpprobe.agent.snmp.model.Subtree;
import io.tcpprobe.agent.snmp.model.Table;
import io.tcpprobe.mibs.EventObject;
import io.tcpprobe.mibs.TcpProbeMib;
import io.tcpprobe.mibs.TcpProbeMib.EventScalar;
import java.util.Arrays;
import java.util.List;
import org.snmp4j.smi.Counter32;
import org.snmp4j.smi.Gauge32;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.Variable;

/** The active events, .1.9.1.1 of TCPPROBE-MIB, indexed by their numbers. */
public final class EventTable implements Table<EventRows> {
    private static final long MAX_32 = 0xffff_ffffL;
    private static final List<Column<EventRows>> COLUMNS = Arrays.stream(EventObject.values())
            .filter(EventObject::readable)
            .map(EventRows::column)
            .toList();

    private final Events events;
    private final RequestScope requests;
    private final OID root;

    public EventTable(Events events, RequestScope requests, TcpProbeMib mib) {
        this.events = events;
        this.requests = requests;
        this.root = new OID(mib.eventEntry().toArray());
    }

    /** Returns the numbers of events: .1.9.2 to .1.9.4. */
    public static List<Subtree> scalars(Events events, TcpProbeMib mib) {
        return Arrays.stream(EventScalar.values())
                .<Subtree>map(object -> {
                    OID oid = new OID(mib.events(object).toArray());
                    return new Scalars(oid).add(oid, () -> value(object, events.state()));
                })
                .toList();
    }

    private static Variable value(EventScalar object, Events.State state) {
        return switch (object) {
            case ACTIVE -> new Gauge32(state.active().size());
            case RAISED -> new Counter32(state.raised() & MAX_32);
            case SUPPRESSED -> new Counter32(state.suppressed() & MAX_32);
        };
    }

    @Override
    public OID root() {
        return root;
    }

    @Override
    public List<Column<EventRows>> columns() {
        return COLUMNS;
    }

    @Override
    public EventRows rows() {
        return requests.once(this, () -> new EventRows(events.state().active()));
    }
}
