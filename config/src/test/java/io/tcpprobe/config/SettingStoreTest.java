package io.tcpprobe.config;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SettingStoreTest {
    private final List<Map<String, String>> kept = new ArrayList<>();
    private final List<SettingChange<?>> received = new ArrayList<>();
    private final SettingStore store = store(values -> kept.add(new LinkedHashMap<>(values)));

    private static SettingStore store(SettingStore.SettingPersistence keeper) {
        return Configuration.read(null, Map.of(), List.of()).store(List.of(), keeper);
    }

    private static List<SettingValue<?>> both(long probetime, long full) throws BadSettingException {
        return List.of(Settings.PROBETIME.of(probetime), Settings.FULL.of(full));
    }

    private static <T> SettingChange<T> changed(Setting<T> setting, T before, T after, String who)
            throws BadSettingException {
        return new SettingChange<>(setting.of(before), setting.of(after), who);
    }

    private void assertNothingChanged() {
        assertEquals(500, store.get(Settings.PROBETIME));
        assertEquals(Origin.DEFAULT, store.origin(Settings.PROBETIME));
        assertEquals(0, store.get(Settings.FULL));
        assertEquals(List.of(), kept);
        assertEquals(List.of(), received);
    }

    @Test
    void shouldSavePublishAndReportAChange() throws BadSettingException {
        store.follow(Settings.ALL, received::add);
        store.change(Settings.PROBETIME, " 20 ", "test");
        assertEquals(20, store.get(Settings.PROBETIME));
        assertEquals("20", store.text(Settings.PROBETIME));
        assertEquals(Origin.SAVED, store.origin(Settings.PROBETIME));
        assertEquals(List.of(Map.of("probetime", "20")), kept);
        assertEquals(List.of(changed(Settings.PROBETIME, 500L, 20L, "test")), received);
    }

    @Test
    void shouldAdoptValuesSetOutsideWithoutSavingThem() throws BadSettingException {
        store.follow(Settings.ALL, received::add);
        store.adopt(Settings.PROBETIME.parse("20"), "sysctl");
        assertEquals(20, store.get(Settings.PROBETIME));
        assertEquals(Origin.OUTSIDE, store.origin(Settings.PROBETIME));
        assertEquals(List.of(changed(Settings.PROBETIME, 500L, 20L, "sysctl")), received);
        store.adopt(Settings.PROBETIME.parse("20"), "sysctl");
        assertEquals(1, received.size(), "nothing has changed");
        store.change(Settings.FULL, "1", "test");
        assertEquals(List.of(Map.of("full", "1")), kept);
    }

    @Test
    void shouldAdoptASettingThatChangesAtStartOnly() throws BadSettingException {
        store.adopt(Settings.BUFSIZE.parse("8192"), "sysctl");
        assertEquals(8192, store.get(Settings.BUFSIZE));
    }

    @Test
    void shouldNotAdoptAWrongValue() {
        assertThrows(BadSettingException.class, () -> store.adopt(Settings.PROBETIME.parse("-1"), "sysctl"));
        assertNothingChanged();
    }

    @Test
    void shouldAlsoSaveEarlierChanges() throws BadSettingException {
        store.change(Settings.PROBETIME, "20", "test");
        store.change(Settings.FULL, "1", "test");
        assertEquals(Map.of("probetime", "20", "full", "1"), kept.getLast());
    }

    @Test
    void shouldKeepTheValuesSavedBeforeTheStart() throws BadSettingException {
        var restarted =
                Configuration.read(null, Map.of(), List.of("port=3")).store(List.of(Settings.PORT.of(22L)), kept::add);
        assertEquals(3, restarted.get(Settings.PORT));
        restarted.change(Settings.FULL, "1", "test");
        assertEquals(List.of(Map.of("port", "22", "full", "1")), kept);
    }

    @Test
    void shouldRefuseAWrongValueAndChangeNothing() {
        store.follow(Settings.ALL, received::add);
        var refused = assertThrows(BadSettingException.class, () -> store.change(Settings.PROBETIME, "soon", "test"));
        assertEquals(BadSettingException.Reason.VALUE, refused.reason());
        assertNothingChanged();
    }

    @Test
    void shouldChangeNoneOfSeveralWhenOneChangesAtStartOnly() throws BadSettingException {
        store.follow(Settings.ALL, received::add);
        List<SettingValue<?>> changes = List.of(Settings.PROBETIME.of(20L), Settings.BUFSIZE.of(1L));
        var refused = assertThrows(BadSettingException.class, () -> store.change(changes, "test"));
        assertEquals(BadSettingException.Reason.READ_ONLY, refused.reason());
        assertEquals(
                "set bufsize: it can be set at start only; set bufsize=VALUE when starting the agent",
                refused.getMessage());
        assertNothingChanged();
    }

    @Test
    void shouldTakeTheLastOfTwoValuesOfOneSetting() throws BadSettingException {
        store.follow(Settings.ALL, received::add);
        store.change(List.of(Settings.PROBETIME.of(20L), Settings.PROBETIME.of(30L)), "test");
        assertEquals(List.of(changed(Settings.PROBETIME, 500L, 30L, "test")), received);
        assertEquals(List.of(Map.of("probetime", "30")), kept);
    }

    @Test
    void shouldPassTypedValuesToListeners() throws BadSettingException {
        List<Object> values = new ArrayList<>();
        store.follow(Settings.ALL, change -> {
            values.add(change.before().value());
            values.add(change.after().value());
            values.add(change.after().text());
        });
        store.change(Settings.PROBETIME, " +0020 ", "test");
        store.change(Settings.SNMP_LOCATION, " Hall 2 ", "test");
        assertEquals(List.of(500L, 20L, "20", "", "Hall 2", "Hall 2"), values);
        assertEquals("20", kept.getLast().get("probetime"));
    }

    @Test
    void shouldCheckATypedValueAsItsText() {
        var asText = assertThrows(BadSettingException.class, () -> Settings.PORT.parse("65536"));
        var asNumber = assertThrows(BadSettingException.class, () -> Settings.PORT.of(65_536L));
        assertEquals(asText.getMessage(), asNumber.getMessage());
        assertThrows(BadSettingException.class, () -> Settings.SNMP_LOCATION.of(" x"));
        assertThrows(BadSettingException.class, () -> Settings.PROBE_SOURCE.of("tea"));
    }

    @Test
    void shouldNotCallAListenerOfOtherSettings() throws BadSettingException {
        store.follow(List.of(Settings.PROBETIME, Settings.PORT), received::add);
        store.change(both(20, 1), "test");
        store.change(Settings.DEBUG, "1", "test");
        assertEquals(List.of(changed(Settings.PROBETIME, 500L, 20L, "test")), received);
    }

    /** It would wait for ever if the lock of the store were held while it is called, or if the other thread waited for it. */
    @Test
    @Timeout(60)
    void shouldCallListenersWithoutTheLock() throws Exception {
        store.follow(List.of(Settings.PROBETIME), change -> {
            received.add(change);
            Thread other = Thread.ofPlatform().start(() -> {
                assertDoesNotThrow(() -> store.change(Settings.PORT, "22", "other"));
                assertDoesNotThrow(() -> store.adopt(Settings.HASHSIZE.of(64L), "other"));
                assertDoesNotThrow(() -> store.reload(List.of(Settings.FULL.of(1L)), "other"));
            });
            assertDoesNotThrow(() -> other.join());
            assertEquals(22, store.get(Settings.PORT));
        });
        store.follow(List.of(Settings.PORT, Settings.HASHSIZE, Settings.FULL), received::add);
        store.change(Settings.PROBETIME, "20", "test");
        assertEquals(
                List.of(
                        changed(Settings.PROBETIME, 500L, 20L, "test"),
                        changed(Settings.PORT, 0L, 22L, "other"),
                        changed(Settings.HASHSIZE, 0L, 64L, "other"),
                        changed(Settings.FULL, 0L, 1L, "other")),
                received);
    }

    @Test
    void shouldNotifyOfAChangeByAListenerAfterTheOneThatItIsCalledFor() throws BadSettingException {
        store.follow(List.of(Settings.PROBETIME), _ -> assertDoesNotThrow(() -> store.change(Settings.FULL, "1", "l")));
        store.follow(Settings.ALL, received::add);
        store.change(Settings.PROBETIME, "20", "test");
        assertEquals(
                List.of(changed(Settings.PROBETIME, 500L, 20L, "test"), changed(Settings.FULL, 0L, 1L, "l")), received);
    }

    /** Each change begins with the value that the one before it has ended with, and listeners see the same order. */
    @Test
    @Timeout(60)
    void shouldNotifyInTheOrderOfChangesWhenManyThreadsChange() throws Exception {
        List<SettingChange<?>> others = new ArrayList<>();
        SettingStore shared = store(_ -> {});
        shared.follow(List.of(Settings.PROBETIME), received::add);
        shared.follow(List.of(Settings.PROBETIME), others::add);
        List<Thread> writers = new ArrayList<>();
        for (int writer = 0; writer < 3; writer++) {
            long first = writer * 1000L;
            writers.add(Thread.ofPlatform().start(() -> {
                for (long i = 1; i <= 300; i++) { // all of them together have room in the queue
                    SettingValue<Long> value = assertDoesNotThrow(() -> Settings.PROBETIME.of(first + 1));
                    SettingValue<Long> next = assertDoesNotThrow(() -> Settings.PROBETIME.of(first + 2));
                    SettingValue<Long> now = i % 2 == 0 ? value : next;
                    assertDoesNotThrow(() -> shared.change(List.of(now), "writer"));
                }
            }));
        }
        for (Thread writer : writers) {
            writer.join();
        }
        shared.change(Settings.PORT, "1", "last"); // after it, nobody notifies any more
        assertEquals(900, received.size());
        SettingValue<?> before = Settings.PROBETIME.defaultValue();
        for (SettingChange<?> change : received) {
            assertEquals(before, change.before());
            before = change.after();
        }
        assertEquals(before, shared.value(Settings.PROBETIME));
        assertEquals(received, others);
    }

    @Test
    @Timeout(60)
    void shouldRefuseChangesWhileTooManyWaitForAListener() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        SettingStore busy = store(_ -> {});
        List<String> refusals = new ArrayList<>();
        busy.onBusy((problem, count) -> refusals.add(count + " " + problem.object()));
        busy.follow(List.of(Settings.PROBETIME), _ -> {
            called.countDown();
            assertDoesNotThrow(() -> goOn.await());
        });
        busy.follow(List.of(Settings.PORT), received::add);
        Thread slow = Thread.ofPlatform()
                .start(() -> assertDoesNotThrow(() -> busy.change(Settings.PROBETIME, "20", "slow")));
        called.await();
        for (long port = 1; port <= ChangeDelivery.MAX_PENDING; port++) {
            busy.change(List.of(Settings.PORT.of(port)), "test");
        }
        var refused = assertThrows(BadSettingException.class, () -> busy.change(Settings.PORT, "7", "test"));
        assertEquals(BadSettingException.Reason.BUSY, refused.reason());
        assertThrows(BadSettingException.class, () -> busy.adopt(Settings.PORT.of(7L), "test"));
        assertThrows(BadSettingException.class, () -> busy.reload(List.of(), "test"));
        assertEquals(List.of("1 port", "2 port", "3 the settings of the file"), refusals);
        assertEquals(ChangeDelivery.MAX_PENDING, busy.get(Settings.PORT), "nothing was changed");
        assertEquals(List.of(), received);
        goOn.countDown();
        slow.join();
        assertEquals(ChangeDelivery.MAX_PENDING, received.size());
        busy.change(Settings.PORT, "7", "test");
        assertEquals(7, busy.get(Settings.PORT));
    }

    /** The thread that made the change has returned: its failure must not be taken for one of the change before. */
    @Test
    void shouldReportAFailureThatNoCallerGets() throws BadSettingException {
        List<String> unclaimed = new ArrayList<>();
        store.onUnclaimedFailure((change, failed) -> unclaimed.add(change.after() + ": " + failed.getMessage()));
        store.follow(List.of(Settings.PROBETIME), _ -> assertDoesNotThrow(() -> store.change(Settings.FULL, "1", "l")));
        store.follow(List.of(Settings.FULL), _ -> {
            throw new IllegalStateException("broken listener");
        });
        store.change(Settings.PROBETIME, "20", "test");
        assertEquals(List.of("full=1: broken listener"), unclaimed);
    }

    @Test
    void shouldGoOnAfterAListenerThatEndedWithAnError() throws BadSettingException {
        AtomicBoolean broken = new AtomicBoolean(true);
        store.follow(List.of(Settings.PROBETIME), _ -> {
            if (broken.getAndSet(false)) {
                throw new LinkageError("broken for good");
            }
        });
        store.follow(Settings.ALL, received::add);
        assertThrows(LinkageError.class, () -> store.change(Settings.PROBETIME, "20", "test"));
        store.change(Settings.PROBETIME, "30", "test");
        assertEquals(List.of(changed(Settings.PROBETIME, 20L, 30L, "test")), received);
    }

    @Test
    void shouldChangeAllOfSeveralInOneStep() throws BadSettingException {
        store.follow(Settings.ALL, change -> {
            assertEquals(20, store.get(Settings.PROBETIME));
            assertEquals(1, store.get(Settings.FULL));
            received.add(change);
        });
        store.change(both(20, 1), "test");
        assertEquals(2, received.size());
        assertEquals(List.of(Map.of("probetime", "20", "full", "1")), kept);
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
        failing.follow(Settings.ALL, received::add);
        failing.change(Settings.PORT, "22", "test");
        full.set(true);
        var refused = assertThrows(BadSettingException.class, () -> failing.change(Settings.PROBETIME, "20", "test"));
        assertEquals(BadSettingException.Reason.NOT_KEPT, refused.reason());
        assertEquals(
                "save probetime: permission denied for /state/settings1.new; make the state folder writable;"
                        + " nothing was changed",
                refused.getMessage());
        assertEquals(500, failing.get(Settings.PROBETIME));
        assertEquals(1, received.size());
        full.set(false);
        failing.change(Settings.FULL, "1", "test");
        assertEquals(Map.of("port", "22", "full", "1"), kept.getLast(), "the refused value must not be kept later");
    }

    @Test
    void shouldNotifyTheOtherListenersWhenOneFails() {
        store.follow(Settings.ALL, _ -> {
            throw new IllegalStateException("broken listener");
        });
        store.follow(Settings.ALL, received::add);
        var thrown = assertThrows(IllegalStateException.class, () -> store.change(both(20, 1), "test"));
        assertEquals(1, thrown.getSuppressed().length);
        assertEquals(2, received.size());
        assertEquals(20, store.get(Settings.PROBETIME));
    }

    @Test
    void shouldRefuseASettingThatIsNotOfTheList() {
        Setting<Long> foreign = new Setting.Builder<>(_ -> {}, SettingGroup.SAMPLER, "foreign", new Syntax.Whole(0, 9))
                .live()
                .doc("Not of the list.");
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
            shared.change(both(i % 400, i % 2 == 0 ? 1 : 0), "test");
        }
        stop.set(true);
        reader.join();
        assertNull(torn.get());
    }

    @Test
    void shouldNotPrintASecret() {
        assertEquals("(set)", store.shown(Settings.SNMP_COMMUNITY));
        assertEquals("public", store.text(Settings.SNMP_COMMUNITY));
        assertFalse(store.shown(Settings.SNMP_LISTEN).isEmpty());
    }

    @Test
    void shouldChangeNothingWhenPersistenceFails() {
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

    private static SettingStore started(List<SettingValue<?>> saved, Map<Origin, List<SettingValue<?>>> configured) {
        Map<Origin, List<SettingValue<?>>> all = new LinkedHashMap<>(configured);
        all.put(Origin.SAVED, saved);
        return new SettingStore(all, _ -> {
            throw new AssertionError("a reload keeps nothing");
        });
    }

    @Test
    void shouldPutAnotherFileInForce() throws BadSettingException {
        SettingStore running = started(List.of(), Map.of(Origin.FILE, both(20, 1)));
        running.follow(Settings.ALL, received::add);
        var reload = running.reload(List.of(Settings.PROBETIME.of(30L), Settings.PORT.of(443L)), "SIGHUP");
        assertEquals(30, running.get(Settings.PROBETIME));
        assertEquals(443, running.get(Settings.PORT));
        assertEquals(Origin.FILE, running.origin(Settings.PORT));
        assertEquals(0, running.get(Settings.FULL), "the file names it no longer");
        assertEquals(Origin.DEFAULT, running.origin(Settings.FULL));
        assertEquals(
                List.of(
                        changed(Settings.FULL, 1L, 0L, "SIGHUP"),
                        changed(Settings.PORT, 0L, 443L, "SIGHUP"),
                        changed(Settings.PROBETIME, 20L, 30L, "SIGHUP")),
                received);
        assertEquals(
                new SettingStore.Reload(
                        List.of(Settings.FULL, Settings.PORT, Settings.PROBETIME), List.of(), List.of()),
                reload);
    }

    @Test
    void shouldNotOverrideALaterOriginOrASettingThatNeedsARestart() throws BadSettingException {
        SettingStore running = started(
                List.of(Settings.PROBETIME.of(20L)),
                Map.of(Origin.COMMAND_LINE, List.of(Settings.SNMP_COMMUNITY.of("cellar"))));
        running.follow(Settings.ALL, received::add);
        var reload = running.reload(
                List.of(
                        Settings.PROBETIME.of(30L),
                        Settings.SNMP_COMMUNITY.of("attic"),
                        Settings.BUFSIZE.of(8192L),
                        Settings.HASHSIZE.defaultValue()),
                "SIGHUP");
        assertEquals(20, running.get(Settings.PROBETIME));
        assertEquals(Origin.SAVED, running.origin(Settings.PROBETIME));
        assertEquals("cellar", running.get(Settings.SNMP_COMMUNITY));
        assertEquals(4096, running.get(Settings.BUFSIZE));
        assertEquals(List.of(), received);
        assertEquals(
                new SettingStore.Reload(
                        List.of(), List.of(Settings.BUFSIZE), List.of(Settings.PROBETIME, Settings.SNMP_COMMUNITY)),
                reload);
    }
}
