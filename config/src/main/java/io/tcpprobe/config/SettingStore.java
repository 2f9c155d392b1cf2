package io.tcpprobe.config;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The values of all settings, and the one path by which they change: check, keep, publish, tell. Readers never wait.
 */
public final class SettingStore {
    /** Keeps the changed values over a restart. */
    @FunctionalInterface
    public interface SettingPersistence {
        /**
         * Keeps these values, by key, as typed; all of them or, when it fails, none.
         *
         * @throws IOException if they cannot be kept
         */
        void keep(Map<String, String> saved) throws IOException;
    }

    private record Held(Object value, Origin origin) {}

    private final SettingPersistence keeper;
    private final List<Consumer<SettingChange>> listeners = new CopyOnWriteArrayList<>();
    private final Map<String, String> saved = new LinkedHashMap<>();
    private volatile Map<Setting<?>, Held> values;

    /**
     * A store of these values.
     *
     * @param texts the values given at start by where they come from, all of them right; defaults need not be given
     * @param keeper keeps what changes
     * @throws BadSettingException if a value is not right
     */
    public SettingStore(Map<Origin, Map<Setting<?>, String>> texts, SettingPersistence keeper)
            throws BadSettingException {
        this.keeper = keeper;
        Map<Setting<?>, Held> start = new HashMap<>();
        for (Setting<?> setting : Settings.ALL) {
            start.put(setting, new Held(setting.parse(setting.defaultText()), Origin.DEFAULT));
        }
        for (var given : new TreeMap<>(texts).entrySet()) { // in the order of precedence
            for (var entry : given.getValue().entrySet()) {
                start.put(entry.getKey(), new Held(entry.getKey().parse(entry.getValue()), given.getKey()));
            }
        }
        texts.getOrDefault(Origin.SAVED, Map.of()).forEach((setting, text) -> saved.put(setting.name(), text));
        values = Map.copyOf(start);
    }

    /** A setting's value. */
    @SuppressWarnings("unchecked") // a value was made by its own setting's parse
    public <T> T get(Setting<T> setting) {
        return (T) held(setting).value();
    }

    /** A setting's value as it would be typed. */
    public <T> String text(Setting<T> setting) {
        return setting.syntax().format(get(setting));
    }

    /** A setting's value as others may see it: like {@link #text}, but a secret is not told. */
    public <T> String shown(Setting<T> setting) {
        return setting.syntax().show(get(setting));
    }

    /** Where a setting's value comes from. */
    public Origin origin(Setting<?> setting) {
        return held(setting).origin();
    }

    private Held held(Setting<?> setting) {
        Held held = values.get(setting);
        if (held == null) {
            throw new IllegalArgumentException(setting.name() + " is not of the list of settings");
        }
        return held;
    }

    /**
     * Whether a change would be accepted; changes nothing. The first phase of a two-phase SET.
     *
     * @throws BadSettingException if it would not
     */
    public void check(Setting<?> setting, String text) throws BadSettingException {
        if (!setting.writable()) {
            throw new BadSettingException(
                    BadSettingException.Reason.READ_ONLY,
                    new Problem(
                            "set",
                            setting.name(),
                            "it changes at start only",
                            "give " + setting.name() + "=VALUE when the agent is started"));
        }
        setting.parse(text);
    }

    /** Changes one setting; see {@link #change(Map, String)}. */
    public void change(Setting<?> setting, String text, String who) throws BadSettingException {
        change(Map.of(setting, text), who);
    }

    /**
     * Changes settings, all or none: they are checked, kept on disk, published, and the listeners are told.
     *
     * @param changes values as typed
     * @param who the connector and the user, for the audit line
     * @throws BadSettingException if one of them is refused; nothing has changed then
     * @throws RuntimeException of a listener, after all listeners were told; the change is in force then
     */
    public synchronized void change(Map<Setting<?>, String> changes, String who) throws BadSettingException {
        Map<Setting<?>, Held> next = new HashMap<>(values);
        Map<String, String> toKeep = new LinkedHashMap<>(saved);
        List<SettingChange> told = new ArrayList<>();
        for (var entry : changes.entrySet()) {
            Setting<?> setting = entry.getKey();
            check(setting, entry.getValue());
            Object after = setting.parse(entry.getValue());
            toKeep.put(setting.name(), entry.getValue().strip());
            next.put(setting, new Held(after, Origin.SAVED));
            told.add(new SettingChange(setting, get(setting), after, who));
        }
        try {
            keeper.keep(toKeep);
        } catch (IOException failed) {
            throw new BadSettingException(
                    BadSettingException.Reason.NOT_KEPT,
                    new Problem(
                            "keep",
                            changes.keySet().stream().map(Setting::name).collect(Collectors.joining(",")),
                            Problem.cause(failed),
                            "make the state folder writable; nothing was changed"));
        }
        saved.putAll(toKeep);
        values = Map.copyOf(next);
        tell(told);
    }

    /**
     * Takes over a value that is in force already, because it was changed where this store does not see it: by sysctl, in the
     * kernel module. Not kept over a restart. Settings that change at start only are taken over, too.
     *
     * @param text the value as typed
     * @param who who says so, for the audit line
     * @throws BadSettingException if the value is not right here; nothing has changed then
     * @throws RuntimeException of a listener, after all listeners were told
     */
    public synchronized void adopt(Setting<?> setting, String text, String who) throws BadSettingException {
        Object after = setting.parse(text);
        Object before = get(setting);
        if (after.equals(before)) {
            return;
        }
        Map<Setting<?>, Held> next = new HashMap<>(values);
        next.put(setting, new Held(after, Origin.OUTSIDE));
        values = Map.copyOf(next);
        tell(List.of(new SettingChange(setting, before, after, who)));
    }

    /**
     * What has come of a reload.
     *
     * @param changed live settings that have another value now
     * @param needRestart settings that the file gives another value, which only a new start can put in force
     * @param overridden settings that the file gives another value, over which an {@link Origin} after the file wins
     */
    public record Reload(List<Setting<?>> changed, List<Setting<?>> needRestart, List<Setting<?>> overridden) {}

    /**
     * Puts another configuration file in force, all of it or nothing: live settings whose value is the default or the file's get
     * the new file's value, or the default where it has none. Nothing of it is kept over a restart, for the file is read then.
     *
     * @param file the values of the file as typed, of every setting that it names
     * @param who who had it reloaded, for the audit line
     * @throws BadSettingException if one of the values is not right; nothing has changed then
     * @throws RuntimeException of a listener, after all listeners were told; the change is in force then
     */
    public synchronized Reload reload(Map<Setting<?>, String> file, String who) throws BadSettingException {
        Map<Setting<?>, Held> next = new HashMap<>(values);
        List<SettingChange> told = new ArrayList<>();
        List<Setting<?>> needRestart = new ArrayList<>();
        List<Setting<?>> overridden = new ArrayList<>();
        for (Setting<?> setting : Settings.ALL) {
            String text = file.get(setting);
            Object after = setting.parse(text == null ? setting.defaultText() : text);
            Object before = get(setting);
            if (origin(setting).compareTo(Origin.FILE) > 0) {
                if (text != null && !after.equals(before)) {
                    overridden.add(setting);
                }
            } else if (setting.writable()) {
                next.put(setting, new Held(after, text == null ? Origin.DEFAULT : Origin.FILE));
                if (!after.equals(before)) {
                    told.add(new SettingChange(setting, before, after, who));
                }
            } else if (!after.equals(before)) {
                needRestart.add(setting);
            }
        }
        values = Map.copyOf(next);
        tell(told);
        return new Reload(
                told.stream().<Setting<?>>map(SettingChange::setting).toList(),
                List.copyOf(needRestart),
                List.copyOf(overridden));
    }

    /** Tells every listener, also when one of them fails: the change is in force. */
    private void tell(List<SettingChange> told) {
        RuntimeException failure = null;
        for (SettingChange change : told) {
            for (Consumer<SettingChange> listener : listeners) {
                try {
                    listener.accept(change);
                } catch (RuntimeException failed) {
                    if (failure == null) {
                        failure = failed;
                    } else {
                        failure.addSuppressed(failed);
                    }
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** Tells this listener of every change from now on, in the thread that changes, after the change is in force. */
    public void onChange(Consumer<SettingChange> listener) {
        listeners.add(listener);
    }
}
