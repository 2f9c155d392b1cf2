package io.tcpprobe.config;

import java.util.Locale;

/**
 * One thing that can be set. Declared once, in {@link Settings}, and projected from there to the configuration file, the
 * command line, the environment, JMX, SNMP and docs/settings.md.
 *
 * @param name the key, lower case, parts separated by dots
 * @param syntax which values are right
 * @param unit the value's unit
 * @param defaultText the default, as it would be typed
 * @param change when it may change
 * @param doc what it means, in one or two sentences
 * @param <T> the value's type
 */
public record Setting<T>(String name, Syntax<T> syntax, Unit unit, String defaultText, Change change, String doc) {
    /** When a setting may change. */
    public enum Change {
        /** At start and, through every connector, while the agent runs; kept over a restart. */
        LIVE,
        /** At start only. */
        AT_START
    }

    /** Whether the connectors may write it while the agent runs. */
    public boolean writable() {
        return change == Change.LIVE;
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
     * Reads a value of this setting.
     *
     * @throws BadSettingException if it is not right; the message says range and unit
     */
    public T parse(String text) throws BadSettingException {
        try {
            return syntax.parse(text);
        } catch (IllegalArgumentException bad) {
            throw new BadSettingException(
                    BadSettingException.Reason.VALUE,
                    new Problem("set", name, quote(text) + " " + bad.getMessage(), "give " + ruleWithUnit()));
        }
    }

    /** A wrong value as a problem may name it: a secret is not told, for it may be nearly right. */
    String quote(String text) {
        return syntax instanceof Syntax.Text kind && kind.secret() ? "the value" : Problem.quote(text);
    }

    /** What is right, with the unit: "0..86400000 milliseconds". */
    public String ruleWithUnit() {
        return unit == Unit.NONE ? syntax.rule() : syntax.rule() + " " + unit.label();
    }
}
