package io.tcpprobe.agent.snmp.objects;

import io.tcpprobe.agent.snmp.model.Column;
import io.tcpprobe.agent.snmp.model.NumberType;
import io.tcpprobe.agent.snmp.model.Table;
import io.tcpprobe.agent.snmp.model.TableRows;
import io.tcpprobe.kernel.proc.Counters;
import io.tcpprobe.kernel.proc.TcpCounters;
import io.tcpprobe.mibs.TcpMib;
import io.tcpprobe.mibs.TcpProbeMib;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.snmp4j.smi.OID;

/**
 * The kernel's counters without a standard object, .1.5.1 of TCPPROBE-MIB, indexed by name: all of TcpExt and MPTcpExt, and those
 * of Tcp that TCP-MIB does not have. Each value is in one of two columns, one for counters and one for gauges.
 */
public final class CounterTable implements Table<CounterTable.Named> {
    /** The index of the group Tcp, most of whose counters have standard objects. */
    private static final int TCP = 2;

    private static final Set<String> STANDARD =
            Arrays.stream(TcpMib.values()).map(TcpMib::counter).collect(Collectors.toUnmodifiableSet());

    private static final List<Column<Named>> COLUMNS = List.of(
            Column.number(TcpProbeMib.COUNTER_VALUE, NumberType.COUNTER64, Named::value)
                    .where((rows, row) -> rows.has(row) && !rows.isGauge(row)),
            Column.number(TcpProbeMib.COUNTER_GAUGE, NumberType.GAUGE32, Named::value)
                    .where((rows, row) -> rows.has(row) && rows.isGauge(row)));

    /** The position of a counter: its table index, the index of its group, and its place in the group. */
    private record Place(int[] index, int group, int place) {}

    /** The positions of all counters, in the order of their table indexes; valid while the kernel's names are the same. */
    private record Layout(List<List<String>> names, List<Place> places) {}

    /** The counters of one reading. */
    record Named(List<Counters> groups, List<Place> places) implements TableRows {
        @Override
        public int size() {
            return places.size();
        }

        @Override
        public int index(int row, int[] arcs) {
            int[] index = places.get(row).index;
            System.arraycopy(index, 0, arcs, 0, index.length);
            return index.length;
        }

        private boolean has(int row) {
            Place place = places.get(row);
            return groups.get(place.group).has(place.place);
        }

        private boolean isGauge(int row) {
            Place place = places.get(row);
            return groups.get(place.group).gauge(place.place).isPresent();
        }

        private long value(int row) {
            Place place = places.get(row);
            return groups.get(place.group).value(place.place);
        }
    }

    private final TcpCounters counters;
    private final OID entry;
    private volatile Layout layout = new Layout(List.of(), List.of());

    public CounterTable(TcpCounters counters, int[] entry) {
        this.counters = counters;
        this.entry = new OID(entry);
    }

    @Override
    public OID root() {
        return entry;
    }

    @Override
    public List<Column<Named>> columns() {
        return COLUMNS;
    }

    /** Returns the current counters; the first group wins if two have a counter of the same name. */
    @Override
    public Named rows() {
        List<Counters> groups = List.of(counters.tcpExt(), counters.mptcpExt(), counters.tcp());
        return new Named(groups, places(groups));
    }

    private List<Place> places(List<Counters> groups) {
        List<List<String>> names = groups.stream().map(Counters::names).toList();
        Layout known = layout;
        if (!known.names.equals(names)) {
            known = new Layout(names, sorted(names));
            layout = known;
        }
        return known.places;
    }

    private static List<Place> sorted(List<List<String>> names) {
        List<Place> places = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (int group = 0; group < names.size(); group++) {
            for (int place = 0; place < names.get(group).size(); place++) {
                String name = names.get(group).get(place);
                if ((group != TCP || !STANDARD.contains(name)) && seen.add(name)) {
                    places.add(new Place(index(name), group, place));
                }
            }
        }
        places.sort((one, other) -> Arrays.compareUnsigned(one.index, other.index));
        return List.copyOf(places);
    }

    /** Returns the index for a text: its length comes first, so SNMP sorts by length first. */
    private static int[] index(String name) {
        return TableRows.octetIndex(name.getBytes(StandardCharsets.US_ASCII));
    }
}
