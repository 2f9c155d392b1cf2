package io.tcpprobe.agent.jmx;

import io.tcpprobe.agent.users.Caller;
import io.tcpprobe.config.BadSettingException;
import io.tcpprobe.config.Problem;
import io.tcpprobe.config.Setting;
import io.tcpprobe.config.SettingChange;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.SettingValue;
import io.tcpprobe.config.Settings;
import io.tcpprobe.config.Syntax;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.Attribute;
import javax.management.AttributeChangeNotification;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.Descriptor;
import javax.management.DynamicMBean;
import javax.management.ImmutableDescriptor;
import javax.management.InvalidAttributeValueException;
import javax.management.JMX;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanException;
import javax.management.MBeanInfo;
import javax.management.MBeanNotificationInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.NotificationBroadcasterSupport;
import javax.management.ObjectName;
import javax.management.ReflectionException;
import javax.management.RuntimeOperationsException;
import javax.management.openmbean.SimpleType;
import javax.management.openmbean.TabularData;
import org.jspecify.annotations.Nullable;

/**
 * {@code type=Settings}: every setting is an attribute, a Long if it is a whole number, else a String. Every change, by any
 * connector, is sent as an AttributeChangeNotification.
 */
final class SettingsBean extends NotificationBroadcasterSupport implements DynamicMBean {
    private static final String DESCRIBE = "describe";

    /** The author of a change that no connector has identified: a console that has attached to this JVM. */
    private static final String ATTACHED = "jmx";

    private final SettingStore store;
    private final Set<Setting<?>> used;
    private final ObjectName name;
    private final AtomicLong sequence = new AtomicLong();

    /**
     * Creates the MBean.
     *
     * @param used the settings that affect the active source
     * @param name the name it is registered under: the source of its notifications
     */
    SettingsBean(SettingStore store, Set<Setting<?>> used, ObjectName name) {
        super(new MBeanNotificationInfo(
                new String[] {AttributeChangeNotification.ATTRIBUTE_CHANGE},
                AttributeChangeNotification.class.getName(),
                "A setting was changed, through any connector."));
        this.store = store;
        this.used = Set.copyOf(used);
        this.name = name;
        store.follow(Settings.ALL, this::notifyChanged);
    }

    private void notifyChanged(SettingChange<?> change) {
        Setting<?> setting = change.setting();
        sendNotification(new AttributeChangeNotification(
                name,
                sequence.incrementAndGet(),
                System.currentTimeMillis(),
                setting.name() + " was changed by " + change.who(),
                setting.name(),
                type(setting).getClassName(),
                value(change.before()),
                value(change.after())));
    }

    private static SimpleType<?> type(Setting<?> setting) {
        return setting.syntax() instanceof Syntax.Whole ? SimpleType.LONG : SimpleType.STRING;
    }

    /** Returns a value as the attribute's value; a secret is not shown. */
    private static Object value(SettingValue<?> value) {
        return value.value() instanceof Long number ? number : value.shown();
    }

    @Override
    public Object getAttribute(String attribute) throws AttributeNotFoundException {
        Setting<?> setting = Settings.find(attribute)
                .orElseThrow(() -> new AttributeNotFoundException("read " + attribute + ": there is no such setting"));
        return value(store.value(setting));
    }

    @Override
    public AttributeList getAttributes(String[] attributes) {
        AttributeList values = new AttributeList(attributes.length);
        for (String attribute : attributes) {
            Settings.find(attribute)
                    .ifPresent(setting -> values.add(new Attribute(attribute, value(store.value(setting)))));
        }
        return values;
    }

    @Override
    public void setAttribute(Attribute attribute)
            throws AttributeNotFoundException, InvalidAttributeValueException, MBeanException {
        try {
            store.change(Settings.require(attribute.getName()), text(attribute), who());
        } catch (BadSettingException refused) {
            String why = String.valueOf(refused.getMessage());
            switch (refused.reason()) {
                case UNKNOWN, READ_ONLY -> throw new AttributeNotFoundException(why);
                case VALUE -> throw new InvalidAttributeValueException(why);
                case NOT_KEPT, BUSY -> throw new MBeanException(new IOException(why), why);
            }
        }
    }

    /**
     * Changes all of them or, if one is refused, none.
     *
     * @throws RuntimeOperationsException if one is refused; its message names the setting and the reason
     */
    @Override
    public AttributeList setAttributes(AttributeList attributes) {
        Set<String> names = new LinkedHashSet<>();
        List<SettingValue<?>> changes = new ArrayList<>();
        try {
            for (Attribute attribute : attributes.asList()) {
                Setting<?> setting = Settings.require(attribute.getName());
                setting.requireWritable();
                changes.add(setting.parse(text(attribute)));
                names.add(setting.name());
            }
            store.change(changes, who());
        } catch (BadSettingException refused) {
            String why = refused.getMessage() + "; no setting was changed";
            throw new RuntimeOperationsException(new IllegalArgumentException(why), why);
        }
        return getAttributes(names.toArray(String[]::new));
    }

    /** Returns the value as text: consoles pass a Long, an Integer or a String. */
    private static String text(Attribute attribute) throws BadSettingException {
        Object value = attribute.getValue();
        if (value == null) {
            throw new BadSettingException(
                    BadSettingException.Reason.VALUE,
                    new Problem(
                            "set",
                            attribute.getName(),
                            "null is not a value",
                            "give " + Settings.require(attribute.getName()).ruleWithUnit()));
        }
        return value.toString();
    }

    private static String who() {
        return Caller.current().orElse(ATTACHED);
    }

    @Override
    public TabularData invoke(String operation, @Nullable Object[] arguments, String[] signature)
            throws ReflectionException {
        if (!operation.equals(DESCRIBE) || arguments != null && arguments.length != 0) {
            throw ReadMBean.noSuchOperation(operation);
        }
        return SettingTable.of(store, used);
    }

    @Override
    public MBeanInfo getMBeanInfo() {
        var table = new ImmutableDescriptor(new String[] {JMX.OPEN_TYPE_FIELD}, new Object[] {SettingTable.TYPE});
        var describe = new MBeanOperationInfo(
                DESCRIBE,
                "All settings with value, default, range, unit and meaning.",
                new MBeanParameterInfo[0],
                TabularData.class.getName(),
                MBeanOperationInfo.INFO,
                table);
        return new MBeanInfo(
                getClass().getName(),
                "The settings of the agent.",
                Settings.ALL.stream().map(this::info).toArray(MBeanAttributeInfo[]::new),
                null,
                new MBeanOperationInfo[] {describe},
                getNotificationInfo(),
                new ImmutableDescriptor(JMX.IMMUTABLE_INFO_FIELD + "=false")); // origin changes
    }

    private MBeanAttributeInfo info(Setting<?> setting) {
        return new MBeanAttributeInfo(
                setting.name(),
                type(setting).getClassName(),
                setting.doc() + " " + capital(setting.ruleWithUnit()) + ".",
                true,
                setting.writable(),
                false,
                facts(setting));
    }

    private static String capital(String clause) {
        return clause.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + clause.substring(1);
    }

    private Descriptor facts(Setting<?> setting) {
        TreeMap<String, Object> facts = new TreeMap<>();
        facts.put(JMX.OPEN_TYPE_FIELD, type(setting));
        facts.put(JMX.DEFAULT_VALUE_FIELD, value(setting.defaultValue()));
        facts.put("units", setting.unit().label());
        facts.put("origin", store.origin(setting).label());
        facts.put("usedBySource", Boolean.toString(used.contains(setting)));
        switch (setting.syntax()) {
            case Syntax.Whole whole -> {
                facts.put(JMX.MIN_VALUE_FIELD, whole.min());
                facts.put(JMX.MAX_VALUE_FIELD, whole.max());
            }
            case Syntax.Choice choice -> facts.put(JMX.LEGAL_VALUES_FIELD, new TreeSet<>(choice.words()));
            case Syntax.Text _, Syntax.Folder _, Syntax.Listen _ ->
                facts.put("range", setting.syntax().rule());
        }
        return new ImmutableDescriptor(facts);
    }
}
