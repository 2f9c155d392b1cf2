package io.tcpprobe.agent.jmx;

import io.tcpprobe.agent.groups.FlowGroups;
import io.tcpprobe.agent.series.History;
import java.util.Collection;
import java.util.List;
import javax.management.ImmutableDescriptor;
import javax.management.JMX;
import javax.management.MBeanException;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.ReflectionException;
import javax.management.openmbean.ArrayType;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.CompositeDataSupport;
import javax.management.openmbean.CompositeType;
import javax.management.openmbean.OpenDataException;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.SimpleType;
import org.jspecify.annotations.Nullable;

/** {@code type=History}: values of each second of the recent past. */
final class HistoryBean extends ReadMBean<History> {
    private static final String HISTORY = "history";
    private static final String[] ITEMS = {"columns", "rows"};
    private static final CompositeType TYPE = type();

    private final History history;

    /** Creates the MBean. */
    HistoryBean(History history) {
        super("Values of each second of the recent past.");
        this.history = history;
    }

    private static CompositeType type() {
        try {
            return new CompositeType(
                    "History",
                    "Values over time.",
                    ITEMS,
                    new String[] {
                        "The names of the values of a row; the first is the time, in milliseconds since 1970.",
                        "The rows, the oldest first, each with the values that columns names; absent values are null."
                    },
                    new OpenType<?>[] {new ArrayType<>(1, SimpleType.STRING), new ArrayType<>(2, SimpleType.LONG)});
        } catch (OpenDataException wrong) {
            throw new IllegalStateException("the items of a history make no type", wrong);
        }
    }

    @Override
    History read() {
        return history;
    }

    @Override
    Collection<AttributeSpec<History>> items(History reading) {
        return List.of();
    }

    @Override
    @Nullable
    AttributeSpec<History> item(History reading, String name) {
        return null;
    }

    @Override
    MBeanOperationInfo[] operations() {
        return new MBeanOperationInfo[] {
            new MBeanOperationInfo(
                    HISTORY,
                    "Returns the values of the last history.minutes.",
                    new MBeanParameterInfo[] {
                        new MBeanParameterInfo(
                                "what",
                                "java.lang.String",
                                "host: the host's TCP counters; summary: numbers about all flows; flows: the busiest flows; a flow id;"
                                        + " or a group: " + FlowGroups.FORMS + ".")
                    },
                    CompositeData.class.getName(),
                    MBeanOperationInfo.INFO,
                    new ImmutableDescriptor(new String[] {JMX.OPEN_TYPE_FIELD}, new Object[] {TYPE}))
        };
    }

    @Override
    public Object invoke(String operation, @Nullable Object[] arguments, String[] signature)
            throws MBeanException, ReflectionException {
        if (!operation.equals(HISTORY)) {
            throw noSuchOperation(operation);
        }
        if (arguments.length != 1) {
            throw new IllegalArgumentException("invoke history: needs 1 argument");
        }
        History.Table table = history.of(String.valueOf(arguments[0]).strip());
        try {
            return new CompositeDataSupport(TYPE, ITEMS, new Object[] {
                table.columns().toArray(String[]::new), table.rows().toArray(Long[][]::new)
            });
        } catch (OpenDataException wrong) {
            throw new IllegalStateException("a history does not fit its type", wrong);
        }
    }
}
