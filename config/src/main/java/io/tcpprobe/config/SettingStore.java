package io.tcpprobe.config;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The values of all settings, and the only path by which they change: check, keep, publish, notify. Readers never wait.
 *
 * <p>Listeners are called after the change is in force, in the order in which changes were made, and without the lock of this
 * store. As a rule the thread that changes calls them before its method returns. While another thread is calling them, or if a
 * listener makes the change, the method returns at once, and the thread that is calling listeners goes on with this change.
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

    private record Held(SettingValue<?> value, Origin origin) {}

    private final SettingPersistence keeper;
    private final ChangeDelivery delivery = new ChangeDelivery();
    private final Map<Setting<?>, SettingValue<?>> saved = new LinkedHashMap<>();
    private volatile Map<Setting<?>, Held> values;

    /**
     * A store of these values.
     *
     * @param given the values given at start by where they come from; defaults need not be given
     * @param keeper keeps what changes
     */
    public SettingStore(Map<Origin, ? extends Collection<? extends SettingValue<?>>> given, SettingPersistence keeper) {
        this.keeper = keeper;
        Map<Setting<?>, Held> start = new HashMap<>();
        for (Setting<?> setting : Settings.ALL) {
            start.put(setting, new Held(setting.defaultValue(), Origin.DEFAULT));
        }
        new TreeMap<>(given) // in the order of precedence
                .forEach((origin, all) -> all.forEach(value -> start.put(value.setting(), new Held(value, origin))));
        if (given.containsKey(Origin.SAVED)) {
            given.get(Origin.SAVED).forEach(value -> saved.put(value.setting(), value));
        }
        values = Map.copyOf(start);
    }

    /** A setting's value. */
    public <T> T get(Setting<T> setting) {
        return value(setting).value();
    }

    /** A setting's value, with its text. */
    @SuppressWarnings("unchecked") // a value is of its own setting's type
    public <T> SettingValue<T> value(Setting<T> setting) {
        return (SettingValue<T>) held(setting).value();
    }

    /** A setting's value as it would be typed. */
    public String text(Setting<?> setting) {
        return held(setting).value().text();
    }

    /** A setting's value as others may see it: like {@link #text}, but a secret is not shown. */
    public String shown(Setting<?> setting) {
        return held(setting).value().shown();
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

    /** Parses a text and changes one setting; see {@link #change(Collection, String)}. */
    public void change(Setting<?> setting, String text, String who) throws BadSettingException {
        setting.requireWritable();
        change(List.of(setting.parse(text)), who);
    }

    /**
     * Changes settings, all or none: they are kept on disk and published, and the listeners are notified.
     *
     * @param changes the new values; of two values of one setting the last one counts
     * @param who the connector and the user, for the audit line
     * @throws BadSettingException if one of them is refused; nothing has changed then
     * @throws RuntimeException of a listener, after all listeners were notified; the change is in force then
     */
    public void change(Collection<? extends SettingValue<?>> changes, String who) throws BadSettingException {
        delivery.deliver(keepAndPublish(changes, who));
    }

    private synchronized ChangeDelivery.Step keepAndPublish(Collection<? extends SettingValue<?>> changes, String who)
            throws BadSettingException {
        String names = changes.stream().map(value -> value.setting().name()).collect(Collectors.joining(","));
        requireRoom(names);
        Map<Setting<?>, Held> next = new HashMap<>(values);
        Map<Setting<?>, SettingValue<?>> toKeep = new LinkedHashMap<>(saved);
        List<SettingChange<?>> made = new ArrayList<>();
        for (SettingValue<?> after : lastOfEach(changes)) {
            after.setting().requireWritable();
            made.add(changed(after, who));
            toKeep.put(after.setting(), after);
            next.put(after.setting(), new Held(after, Origin.SAVED));
        }
        Map<String, String> texts = new LinkedHashMap<>();
        toKeep.forEach((setting, value) -> texts.put(setting.name(), value.text()));
        try {
            keeper.keep(texts);
        } catch (IOException failed) {
            throw new BadSettingException(
                    BadSettingException.Reason.NOT_KEPT,
                    new Problem(
                            "keep",
                            names,
                            Problem.cause(failed),
                            "make the state folder writable; nothing was changed"));
        }
        saved.putAll(toKeep);
        values = Map.copyOf(next);
        return delivery.add(made);
    }

    private static Collection<SettingValue<?>> lastOfEach(Collection<? extends SettingValue<?>> values) {
        Map<Setting<?>, SettingValue<?>> last = new LinkedHashMap<>();
        values.forEach(value -> last.put(value.setting(), value));
        return last.values();
    }

    private <T> SettingChange<T> changed(SettingValue<T> after, String who) {
        return new SettingChange<>(value(after.setting()), after, who);
    }

    private void requireRoom(String names) throws BadSettingException {
        if (delivery.full()) {
            throw new BadSettingException(
                    BadSettingException.Reason.BUSY,
                    new Problem(
                            "set",
                            names,
                            "the " + ChangeDelivery.MAX_PENDING
                                    + " changes before this one are not applied everywhere yet",
                            "try again later; nothing was changed"));
        }
    }

    /**
     * Takes over a value that is in force already, because it was changed where this store does not see it: by sysctl, in the
     * kernel module. Not kept over a restart. Settings that change at start only are taken over, too.
     *
     * @param who who changed it, for the audit line
     * @throws BadSettingException if too many changes are pending; nothing has changed then
     * @throws RuntimeException of a listener, after all listeners were notified
     */
    public void adopt(SettingValue<?> value, String who) throws BadSettingException {
        delivery.deliver(publishAdopted(value, who));
    }

    private synchronized ChangeDelivery.Step publishAdopted(SettingValue<?> after, String who)
            throws BadSettingException {
        requireRoom(after.setting().name());
        if (after.equals(held(after.setting()).value())) {
            return delivery.add(List.of());
        }
        List<SettingChange<?>> made = List.of(changed(after, who));
        Map<Setting<?>, Held> next = new HashMap<>(values);
        next.put(after.setting(), new Held(after, Origin.OUTSIDE));
        values = Map.copyOf(next);
        return delivery.add(made);
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
     * @param file the values of the file
     * @param who who had it reloaded, for the audit line
     * @throws BadSettingException if too many changes are pending; nothing has changed then
     * @throws RuntimeException of a listener, after all listeners were notified; the change is in force then
     */
    public Reload reload(Collection<? extends SettingValue<?>> file, String who) throws BadSettingException {
        Map<Setting<?>, SettingValue<?>> given = new HashMap<>();
        file.forEach(value -> given.put(value.setting(), value));
        List<SettingChange<?>> made = new ArrayList<>();
        List<Setting<?>> needRestart = new ArrayList<>();
        List<Setting<?>> overridden = new ArrayList<>();
        ChangeDelivery.Step step;
        synchronized (this) {
            requireRoom("the settings of the file");
            Map<Setting<?>, Held> next = new HashMap<>(values);
            for (Setting<?> setting : Settings.ALL) {
                boolean named = given.containsKey(setting);
                SettingValue<?> after = given.getOrDefault(setting, setting.defaultValue());
                boolean differs = !after.equals(held(setting).value());
                if (origin(setting).compareTo(Origin.FILE) > 0) {
                    if (named && differs) {
                        overridden.add(setting);
                    }
                } else if (setting.writable()) {
                    next.put(setting, new Held(after, named ? Origin.FILE : Origin.DEFAULT));
                    if (differs) {
                        made.add(changed(after, who));
                    }
                } else if (differs) {
                    needRestart.add(setting);
                }
            }
            values = Map.copyOf(next);
            step = delivery.add(made);
        }
        delivery.deliver(step);
        return new Reload(
                made.stream().<Setting<?>>map(SettingChange::setting).toList(),
                List.copyOf(needRestart),
                List.copyOf(overridden));
    }

    /**
     * Calls a listener for every change of some settings from now on.
     *
     * @param settings the settings whose changes it is called for
     * @param listener must not wait for another change to reach its listeners
     */
    public void follow(Collection<? extends Setting<?>> settings, Consumer<? super SettingChange<?>> listener) {
        delivery.follow(settings, listener);
    }

    /**
     * Handles the failures of listeners that no caller gets, because the change was delivered by another thread than its own.
     * Until there is a handler, they go to the thread's handler of uncaught exceptions.
     */
    public void onUnclaimedFailure(BiConsumer<SettingChange<?>, RuntimeException> handler) {
        delivery.unclaimed(handler);
    }
}
