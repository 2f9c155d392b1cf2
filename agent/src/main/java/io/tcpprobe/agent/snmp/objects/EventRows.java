package io.tcpprobe.agent.snmp.objects;

import io.tcpprobe.agent.events.Event;
import io.tcpprobe.agent.snmp.model.Column;
import io.tcpprobe.agent.snmp.model.NumberType;
import io.tcpprobe.agent.snmp.model.OctetType;
import io.tcpprobe.agent.snmp.model.TableRows;
import io.tcpprobe.kernel.flow.Verdict;
import io.tcpprobe.mibs.EventObject;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * Events as rows, in the order of their ids.
 *
 * @param events the events
 */
record EventRows(List<Event> events) implements TableRows {
    @Override
    public int size() {
        return events.size();
    }

    @Override
    public int index(int row, int[] arcs) {
        arcs[0] = (int) events.get(row).id();
        return 1;
    }

    /** Returns the column of an object. */
    static Column<EventRows> column(EventObject object) {
        return switch (object) {
            case RULE -> number(object, event -> event.rule().number());
            case SEVERITY -> number(object, event -> event.rule().severity().number());
            case SUBJECT_KIND -> number(object, event -> event.subject().kind().number());
            case SUBJECT -> text(object, event -> event.subject().name());
            case RAISED -> octets(object, event -> time(event.raised()));
            case VALUE -> number(object, Event::value);
            case THRESHOLD -> number(object, Event::threshold);
            case EVIDENCE -> text(object, Event::evidence);
            case VERDICT ->
                number(object, event -> event.verdict().orElse(Verdict.UNKNOWN).number());
            case ADVICE -> text(object, event -> event.rule().advice());
            case CLEARED -> octets(object, event -> time(event.cleared().orElse(Instant.EPOCH)));
        };
    }

    private static Column<EventRows> number(EventObject object, ToLongFunction<Event> value) {
        return Column.number(
                object.arc(), NumberType.of(object.syntax()), (rows, row) -> value.applyAsLong(rows.events.get(row)));
    }

    private static Column<EventRows> text(EventObject object, Function<Event, String> value) {
        return octets(object, event -> OctetType.ascii(value.apply(event)));
    }

    private static Column<EventRows> octets(EventObject object, Function<Event, byte[]> value) {
        return Column.octets(object.arc(), OctetType.OCTET_STRING, (rows, row) -> value.apply(rows.events.get(row)));
    }

    private static byte[] time(Instant time) {
        return FlowColumnFactory.dateAndTime(time.toEpochMilli());
    }
}
