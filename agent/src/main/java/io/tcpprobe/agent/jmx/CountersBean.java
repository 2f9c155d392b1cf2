package io.tcpprobe.agent.jmx;

import io.tcpprobe.kernel.proc.Counters;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.management.openmbean.SimpleType;
import org.jspecify.annotations.Nullable;

/**
 * Counters of the kernel, one attribute each, by their names in the kernel; those that a newer kernel adds are there as well.
 * They are unsigned 64-bit numbers: up to 2^63 - 1 a Long, beyond that a BigInteger, so always exact.
 */
final class CountersBean extends ReadMBean<Map<String, CountersBean.Counter>> {
    /** MaxConn alone is signed: -1 = no limit. */
    private static final String SIGNED = "MaxConn";

    /**
     * A counter.
     *
     * @param group the group that has it
     * @param bits its value
     */
    record Counter(String group, long bits) {}

    /** One group of counters. */
    @FunctionalInterface
    interface Group {
        Counters read() throws IOException;
    }

    private final Map<String, Group> groups;

    /**
     * An MBean of these groups.
     *
     * @param groups the groups by name; of two counters with one name, the former group's is given
     */
    CountersBean(String doc, Map<String, Group> groups) {
        super(doc);
        this.groups = new LinkedHashMap<>(groups);
    }

    @Override
    Map<String, Counter> read() throws IOException {
        Map<String, Counter> all = new LinkedHashMap<>();
        for (var group : groups.entrySet()) {
            Counters counters = group.getValue().read();
            for (int place = 0; place < counters.names().size(); place++) {
                all.putIfAbsent(counters.names().get(place), new Counter(group.getKey(), counters.value(place)));
            }
        }
        return all;
    }

    @Override
    List<Item<Map<String, Counter>>> items(Map<String, Counter> reading) {
        List<Item<Map<String, Counter>>> items = new ArrayList<>();
        reading.forEach((name, counter) -> items.add(item(name, counter)));
        return items;
    }

    @Override
    @Nullable
    Item<Map<String, Counter>> item(Map<String, Counter> reading, String name) {
        Counter counter = reading.get(name);
        return counter == null ? null : item(name, counter);
    }

    private static Item<Map<String, Counter>> item(String name, Counter counter) {
        return new Item<>(
                name,
                SimpleType.LONG,
                "",
                counter.group(),
                "The kernel's counter " + counter.group() + " " + name + ".",
                _ -> name.equals(SIGNED) ? (Object) counter.bits() : exact(counter.bits()));
    }

    static Object exact(long bits) {
        return bits >= 0 ? (Object) bits : new BigInteger(Long.toUnsignedString(bits));
    }
}
