package io.tcpprobe.agent.jmx;

import io.tcpprobe.agent.groups.FlowGroups;
import io.tcpprobe.agent.series.FlowWatches;
import io.tcpprobe.agent.series.SampleSeries;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import javax.management.ImmutableDescriptor;
import javax.management.JMX;
import javax.management.MBeanException;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.ReflectionException;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.SimpleType;
import org.jspecify.annotations.Nullable;

/**
 * {@code type=Watches}: begins and ends watches, and returns their samples. A watch costs the host little and ends by itself, so readers may
 * begin one.
 */
final class WatchesBean extends ReadMBean<List<SampleSeries.State>> {
    private static final Map<String, AttributeSpec<List<SampleSeries.State>>> ITEMS = Map.of(
            "All",
            new AttributeSpec<>(
                    "All", SampleSeriesType.STATES, "", "", "The watches there are.", SampleSeriesType::states));

    private final FlowWatches watches;

    /** Creates the MBean. */
    WatchesBean(FlowWatches watches) {
        super("Watches: every sample of a few flows.");
        this.watches = watches;
    }

    @Override
    List<SampleSeries.State> read() {
        return watches.all();
    }

    @Override
    Collection<AttributeSpec<List<SampleSeries.State>>> items(List<SampleSeries.State> reading) {
        return ITEMS.values();
    }

    @Override
    @Nullable
    AttributeSpec<List<SampleSeries.State>> item(List<SampleSeries.State> reading, String name) {
        return ITEMS.get(name);
    }

    @Override
    MBeanOperationInfo[] operations() {
        var watch = new MBeanParameterInfo("watch", "long", "The number of a watch.");
        return new MBeanOperationInfo[] {
            operation(
                    "watch",
                    "Begins to keep every sample of a flow, or of the flows of an endpoint or a group, those to come included;"
                            + " returns the number of the watch. It ends when it has not been read for watch.time.",
                    SimpleType.LONG,
                    new MBeanParameterInfo(
                            "what",
                            "java.lang.String",
                            "A flow id; ADDRESS:PORT, ADDRESS or :PORT; or a group: " + FlowGroups.FORMS + ".")),
            operation(
                    "series",
                    "Returns samples of a watch, at most " + FlowWatches.MAX_SAMPLES + ".",
                    SampleSeriesType.TYPE,
                    watch,
                    new MBeanParameterInfo(
                            "from", "long", "The number of the first sample: 0, or next of the call before.")),
            operation("unwatch", "Ends a watch and discards its samples.", SimpleType.VOID, watch)
        };
    }

    private static MBeanOperationInfo operation(
            String name, String doc, OpenType<?> type, MBeanParameterInfo... parameters) {
        return new MBeanOperationInfo(
                name,
                doc,
                parameters,
                type.equals(SimpleType.VOID) ? "void" : type.getClassName(),
                MBeanOperationInfo.INFO,
                new ImmutableDescriptor(new String[] {JMX.OPEN_TYPE_FIELD}, new Object[] {type}));
    }

    @Override
    public @Nullable Object invoke(String operation, @Nullable Object[] arguments, String[] signature)
            throws MBeanException, ReflectionException {
        return switch (operation) {
            case "watch" -> {
                expect(operation, arguments, 1);
                yield watch(String.valueOf(arguments[0]));
            }
            case "series" -> {
                expect(operation, arguments, 2);
                yield SampleSeriesType.of(
                        watches.read(number(operation, arguments[0]), number(operation, arguments[1])));
            }
            case "unwatch" -> {
                expect(operation, arguments, 1);
                watches.unwatch(number(operation, arguments[0]));
                yield null;
            }
            default -> throw noSuchOperation(operation);
        };
    }

    private long watch(String what) throws MBeanException {
        try {
            return watches.watch(what);
        } catch (IOException failed) {
            throw new MBeanException(failed, "watch " + what + ": " + failed.getMessage());
        }
    }

    private static void expect(String operation, @Nullable Object[] arguments, int count) {
        if (arguments.length != count) {
            throw new IllegalArgumentException("invoke " + operation + ": needs " + count + " arguments");
        }
    }

    private static long number(String operation, @Nullable Object given) {
        if (given instanceof Number number) {
            return number.longValue();
        }
        throw new IllegalArgumentException("invoke " + operation + ": '" + given + "' is not a whole number");
    }
}
