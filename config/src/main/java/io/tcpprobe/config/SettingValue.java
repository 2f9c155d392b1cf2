package io.tcpprobe.config;

/**
 * A right value of a setting: made by {@link Setting#parse}, {@link Setting#of} or {@link Setting#defaultValue}, and never
 * parsed again.
 *
 * @param <T> the value's type
 */
public final class SettingValue<T> {
    private final Setting<T> setting;
    private final T value;

    SettingValue(Setting<T> setting, T value) {
        this.setting = setting;
        this.value = value;
    }

    /** The setting. */
    public Setting<T> setting() {
        return setting;
    }

    /** The value. */
    public T value() {
        return value;
    }

    /** The value as it would be typed. */
    public String text() {
        return setting.syntax().format(value);
    }

    /** The value as others may see it: like {@link #text}, but a secret is not shown. */
    public String shown() {
        return setting.syntax().show(value);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SettingValue<?> that && setting.equals(that.setting) && value.equals(that.value);
    }

    @Override
    public int hashCode() {
        return 31 * setting.hashCode() + value.hashCode();
    }

    @Override
    public String toString() {
        return setting.name() + "=" + shown();
    }
}
