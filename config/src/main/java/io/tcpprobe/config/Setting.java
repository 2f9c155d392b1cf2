package io.tcpprobe.config;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A setting. It is declared once, as a constant of {@link Settings}; configuration file, command line, environment, JMX, SNMP
 * and docs/settings.md follow from the constant. Two settings are equal only if they are the same object.
 *
 * @param <T> the value's type
 */
public final class Setting<T> {
    /** When a setting may change. */
    public enum Change {
        /** At start and, through every connector, while the agent runs. Changes are saved and survive a restart. */
        LIVE,
        /** At start only. */
        AT_START
    }

    /**
     * The scalar object of a setting in SNMP.
     *
     * @param arc its arc below the subtree of the setting's group; it never changes
     * @param descriptor its name in the MIB module
     */
    public record ScalarObject(int arc, String descriptor) {}

    private final String name;
    private final SettingGroup group;
    private final Syntax<T> syntax;
    private final Unit unit;
    private final String defaultText;
    private final Change change;
    private final @Nullable ScalarObject scalar;
    private final Set<SettingUser> users;
    private final String doc;

    private Setting(Builder<T> declared, String doc) {
        this.name = declared.name;
        this.group = declared.group;
        this.syntax = declared.syntax;
        this.unit = declared.unit;
        this.defaultText = declared.defaultText;
        this.change = declared.change;
        this.scalar = declared.scalar;
        this.users = Set.copyOf(declared.users);
        this.doc = doc;
    }

    /** Builds a setting; {@link #doc} completes it. */
    static final class Builder<T> {
        private final Consumer<? super Setting<T>> list;
        private final SettingGroup group;
        private final String name;
        private final Syntax<T> syntax;
        private Unit unit = Unit.NONE;
        private String defaultText = "";
        private Change change = Change.AT_START;
        private @Nullable ScalarObject scalar;
        private final Set<SettingUser> users = EnumSet.noneOf(SettingUser.class);

        /**
         * Begins the declaration of a setting without unit, default and SNMP object, which changes at start only.
         *
         * @param list receives the setting
         * @param name the key, lower case, parts separated by dots
         * @param syntax the syntax and range of the values
         */
        Builder(Consumer<? super Setting<T>> list, SettingGroup group, String name, Syntax<T> syntax) {
            this.list = list;
            this.group = group;
            this.name = name;
            this.syntax = syntax;
        }

        /** Sets the unit of the value. */
        Builder<T> in(Unit valueUnit) {
            unit = valueUnit;
            return this;
        }

        /** Sets the default, as text. */
        Builder<T> byDefault(String text) {
            defaultText = text;
            return this;
        }

        /** Lets the connectors change it while the agent runs. */
        Builder<T> live() {
            change = Change.LIVE;
            return this;
        }

        /** Sets its scalar object; see {@link ScalarObject}. */
        Builder<T> object(int arc, String descriptor) {
            scalar = new ScalarObject(arc, descriptor);
            return this;
        }

        /** Sets the parts of the program that use it. */
        Builder<T> usedBy(SettingUser... parts) {
            users.addAll(Set.of(parts));
            return this;
        }

        /** Completes the setting with its description, in one or two sentences. */
        Setting<T> doc(String meaning) {
            Setting<T> setting = new Setting<>(this, meaning);
            list.accept(setting);
            return setting;
        }
    }

    /** Returns the key: lower case, parts separated by dots. */
    public String name() {
        return name;
    }

    /** Returns its group, the section of docs/settings.md that lists it. */
    public SettingGroup group() {
        return group;
    }

    /** Returns the syntax and range of the values. */
    public Syntax<T> syntax() {
        return syntax;
    }

    /** Returns the unit of the value. */
    public Unit unit() {
        return unit;
    }

    /** Returns the text of the default. */
    public String defaultText() {
        return defaultText;
    }

    /** Returns when it may change. */
    public Change change() {
        return change;
    }

    /** Returns its scalar object in SNMP, or empty if it has none. */
    public Optional<ScalarObject> object() {
        return Optional.ofNullable(scalar);
    }

    /** Returns the parts of the program that use it. */
    public Set<SettingUser> users() {
        return users;
    }

    /** Returns the description, in one or two sentences. */
    public String doc() {
        return doc;
    }

    /** Returns true if the connectors may write it while the agent runs. */
    public boolean writable() {
        return change == Change.LIVE;
    }

    /**
     * Requires that it is {@link #writable}.
     *
     * @throws BadSettingException if it is not
     */
    public void requireWritable() throws BadSettingException {
        if (!writable()) {
            throw new BadSettingException(
                    BadSettingException.Reason.READ_ONLY,
                    new Problem(
                            "set",
                            name,
                            "it can be set at start only",
                            "set " + name + "=VALUE when starting the agent"));
        }
    }

    /**
     * Returns the environment variable that sets it: {@code TCPPROBE_SNMP_LISTEN} for {@code snmp.listen}. That of {@code port}
     * is {@code TCPPROBE_PORT_FILTER}, because a name that ends in PORT may be a variable that Kubernetes sets for a Service;
     * see {@link ServiceLinks}.
     */
    public String environmentName() {
        String key = name.equals("port") ? "port.filter" : name;
        return Settings.ENVIRONMENT_PREFIX + key.toUpperCase(Locale.ROOT).replace('.', '_');
    }

    /**
     * Parses a value of this setting.
     *
     * @throws BadSettingException if the text is not a valid value; the message states range and unit
     */
    public SettingValue<T> parse(String text) throws BadSettingException {
        return parse(text, "set", name);
    }

    /** Parses a value as {@link #parse(String)} does; an error names this step and object. */
    SettingValue<T> parse(String text, String step, String object) throws BadSettingException {
        try {
            return new SettingValue<>(this, syntax.parse(text));
        } catch (IllegalArgumentException bad) {
            throw refused(step, object, text, bad);
        }
    }

    /**
     * Checks a value that is already typed.
     *
     * @throws BadSettingException if it is not valid; the message states range and unit
     */
    public SettingValue<T> of(T value) throws BadSettingException {
        try {
            syntax.check(value);
            return new SettingValue<>(this, value);
        } catch (IllegalArgumentException bad) {
            throw refused("set", name, syntax.format(value), bad);
        }
    }

    private BadSettingException refused(String step, String object, String text, IllegalArgumentException bad) {
        return new BadSettingException(
                BadSettingException.Reason.VALUE,
                new Problem(step, object, quote(text) + " " + bad.getMessage(), "give " + ruleWithUnit()));
    }

    /** Returns the default, parsed. */
    public SettingValue<T> defaultValue() {
        return new SettingValue<>(this, syntax.parse(defaultText));
    }

    /**
     * Returns this setting as a setting of whole numbers.
     *
     * @throws IllegalStateException if its values are not whole numbers
     */
    @SuppressWarnings("unchecked") // Syntax.Whole is a Syntax<Long>
    public Setting<Long> whole() {
        if (syntax instanceof Syntax.Whole) {
            return (Setting<Long>) this;
        }
        throw new IllegalStateException(name + " is not a whole number");
    }

    /** Quotes an invalid value for an error message. A secret is not shown: it may be nearly correct. */
    String quote(String text) {
        return syntax instanceof Syntax.Text kind && kind.secret() ? "the value" : Problem.quote(text);
    }

    /** Returns the rule of valid values with the unit: "0..86400000 milliseconds". */
    public String ruleWithUnit() {
        return unit == Unit.NONE ? syntax.rule() : syntax.rule() + " " + unit.label();
    }

    @Override
    public String toString() {
        return name;
    }
}
