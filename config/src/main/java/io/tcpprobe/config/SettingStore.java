package io.tcpprobe.config;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The values of all settings. A change is checked, saved, published, and reported to the listeners. Readers never wait.
 *
 * <p>Listeners are called after the change is in force, in the order of the changes, without holding the lock of this store.
 * Normally the thread that makes a change calls them before its method returns. If another thread is calling listeners, or if a
 * listener makes the change, the method returns at once, and the thread that is calling listeners delivers this change too.
 */
public final class SettingStore {
    /** Saves changed values, so that they survive a restart. */
    @FunctionalInterface
    public interface SettingPersistence {
        /**
         * Saves these values, as text by key: all of them or, if it fails, none.
         *
         * @throws IOException if they cannot be saved
         */
        void keep(Map<String, String> saved) throws IOException;
    }

    private record Held(SettingValue<?> value, Origin origin) {}

    private final SettingPersistence persistence;
    private final ChangeDelivery delivery = new ChangeDelivery();
    private final Map<Setting<?>, SettingValue<?>> saved = new LinkedHashMap<>();
    private final AtomicLong busyRefusals = new AtomicLong();
    private volatile BiConsumer<Problem, Long> onBusy = (_, _) -> {};
    private volatile Map<Setting<?>, Held> values;

    /**
     * Creates a store.
     *
     * @param given the values given at start, by origin; defaults may be omitted
     * @param persistence saves changed values
     */
    public SettingStore(
            Map<Origin, ? extends Collection<? extends SettingValue<?>>> given, SettingPersistence persistence) {
        this.persistence = persistence;
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

    /** Returns the value of a setting. */
    public <T> T get(Setting<T> setting) {
        return value(setting).value();
    }

    /** Returns the value of a setting with its text. */
    @SuppressWarnings("unchecked") // a value is of its own setting's type
    public <T> SettingValue<T> value(Setting<T> setting) {
        return (SettingValue<T>) held(setting).value();
    }

    /** Returns the text of a setting's value. */
    public String text(Setting<?> setting) {
        return held(setting).value().text();
    }

    /** Returns the text of a setting's value for display: like {@link #text}, but a secret is masked. */
    public String shown(Setting<?> setting) {
        return held(setting).value().shown();
    }

    /** Returns the origin of a setting's value. */
    public Origin origin(Setting<?> setting) {
        return held(setting).origin();
    }

    private Held held(Setting<?> setting) {
        Held held = values.get(setting);
        if (held == null) {
            throw new IllegalArgumentException(setting.name() + " is not in the list of settings");
        }
        return held;
    }

    /** Parses a text and changes one setting; see {@link #change(Collection, String)}. */
    public void change(Setting<?> setting, String text, String who) throws BadSettingException {
        setting.requireWritable();
        change(List.of(setting.parse(text)), who);
    }

    /**
     * Changes settings, all or none: saves them, publishes them, and notifies the listeners.
     *
     * @param changes the new values; the last value of a setting counts
     * @param who the connector and the user, for the audit line
     * @throws BadSettingException if one of them is refused; no setting has changed then
     * @throws RuntimeException if a listener failed; all listeners have been notified and the change is in force then
     */
    public void change(Collection<? extends SettingValue<?>> changes, String who) throws BadSettingException {
        delivery.deliver(published(() -> keepAndPublish(changes, who)));
    }

    @FunctionalInterface
    private interface Publication {
        ChangeDelivery.Step publish() throws BadSettingException;
    }

    /** Publishes a step under the lock; a refusal because of pending steps is counted and reported after that, without it. */
    private ChangeDelivery.Step published(Publication publication) throws BadSettingException {
        try {
            synchronized (this) {
                return publication.publish();
            }
        } catch (BadSettingException refused) {
            if (refused.reason() == BadSettingException.Reason.BUSY) {
                onBusy.accept(refused.problem(), busyRefusals.incrementAndGet());
            }
            throw refused;
        }
    }

    private ChangeDelivery.Step keepAndPublish(Collection<? extends SettingValue<?>> changes, String who)
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
            persistence.keep(texts);
        } catch (IOException failed) {
            throw new BadSettingException(
                    BadSettingException.Reason.NOT_KEPT,
                    new Problem(
                            "save",
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
                                    + " changes before this one have not reached all listeners yet",
                            "try again later; nothing was changed"));
        }
    }

    /**
     * Adopts a value that is already in force because it was changed outside of this store, by sysctl in the kernel module. The
     * value is not saved. Settings that change at start only are adopted, too.
     *
     * @param who the author of the change, for the audit line
     * @throws BadSettingException if too many changes are pending; no setting has changed then
     * @throws RuntimeException if a listener failed; all listeners have been notified then
     */
    public void adopt(SettingValue<?> value, String who) throws BadSettingException {
        delivery.deliver(published(() -> publishAdopted(value, who)));
    }

    private ChangeDelivery.Step publishAdopted(SettingValue<?> after, String who) throws BadSettingException {
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
     * The result of a reload.
     *
     * @param changed live settings whose value has changed
     * @param needRestart settings whose new value in the file takes effect only after a restart
     * @param overridden settings whose new value in the file is overridden by a later {@link Origin}
     */
    public record Reload(List<Setting<?>> changed, List<Setting<?>> needRestart, List<Setting<?>> overridden) {}

    /**
     * Applies another configuration file, all of it or nothing. Live settings whose value is the default or the file's get the
     * new file's value, or the default if the file has none. The values are not saved: a restart reads the file.
     *
     * @param file the values of the file
     * @param who who requested the reload, for the audit line
     * @throws BadSettingException if too many changes are pending; no setting has changed then
     * @throws RuntimeException if a listener failed; all listeners have been notified and the change is in force then
     */
    public Reload reload(Collection<? extends SettingValue<?>> file, String who) throws BadSettingException {
        Map<Setting<?>, SettingValue<?>> given = new HashMap<>();
        file.forEach(value -> given.put(value.setting(), value));
        List<SettingChange<?>> made = new ArrayList<>();
        List<Setting<?>> needRestart = new ArrayList<>();
        List<Setting<?>> overridden = new ArrayList<>();
        delivery.deliver(published(() -> {
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
            return delivery.add(made);
        }));
        return new Reload(
                made.stream().<Setting<?>>map(SettingChange::setting).toList(),
                List.copyOf(needRestart),
                List.copyOf(overridden));
    }

    /**
     * Registers a listener for all future changes of some settings.
     *
     * @param settings the settings whose changes are reported
     * @param listener is called for each change; must not wait for the delivery of another change
     */
    public void follow(Collection<? extends Setting<?>> settings, Consumer<? super SettingChange<?>> listener) {
        delivery.follow(settings, listener);
    }

    /** Sets the handler of changes that are refused because too many are pending; it receives the number of refusals, too. */
    public void onBusy(BiConsumer<Problem, Long> handler) {
        onBusy = handler;
    }

    /**
     * Sets the handler of listener failures that no caller receives because another thread has delivered the change. Until it
     * is set, they are passed to the thread's handler of uncaught exceptions.
     */
    public void onUnclaimedFailure(BiConsumer<SettingChange<?>, RuntimeException> handler) {
        delivery.unclaimed(handler);
    }
}
