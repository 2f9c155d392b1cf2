package io.tcpprobe.agent.snmp.objects;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpprobe.agent.core.Clocks;
import io.tcpprobe.agent.core.RequestScope;
import io.tcpprobe.agent.snmp.model.Subtree;
import io.tcpprobe.config.BadSettingException;
import io.tcpprobe.config.Origin;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.SettingValue;
import io.tcpprobe.config.Settings;
import io.tcpprobe.mibs.NotificationLogMib;
import io.tcpprobe.mibs.Oid;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.snmp4j.smi.Counter32;
import org.snmp4j.smi.Counter64;
import org.snmp4j.smi.Gauge32;
import org.snmp4j.smi.Integer32;
import org.snmp4j.smi.IpAddress;
import org.snmp4j.smi.Null;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.OctetString;
import org.snmp4j.smi.Opaque;
import org.snmp4j.smi.TimeTicks;
import org.snmp4j.smi.Variable;
import org.snmp4j.smi.VariableBinding;

class NotificationLogTest {
    private static final OID RAISED = new OID("1.3.6.1.4.1.99999.0.1");
    private static final OID OBJECT = new OID("1.3.6.1.4.1.99999.1.5.4711");
    private static final OID LOG = new OID(NotificationLogMib.LOG_ENTRY.toArray());
    private static final OID VARIABLES = new OID(NotificationLogMib.VARIABLE_ENTRY.toArray());

    private long minutes = 1;

    private final SettingStore settings;
    private final NotificationLog log;
    private final List<Subtree> objects;

    NotificationLogTest() throws BadSettingException {
        List<SettingValue<?>> values = List.of(Settings.NOTIFYLOG_ENTRIES.of(3L), Settings.NOTIFYLOG_MINUTES.of(10L));
        settings = new SettingStore(Map.of(Origin.COMMAND_LINE, values), _ -> {});
        log = new NotificationLog(
                settings,
                () -> 6000 * minutes,
                new Clocks(() -> TimeUnit.MINUTES.toNanos(minutes), () -> TimeUnit.MINUTES.toMillis(minutes)));
        objects = NotificationLogObjects.of(log, new RequestScope());
    }

    private static List<VariableBinding> values(Variable... values) {
        List<VariableBinding> bindings = new ArrayList<>();
        for (Variable value : values) {
            bindings.add(new VariableBinding(OBJECT, value));
        }
        return bindings;
    }

    private List<VariableBinding> walk(OID root) {
        Subtree tree = objects.stream()
                .filter(subtree -> subtree.root().equals(root))
                .findFirst()
                .orElseThrow();
        List<VariableBinding> seen = new ArrayList<>();
        VariableBinding next = tree.next(root, false);
        while (next != null) {
            assertEquals(next.getVariable(), tree.get(next.getOid()), "GET of " + next.getOid());
            seen.add(next);
            next = tree.next(next.getOid(), false);
        }
        return seen;
    }

    private Variable get(Oid entry, int... arcs) {
        OID instance = new OID(entry.then(arcs).toArray());
        return objects.stream()
                .filter(subtree -> instance.startsWith(subtree.root()))
                .findFirst()
                .orElseThrow()
                .get(instance);
    }

    private List<String> indexes() {
        return walk(LOG).stream()
                .map(VariableBinding::getOid)
                .filter(oid -> oid.get(LOG.size()) == 9)
                .map(oid -> oid.getSuffix(
                                new OID(NotificationLogMib.LOG_ENTRY.then(9).toArray()))
                        .toString())
                .toList();
    }

    @Test
    void shouldHaveNoRowsAtTheStart() {
        assertEquals(List.of(), walk(LOG));
        assertEquals(List.of(), walk(VARIABLES));
        assertEquals(new Counter32(0), get(NotificationLogMib.STATISTICS_ENTRY, 1, 0));
    }

    @Test
    void shouldTellWhenWhichNotificationWasSent() {
        minutes = 27;
        log.offer(RAISED, List.of());
        assertEquals(new TimeTicks(27 * 6000), get(NotificationLogMib.LOG_ENTRY, 2, 0, 1));
        assertEquals(RAISED, get(NotificationLogMib.LOG_ENTRY, 9, 0, 1));
        assertEquals(new OID("0.0"), get(NotificationLogMib.LOG_ENTRY, 6, 0, 1));
        assertEquals(
                HexFormat.of()
                        .formatHex(FlowColumnFactory.dateAndTime(
                                Instant.parse("1970-01-01T00:27:00Z").toEpochMilli())),
                HexFormat.of().formatHex(((OctetString) get(NotificationLogMib.LOG_ENTRY, 3, 0, 1)).getValue()));
        assertEquals(Null.noSuchInstance, get(NotificationLogMib.LOG_ENTRY, 9, 0, 2));
        assertEquals(Null.noSuchInstance, get(NotificationLogMib.LOG_ENTRY, 9, 1, 1));
    }

    /** Each value is in the column of its type, and in no other. */
    @Test
    void shouldHaveEachValueInTheColumnOfItsType() {
        log.offer(RAISED, List.of());
        List<VariableBinding> sent = values(
                new Counter32(1),
                new Gauge32(2),
                new TimeTicks(3),
                new Integer32(-4),
                new OctetString("five"),
                new IpAddress("192.0.2.6"),
                new OID("1.3.7"),
                new Counter64(8),
                new Opaque(new byte[] {9}));
        log.offer(RAISED, sent);
        log.offer(RAISED, values(new Integer32(10)));
        int[] columns = {4, 5, 6, 7, 8, 9, 10, 11, 12};
        int[] types = {1, 2, 3, 4, 6, 5, 7, 8, 9};
        for (int i = 0; i < columns.length; i++) {
            assertEquals(OBJECT, get(NotificationLogMib.VARIABLE_ENTRY, 2, 0, 2, i + 1));
            assertEquals(new Integer32(types[i]), get(NotificationLogMib.VARIABLE_ENTRY, 3, 0, 2, i + 1));
            for (int j = 0; j < columns.length; j++) {
                assertEquals(
                        i == j ? sent.get(i).getVariable() : Null.noSuchInstance,
                        get(NotificationLogMib.VARIABLE_ENTRY, columns[j], 0, 2, i + 1));
            }
        }
        assertEquals(new Integer32(10), get(NotificationLogMib.VARIABLE_ENTRY, 7, 0, 3, 1));
        assertEquals(Null.noSuchInstance, get(NotificationLogMib.VARIABLE_ENTRY, 2, 0, 1, 1));
        assertEquals(3 * (columns.length + 1), walk(VARIABLES).size());
    }

    @Test
    void shouldRemoveTheOldestToMakeRoom() throws BadSettingException {
        for (int i = 0; i < 5; i++) {
            log.offer(RAISED, values(new Integer32(i)));
        }
        assertEquals(List.of("0.3", "0.4", "0.5"), indexes());
        assertEquals(new Counter32(5), get(NotificationLogMib.LOGGED, 0));
        assertEquals(new Counter32(2), get(NotificationLogMib.BUMPED, 0));
        settings.change(List.of(Settings.NOTIFYLOG_ENTRIES.of(1L)), "test");
        assertEquals(List.of("0.5"), indexes());
        assertEquals(new Counter32(4), get(NotificationLogMib.STATISTICS_ENTRY, 2, 0));
        assertEquals(new Integer32(4), get(NotificationLogMib.VARIABLE_ENTRY, 7, 0, 5, 1));
    }

    @Test
    void shouldRemoveWhatIsTooOld() throws BadSettingException {
        log.offer(RAISED, List.of());
        minutes += 6;
        log.offer(RAISED, List.of());
        minutes += 4;
        assertEquals(List.of("0.1", "0.2"), indexes());
        minutes += 1;
        assertEquals(List.of("0.2"), indexes());
        settings.change(List.of(Settings.NOTIFYLOG_MINUTES.of(0L)), "test");
        minutes += 1000;
        assertEquals(List.of("0.2"), indexes());
        assertEquals(new Counter32(0), get(NotificationLogMib.BUMPED, 0));
    }
}
