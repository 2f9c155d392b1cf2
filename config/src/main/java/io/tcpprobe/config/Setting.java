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
        /** At start and, through every connector, while the agent runs; kept over a restart. */
        LIVE,
        /** At start only. */
        AT_START
    }

    /**
     * The scalar object that a setting has in SNMP.
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

    /** The declaration of a setting; {@link #doc} completes it. */
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
         * Begins a declaration: without unit, default and SNMP object, changed at start only.
         *
         * @param list gets the setting
         * @param name the key, lower case, parts separated by dots
         * @param syntax which values are right
         */
        Builder(Consumer<? super Setting<T>> list, SettingGroup group, String name, Syntax<T> syntax) {
            this.list = list;
            this.group = group;
            this.name = name;
            this.syntax = syntax;
        }

        /** The value's unit. */
        Builder<T> in(Unit valueUnit) {
            unit = valueUnit;
            return this;
        }

        /** The default, as it would be typed. */
        Builder<T> byDefault(String text) {
            defaultText = text;
            return this;
        }

        /** The connectors may change it while the agent runs. */
        Builder<T> live() {
            change = Change.LIVE;
            return this;
        }

        /** Its scalar object; see {@link ScalarObject}. */
        Builder<T> object(int arc, String descriptor) {
            scalar = new ScalarObject(arc, descriptor);
            return this;
        }

        /** The parts of the program that use it. */
        Builder<T> usedBy(SettingUser... parts) {
            users.addAll(Set.of(parts));
            return this;
        }

        /** Completes the setting with its meaning, in one or two sentences. */
        Setting<T> doc(String meaning) {
            Setting<T> setting = new Setting<>(this, meaning);
            list.accept(setting);
            return setting;
        }
    }

    /** The key: lower case, parts separated by dots. */
    public String name() {
        return name;
    }

    /** The section of docs/settings.md that lists it. */
    public SettingGroup group() {
        return group;
    }

    /** Which values are right. */
    public Syntax<T> syntax() {
        return syntax;
    }

    /** The value's unit. */
    public Unit unit() {
        return unit;
    }

    /** The default, as it would be typed. */
    public String defaultText() {
        return defaultText;
    }

    /** When it may change. */
    public Change change() {
        return change;
    }

    /** Its scalar object in SNMP, if it has one. */
    public Optional<ScalarObject> object() {
        return Optional.ofNullable(scalar);
    }

    /** The parts of the program that use it. */
    public Set<SettingUser> users() {
        return users;
    }

    /** What it means, in one or two sentences. */
    public String doc() {
        return doc;
    }

    /** Returns true if the connectors may write it while the agent runs. */
    public boolean writable() {
        return change == Change.LIVE;
    }

    /**
     * Checks that it is {@link #writable}.
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
                            "it changes at start only",
                            "give " + name + "=VALUE when the agent is started"));
        }
    }

    /**
     * The environment variable that sets it: {@code TCPPROBE_SNMP_LISTEN} for {@code snmp.listen}. That of {@code port} is
     * {@code TCPPROBE_PORT_FILTER}: what ends in PORT may be a variable that Kubernetes sets for a Service, see
     * {@link ServiceLinks}.
     */
    public String environmentName() {
        String key = name.equals("port") ? "port.filter" : name;
        return Settings.ENVIRONMENT_PREFIX + key.toUpperCase(Locale.ROOT).replace('.', '_');
    }

    /**
     * Parses a value of this setting.
     *
     * @throws BadSettingException if the text is not a right value; the message names range and unit
     */
    public SettingValue<T> parse(String text) throws BadSettingException {
        return parse(text, "set", name);
    }

    /** Like {@link #parse(String)}; the error names this step and object. */
    SettingValue<T> parse(String text, String step, String object) throws BadSettingException {
        try {
            return new SettingValue<>(this, syntax.parse(text));
        } catch (IllegalArgumentException bad) {
            throw refused(step, object, text, bad);
        }
    }

    /**
     * Checks a value that has its type already.
     *
     * @throws BadSettingException if it is not right; the message names range and unit
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

    /** The default, parsed. */
    public SettingValue<T> defaultValue() {
        return new SettingValue<>(this, syntax.parse(defaultText));
    }

    /**
     * This setting as one whose values are whole numbers.
     *
     * @throws IllegalStateException if they are not
     */
    @SuppressWarnings("unchecked") // Syntax.Whole is a Syntax<Long>
    public Setting<Long> whole() {
        if (syntax instanceof Syntax.Whole) {
            return (Setting<Long>) this;
        }
        throw new IllegalStateException(name + " is not a whole number");
    }

    /** A wrong value as an error message may quote it: a secret is not shown, since it may be nearly right. */
    String quote(String text) {
        return syntax instanceof Syntax.Text kind && kind.secret() ? "the value" : Problem.quote(text);
    }

    /** Which values are right, with the unit: "0..86400000 milliseconds". */
    public String ruleWithUnit() {
        return unit == Unit.NONE ? syntax.rule() : syntax.rule() + " " + unit.label();
    }

    @Override
    public String toString() {
        return name;
    }
}
