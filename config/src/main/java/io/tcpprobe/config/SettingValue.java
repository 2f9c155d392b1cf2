package io.tcpprobe.config;

/**
 * A valid value of a setting, made by {@link Setting#parse}, {@link Setting#of} or {@link Setting#defaultValue}. It is never
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

    /** Returns the setting. */
    public Setting<T> setting() {
        return setting;
    }

    /** Returns the value. */
    public T value() {
        return value;
    }

    /** Returns the text of the value. */
    public String text() {
        return setting.syntax().format(value);
    }

    /** Returns the text for display: like {@link #text}, but a secret is masked. */
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
