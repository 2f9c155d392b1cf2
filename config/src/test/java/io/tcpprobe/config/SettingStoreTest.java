package io.tcpprobe.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SettingStoreTest {
    private final List<Map<String, String>> kept = new ArrayList<>();
    private final List<SettingChange> told = new ArrayList<>();
    private final SettingStore store = store(values -> kept.add(new LinkedHashMap<>(values)));

    private static SettingStore store(SettingStore.SettingPersistence keeper) {
        return Configuration.read(null, Map.of(), List.of()).store(Map.of(), keeper);
    }

    private static Map<Setting<?>, String> both(String probetime, String full) {
        Map<Setting<?>, String> changes = new LinkedHashMap<>();
        changes.put(Settings.PROBETIME, probetime);
        changes.put(Settings.FULL, full);
        return changes;
    }

    private void assertNothingChanged() {
        assertEquals(500, store.get(Settings.PROBETIME));
        assertEquals(Origin.DEFAULT, store.origin(Settings.PROBETIME));
        assertEquals(0, store.get(Settings.FULL));
        assertEquals(List.of(), kept);
        assertEquals(List.of(), told);
    }

    @Test
    void shouldKeepPublishAndTellAChange() throws BadSettingException {
        store.onChange(told::add);
        store.change(Settings.PROBETIME, " 20 ", "test");
        assertEquals(20, store.get(Settings.PROBETIME));
        assertEquals("20", store.text(Settings.PROBETIME));
        assertEquals(Origin.SAVED, store.origin(Settings.PROBETIME));
        assertEquals(List.of(Map.of("probetime", "20")), kept);
        assertEquals(List.of(new SettingChange(Settings.PROBETIME, 500L, 20L, "test")), told);
    }

    @Test
    void shouldTakeOverWhatIsInForceOutsideAndNotKeepIt() throws BadSettingException {
        store.onChange(told::add);
        store.adopt(Settings.PROBETIME, "20", "sysctl");
        assertEquals(20, store.get(Settings.PROBETIME));
        assertEquals(Origin.OUTSIDE, store.origin(Settings.PROBETIME));
        assertEquals(List.of(new SettingChange(Settings.PROBETIME, 500L, 20L, "sysctl")), told);
        store.adopt(Settings.PROBETIME, "20", "sysctl");
        assertEquals(1, told.size(), "nothing has changed");
        store.change(Settings.FULL, "1", "test");
        assertEquals(List.of(Map.of("full", "1")), kept);
    }

    @Test
    void shouldTakeOverASettingThatChangesAtStartOnly() throws BadSettingException {
        store.adopt(Settings.BUFSIZE, "8192", "sysctl");
        assertEquals(8192, store.get(Settings.BUFSIZE));
    }

    @Test
    void shouldNotTakeOverAWrongValue() {
        assertThrows(BadSettingException.class, () -> store.adopt(Settings.PROBETIME, "-1", "sysctl"));
        assertNothingChanged();
    }

    @Test
    void shouldKeepWhatWasChangedBeforeAsWell() throws BadSettingException {
        store.change(Settings.PROBETIME, "20", "test");
        store.change(Settings.FULL, "1", "test");
        assertEquals(Map.of("probetime", "20", "full", "1"), kept.getLast());
    }

    @Test
    void shouldKeepWhatWasSavedBeforeTheStart() throws BadSettingException {
        var restarted =
                Configuration.read(null, Map.of(), List.of("port=3")).store(Map.of(Settings.PORT, "22"), kept::add);
        assertEquals(3, restarted.get(Settings.PORT));
        restarted.change(Settings.FULL, "1", "test");
        assertEquals(List.of(Map.of("port", "22", "full", "1")), kept);
    }

    @Test
    void shouldRefuseAWrongValueAndChangeNothing() {
        store.onChange(told::add);
        assertRefused(BadSettingException.Reason.VALUE, both("soon", "1"));
        assertNothingChanged();
    }

    @Test
    void shouldChangeNoneOfSeveralWhenOneIsBad() {
        store.onChange(told::add);
        assertRefused(BadSettingException.Reason.VALUE, both("20", "2"));
        Map<Setting<?>, String> withReadOnly = both("20", "1");
        withReadOnly.put(Settings.BUFSIZE, "1");
        assertRefused(BadSettingException.Reason.READ_ONLY, withReadOnly);
        assertNothingChanged();
    }

    private void assertRefused(BadSettingException.Reason reason, Map<Setting<?>, String> changes) {
        assertEquals(
                reason,
                assertThrows(BadSettingException.class, () -> store.change(changes, "test"))
                        .reason());
    }

    @Test
    void shouldChangeAllOfSeveralInOneStep() throws BadSettingException {
        store.onChange(change -> {
            assertEquals(20, store.get(Settings.PROBETIME));
            assertEquals(1, store.get(Settings.FULL));
            told.add(change);
        });
        store.change(both("20", "1"), "test");
        assertEquals(2, told.size());
        assertEquals(List.of(Map.of("probetime", "20", "full", "1")), kept);
    }

    @Test
    void shouldCheckWithoutChanging() throws BadSettingException {
        store.onChange(told::add);
        store.check(Settings.PROBETIME, "20");
        assertThrows(BadSettingException.class, () -> store.check(Settings.PROBETIME, "-20"));
        var refused = assertThrows(BadSettingException.class, () -> store.check(Settings.BUFSIZE, "1"));
        assertEquals(
                "set bufsize: it changes at start only; give bufsize=VALUE when the agent is started",
                refused.getMessage());
        assertNothingChanged();
    }

    @Test
    void shouldChangeNothingWhenItCannotBeKept() throws BadSettingException {
        AtomicBoolean full = new AtomicBoolean();
        SettingStore failing = store(values -> {
            if (full.get()) {
                throw new AccessDeniedException("/state/settings1.new");
            }
            kept.add(Map.copyOf(values));
        });
        failing.onChange(told::add);
        failing.change(Settings.PORT, "22", "test");
        full.set(true);
        var refused = assertThrows(BadSettingException.class, () -> failing.change(Settings.PROBETIME, "20", "test"));
        assertEquals(BadSettingException.Reason.NOT_KEPT, refused.reason());
        assertEquals(
                "keep probetime: permission denied for /state/settings1.new; make the state folder writable;"
                        + " nothing was changed",
                refused.getMessage());
        assertEquals(500, failing.get(Settings.PROBETIME));
        assertEquals(1, told.size());
        full.set(false);
        failing.change(Settings.FULL, "1", "test");
        assertEquals(Map.of("port", "22", "full", "1"), kept.getLast(), "the refused value must not be kept later");
    }

    @Test
    void shouldTellTheOtherListenersWhenOneFails() {
        store.onChange(_ -> {
            throw new IllegalStateException("broken listener");
        });
        store.onChange(told::add);
        var thrown = assertThrows(IllegalStateException.class, () -> store.change(both("20", "1"), "test"));
        assertEquals(1, thrown.getSuppressed().length);
        assertEquals(2, told.size());
        assertEquals(20, store.get(Settings.PROBETIME));
    }

    @Test
    void shouldRefuseASettingThatIsNotOfTheList() {
        var foreign = new Setting<>(
                "foreign", new Syntax.Whole(0, 9), Unit.NONE, "0", Setting.Change.LIVE, "Not of the list.");
        assertThrows(IllegalArgumentException.class, () -> store.get(foreign));
        assertThrows(IllegalArgumentException.class, () -> store.change(foreign, "1", "test"));
        assertEquals(List.of(), kept);
    }

    @Test
    void shouldShowAReaderBothChangesOrNone() throws Exception {
        AtomicReference<String> torn = new AtomicReference<>();
        AtomicBoolean stop = new AtomicBoolean();
        SettingStore shared = store(_ -> {});
        Thread reader = Thread.ofPlatform().start(() -> {
            while (!stop.get()) {
                long full = shared.get(Settings.FULL);
                long probetime = shared.get(Settings.PROBETIME);
                if (full == 1 && probetime == 500) { // full = 1 was never there without probetime being changed
                    torn.set("full " + full + ", probetime " + probetime);
                }
            }
        });
        for (int i = 0; i < 20_000; i++) {
            shared.change(both(Integer.toString(i % 400), i % 2 == 0 ? "1" : "0"), "test");
        }
        stop.set(true);
        reader.join();
        assertNull(torn.get());
    }

    @Test
    void shouldNotTellASecret() {
        assertEquals("(set)", store.shown(Settings.SNMP_COMMUNITY));
        assertEquals("public", store.text(Settings.SNMP_COMMUNITY));
        assertFalse(store.shown(Settings.SNMP_LISTEN).isEmpty());
    }

    @Test
    void shouldNotStartWithAWrongValue() {
        Map<Origin, Map<Setting<?>, String>> wrong = Map.of(Origin.FILE, Map.of(Settings.PORT, "x"));
        assertThrows(BadSettingException.class, () -> new SettingStore(wrong, _ -> {}));
        assertTrue(kept.isEmpty());
    }

    @Test
    void shouldLeaveAllAsItWasWhenTheKeeperBreaks() {
        SettingStore breaking = store(_ -> {
            throw new IllegalStateException("broken keeper");
        });
        assertThrows(IllegalStateException.class, () -> breaking.change(Settings.PORT, "1", "test"));
        assertEquals(0, breaking.get(Settings.PORT));
    }

    @Test
    void shouldNameTheCauseOfAFailure() {
        assertEquals("disk full", Problem.cause(new IOException("disk full")));
    }

    private static SettingStore started(Map<Setting<?>, String> saved, Map<Origin, Map<Setting<?>, String>> given)
            throws BadSettingException {
        Map<Origin, Map<Setting<?>, String>> all = new LinkedHashMap<>(given);
        all.put(Origin.SAVED, saved);
        return new SettingStore(all, _ -> {
            throw new AssertionError("a reload keeps nothing");
        });
    }

    @Test
    void shouldPutAnotherFileInForce() throws BadSettingException {
        SettingStore running = started(Map.of(), Map.of(Origin.FILE, both("20", "1")));
        running.onChange(told::add);
        var reload = running.reload(Map.of(Settings.PROBETIME, "30", Settings.PORT, "443"), "SIGHUP");
        assertEquals(30, running.get(Settings.PROBETIME));
        assertEquals(443, running.get(Settings.PORT));
        assertEquals(Origin.FILE, running.origin(Settings.PORT));
        assertEquals(0, running.get(Settings.FULL), "the file names it no longer");
        assertEquals(Origin.DEFAULT, running.origin(Settings.FULL));
        assertEquals(
                List.of(
                        new SettingChange(Settings.FULL, 1L, 0L, "SIGHUP"),
                        new SettingChange(Settings.PORT, 0L, 443L, "SIGHUP"),
                        new SettingChange(Settings.PROBETIME, 20L, 30L, "SIGHUP")),
                told);
        assertEquals(
                new SettingStore.Reload(
                        List.of(Settings.FULL, Settings.PORT, Settings.PROBETIME), List.of(), List.of()),
                reload);
    }

    @Test
    void shouldNotPutAFileOverWhatCameLaterOrNeedsARestart() throws BadSettingException {
        SettingStore running = started(
                Map.of(Settings.PROBETIME, "20"),
                Map.of(Origin.COMMAND_LINE, Map.of(Settings.SNMP_COMMUNITY, "cellar")));
        running.onChange(told::add);
        var reload = running.reload(
                Map.of(
                        Settings.PROBETIME, "30",
                        Settings.SNMP_COMMUNITY, "attic",
                        Settings.BUFSIZE, "8192",
                        Settings.HASHSIZE, Settings.HASHSIZE.defaultText()),
                "SIGHUP");
        assertEquals(20, running.get(Settings.PROBETIME));
        assertEquals(Origin.SAVED, running.origin(Settings.PROBETIME));
        assertEquals("cellar", running.get(Settings.SNMP_COMMUNITY));
        assertEquals(4096, running.get(Settings.BUFSIZE));
        assertEquals(List.of(), told);
        assertEquals(
                new SettingStore.Reload(
                        List.of(), List.of(Settings.BUFSIZE), List.of(Settings.PROBETIME, Settings.SNMP_COMMUNITY)),
                reload);
    }

    @Test
    void shouldChangeNothingByAFileWithOneWrongValue() {
        store.onChange(told::add);
        assertThrows(BadSettingException.class, () -> store.reload(both("20", "7"), "SIGHUP"));
        assertNothingChanged();
    }
}
