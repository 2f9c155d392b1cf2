package io.tcpprobe.agent.jmx;

import io.tcpprobe.kernel.proc.Counters;
import io.tcpprobe.kernel.proc.HostGauge;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import javax.management.openmbean.SimpleType;
import org.jspecify.annotations.Nullable;

/**
 * Counters and gauges of the kernel, one attribute each, by their kernel names, including those that a newer kernel adds.
 * Counters are unsigned 64-bit numbers: a Long up to 2^63 - 1, a BigInteger beyond, so always exact. A value that the kernel does
 * not provide is null.
 */
final class CountersBean extends ReadMBean<Map<String, CountersBean.Counter>> {
    /**
     * A value.
     *
     * @param group the group that it belongs to
     * @param gauge its description if it is a gauge; empty for a counter
     * @param bits its value; null if the kernel does not provide it
     */
    record Counter(
            String group,
            Optional<HostGauge> gauge,
            @Nullable Long bits) {
        @Nullable
        Object value() {
            if (bits == null) {
                return null;
            }
            return gauge.isPresent() ? (Object) bits : exact(bits);
        }
    }

    private final Map<String, Supplier<Counters>> groups;
    private final Map<String, Counter> expected = new LinkedHashMap<>();

    /**
     * Creates an MBean for these groups.
     *
     * @param groups the groups by name; if two groups have a value of the same name, the first group's value is used
     */
    CountersBean(String doc, Map<String, Supplier<Counters>> groups) {
        super(doc);
        this.groups = new LinkedHashMap<>(groups);
    }

    /** Adds attributes of these names, whether the kernel provides them or not. */
    CountersBean expecting(String group, List<String> names) {
        names.forEach(name -> expected.put(name, new Counter(group, HostGauge.find(group, name), null)));
        return this;
    }

    @Override
    Map<String, Counter> read() {
        Map<String, Counter> all = new LinkedHashMap<>();
        groups.forEach((group, supplier) -> {
            Counters counters = supplier.get();
            for (int place = 0; place < counters.names().size(); place++) {
                all.putIfAbsent(
                        counters.names().get(place),
                        new Counter(group, counters.gauge(place), counters.has(place) ? counters.value(place) : null));
            }
        });
        expected.forEach(all::putIfAbsent);
        return all;
    }

    @Override
    List<AttributeSpec<Map<String, Counter>>> items(Map<String, Counter> reading) {
        List<AttributeSpec<Map<String, Counter>>> items = new ArrayList<>();
        reading.forEach((name, counter) -> items.add(item(name, counter)));
        return items;
    }

    @Override
    @Nullable
    AttributeSpec<Map<String, Counter>> item(Map<String, Counter> reading, String name) {
        Counter counter = reading.get(name);
        return counter == null ? null : item(name, counter);
    }

    private static AttributeSpec<Map<String, Counter>> item(String name, Counter counter) {
        String doc = counter.gauge()
                .map(gauge -> "The kernel's gauge " + counter.group() + " " + name + ": " + gauge.reason() + ".")
                .orElse("The kernel's counter " + counter.group() + " " + name + ".");
        String unit = counter.gauge().map(gauge -> gauge.unit().label()).orElse("");
        return new AttributeSpec<Map<String, Counter>>(name, SimpleType.LONG, unit, counter.group(), doc, reading -> {
                    Counter read = reading.get(name);
                    return read == null ? null : read.value();
                })
                .metric(counter.gauge().isPresent() ? AttributeSpec.Metric.GAUGE : AttributeSpec.Metric.COUNTER);
    }

    static Object exact(long bits) {
        return bits >= 0 ? (Object) bits : new BigInteger(Long.toUnsignedString(bits));
    }
}
