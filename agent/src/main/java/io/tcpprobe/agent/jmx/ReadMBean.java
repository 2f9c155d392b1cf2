package io.tcpprobe.agent.jmx;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.DynamicMBean;
import javax.management.ImmutableDescriptor;
import javax.management.JMX;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanException;
import javax.management.MBeanInfo;
import javax.management.MBeanNotificationInfo;
import javax.management.MBeanOperationInfo;
import javax.management.ReflectionException;
import org.jspecify.annotations.Nullable;

/**
 * A read-only MBean. Attributes that are requested together come from one reading.
 *
 * @param <R> the data that is read at one moment
 */
abstract class ReadMBean<R> implements DynamicMBean {
    /** The last description, and the attributes that it is of. */
    private record Described<R>(Collection<AttributeSpec<R>> items, MBeanInfo info) {}

    private final String doc;
    private volatile @Nullable Described<R> described;

    /** Creates an MBean with this description. */
    ReadMBean(String doc) {
        this.doc = doc;
    }

    /**
     * Takes a reading.
     *
     * @throws IOException if the data cannot be read at present
     */
    abstract R read() throws IOException;

    /** Returns all attributes that the reading has. */
    abstract Collection<AttributeSpec<R>> items(R reading);

    /** Returns the attribute of this name, or null. */
    abstract @Nullable AttributeSpec<R> item(R reading, String name);

    @Override
    public final @Nullable Object getAttribute(String name) throws AttributeNotFoundException, MBeanException {
        R reading;
        try {
            reading = read();
        } catch (IOException failed) {
            throw new MBeanException(failed, "read " + name + ": " + failed.getMessage());
        }
        AttributeSpec<R> item = item(reading, name);
        if (item == null) {
            throw new AttributeNotFoundException("read " + name + ": there is no such attribute");
        }
        return item.value().of(reading);
    }

    @Override
    public final AttributeList getAttributes(String[] names) {
        R reading = readNow();
        AttributeList values = new AttributeList(names.length);
        for (String name : names) {
            AttributeSpec<R> item = item(reading, name);
            if (item != null) {
                values.add(new Attribute(name, item.value().of(reading)));
            }
        }
        return values;
    }

    /** Reads for methods that declare no exception: the MBean server wraps the unchecked one. */
    private R readNow() {
        try {
            return read();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public final void setAttribute(Attribute attribute) throws AttributeNotFoundException {
        throw new AttributeNotFoundException("set " + attribute.getName() + ": it is read only");
    }

    @Override
    public final AttributeList setAttributes(AttributeList attributes) {
        return new AttributeList(); // none was set
    }

    @Override
    public @Nullable Object invoke(String operation, @Nullable Object[] arguments, String[] signature)
            throws MBeanException, ReflectionException {
        throw noSuchOperation(operation);
    }

    static ReflectionException noSuchOperation(String operation) {
        return new ReflectionException(
                new NoSuchMethodException("invoke " + operation + ": there is no such operation"));
    }

    /** Returns the operations; none unless overridden. */
    MBeanOperationInfo[] operations() {
        return new MBeanOperationInfo[0];
    }

    /** Jolokia asks for it at each operation and each reading of all attributes. */
    @Override
    @SuppressWarnings("ReferenceEquality") // MBeans whose attributes do not change return the same collection
    public MBeanInfo getMBeanInfo() {
        Collection<AttributeSpec<R>> items = items(readNow());
        Described<R> known = described;
        if (known == null || known.items != items) {
            known = new Described<>(items, info(getClass(), doc, items, operations()));
            described = known;
        }
        return known.info;
    }

    static <R> MBeanInfo info(
            Class<?> type, String doc, Collection<AttributeSpec<R>> items, MBeanOperationInfo... operations) {
        return new MBeanInfo(
                type.getName(),
                doc,
                items.stream().map(AttributeSpec::info).toArray(MBeanAttributeInfo[]::new),
                null,
                operations,
                new MBeanNotificationInfo[0],
                new ImmutableDescriptor(JMX.IMMUTABLE_INFO_FIELD + "=false"));
    }
}
