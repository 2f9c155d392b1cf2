package io.tcpprobe.agent.snmp;

import io.tcpprobe.kernel.proc.Counters;
import io.tcpprobe.kernel.proc.HostCounters;
import io.tcpprobe.mibs.TcpMib;
import io.tcpprobe.mibs.TcpProbeMib;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snmp4j.smi.Counter64;
import org.snmp4j.smi.Null;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.Variable;
import org.snmp4j.smi.VariableBinding;

/**
 * The counters of the kernel that have no standard object, .1.5.1 of TCPPROBE-MIB, by their names: all of TcpExt and
 * MPTcpExt, and what Tcp has beyond TCP-MIB.
 */
final class CounterTable implements Subtree {
    /** The number of the group Tcp, most of which has standard objects. */
    private static final int TCP = 2;

    private static final Set<String> STANDARD =
            Arrays.stream(TcpMib.values()).map(TcpMib::counter).collect(Collectors.toUnmodifiableSet());

    /** Where a counter is: the number of its group, and its place in the group. */
    private record Place(int group, int place) {}

    /** Where every counter is, by instance, for as long as the kernel's names are the same. */
    private record Layout(List<List<String>> names, NavigableMap<OID, Place> places) {}

    private final HostCounters counters;
    private final int[] entry;
    private volatile Layout layout = new Layout(List.of(), new TreeMap<>());

    CounterTable(HostCounters counters, int[] entry) {
        this.counters = counters;
        this.entry = entry;
    }

    @Override
    public OID root() {
        return new OID(entry);
    }

    /** The groups whose counters are in the table; the first one wins where two have a counter of the same name. */
    private List<Counters> groups() {
        try {
            return List.of(counters.tcpExt(), counters.mptcpExt(), counters.tcp());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable); // SNMP4J-Agent logs it and answers genErr
        }
    }

    /** The places in the order of their instances: SNMP sorts by the length of a name first. */
    private NavigableMap<OID, Place> places(List<Counters> groups) {
        List<List<String>> names = groups.stream().map(Counters::names).toList();
        Layout known = layout;
        if (!known.names.equals(names)) {
            known = new Layout(names, new TreeMap<>());
            for (int group = 0; group < names.size(); group++) {
                for (int place = 0; place < names.get(group).size(); place++) {
                    String name = names.get(group).get(place);
                    if (group != TCP || !STANDARD.contains(name)) {
                        known.places.putIfAbsent(instance(name), new Place(group, place));
                    }
                }
            }
            layout = known;
        }
        return known.places;
    }

    private OID instance(String name) {
        byte[] octets = name.getBytes(StandardCharsets.US_ASCII);
        int[] index = new int[octets.length + 2];
        index[0] = TcpProbeMib.COUNTER_VALUE;
        index[1] = octets.length;
        for (int i = 0; i < octets.length; i++) {
            index[i + 2] = Byte.toUnsignedInt(octets[i]);
        }
        return new OID(entry, index);
    }

    @Override
    public Variable get(OID instance) {
        List<Counters> groups = groups();
        Place place = places(groups).get(instance);
        if (place != null) {
            return value(groups, place);
        }
        boolean column = instance.size() > entry.length && instance.get(entry.length) == TcpProbeMib.COUNTER_VALUE;
        return column ? Null.noSuchInstance : Null.noSuchObject;
    }

    @Override
    public @Nullable VariableBinding next(OID bound, boolean inclusive) {
        List<Counters> groups = groups();
        NavigableMap<OID, Place> places = places(groups);
        var found = inclusive ? places.ceilingEntry(bound) : places.higherEntry(bound);
        return found == null ? null : new VariableBinding(new OID(found.getKey()), value(groups, found.getValue()));
    }

    private static Variable value(List<Counters> groups, Place place) {
        return new Counter64(groups.get(place.group).value(place.place));
    }
}
