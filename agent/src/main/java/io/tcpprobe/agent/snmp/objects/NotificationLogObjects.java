package io.tcpprobe.agent.snmp.objects;

import io.tcpprobe.agent.core.RequestScope;
import io.tcpprobe.agent.snmp.model.Column;
import io.tcpprobe.agent.snmp.model.NumberType;
import io.tcpprobe.agent.snmp.model.OctetType;
import io.tcpprobe.agent.snmp.model.Scalars;
import io.tcpprobe.agent.snmp.model.Subtree;
import io.tcpprobe.agent.snmp.model.Table;
import io.tcpprobe.agent.snmp.model.TableRows;
import io.tcpprobe.mibs.NotificationLogMib;
import io.tcpprobe.mibs.Oid;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.snmp4j.asn1.BER;
import org.snmp4j.smi.Counter32;
import org.snmp4j.smi.OID;

/** The objects of NOTIFICATION-LOG-MIB, except the limits, which are settings. */
public final class NotificationLogObjects {
    private static final long MAX_32 = 0xffff_ffffL;
    private static final byte[] EMPTY = {};

    /** zeroDotZero: no transport, because the notifications are of this engine. */
    private static final OID NO_TRANSPORT = new OID(new int[] {0, 0});

    private static final List<Column<LoggedNotificationRows>> LOG = List.of(
            Column.number(
                    2,
                    NumberType.TIME_TICKS,
                    (rows, row) -> rows.entries().get(row).upTime()),
            octets(3, entry -> FlowColumnFactory.dateAndTime(entry.wallMillis())),
            octets(4, _ -> EMPTY), // nlmLogEngineID: only this engine's notifications are logged
            octets(5, _ -> EMPTY),
            Column.variable(6, false, (_, _) -> NO_TRANSPORT),
            octets(7, _ -> EMPTY),
            octets(8, _ -> EMPTY),
            Column.variable(9, false, (rows, row) -> rows.entries().get(row).notification()));

    private static final List<Column<LoggedObjectRows>> VARIABLES = Stream.concat(
                    Stream.of(
                            Column.<LoggedObjectRows>variable(
                                    2, false, (rows, row) -> rows.object(row).getOid()),
                            Column.<LoggedObjectRows>number(
                                    3, NumberType.INTEGER32, (rows, row) -> ValueType.of(rows, row).number)),
                    Arrays.stream(ValueType.values()).map(ValueType::column))
            .toList();

    private final NotificationLog log;
    private final RequestScope requests;

    /** nlmLogVariableValueType: which column has the value of an object. In the order of the columns. */
    private enum ValueType {
        COUNTER32(1, 4, BER.COUNTER32),
        UNSIGNED32(2, 5, BER.GAUGE32),
        TIME_TICKS(3, 6, BER.TIMETICKS),
        INTEGER32(4, 7, BER.INTEGER),
        OCTET_STRING(6, 8, BER.OCTETSTRING),
        IP_ADDRESS(5, 9, BER.IPADDRESS),
        OBJECT_ID(7, 10, BER.OID),
        COUNTER64(8, 11, BER.COUNTER64),
        OPAQUE(9, 12, BER.OPAQUE);

        private final int number;
        private final int column;
        private final int tag;

        ValueType(int number, int column, byte tag) {
            this.number = number;
            this.column = column;
            this.tag = tag;
        }

        static ValueType of(LoggedObjectRows rows, int row) {
            int tag = rows.object(row).getSyntax();
            return Arrays.stream(values())
                    .filter(type -> type.tag == tag)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("a notification has an object of type " + tag));
        }

        Column<LoggedObjectRows> column() {
            return Column.<LoggedObjectRows>variable(
                            column,
                            this == COUNTER64,
                            (rows, row) -> rows.object(row).getVariable())
                    .where((rows, row) -> of(rows, row) == this);
        }
    }

    /** The statistics of the default log, the only row of nlmStatsLogTable. */
    private record StatisticsRows(long logged, long bumped) implements TableRows {
        private static final List<Column<StatisticsRows>> COLUMNS = List.of(
                Column.number(1, NumberType.COUNTER32, (rows, _) -> rows.logged),
                Column.number(2, NumberType.COUNTER32, (rows, _) -> rows.bumped));

        @Override
        public int size() {
            return 1;
        }

        @Override
        public int index(int row, int[] arcs) {
            arcs[0] = 0;
            return 1;
        }
    }

    /** A table whose rows are the same during a request. */
    private record RequestTable<R extends TableRows>(
            OID root, List<Column<R>> columns, RequestScope requests, Supplier<R> current) implements Table<R> {
        @Override
        public R rows() {
            return requests.once(this, current);
        }
    }

    private NotificationLogObjects(NotificationLog log, RequestScope requests) {
        this.log = log;
        this.requests = requests;
    }

    /** Returns the objects of a log. */
    public static List<Subtree> of(NotificationLog log, RequestScope requests) {
        NotificationLogObjects objects = new NotificationLogObjects(log, requests);
        return List.of(
                objects.counter(NotificationLogMib.LOGGED, NotificationLog::logged),
                objects.counter(NotificationLogMib.BUMPED, NotificationLog::bumped),
                objects.table(
                        NotificationLogMib.STATISTICS_ENTRY,
                        StatisticsRows.COLUMNS,
                        seen -> new StatisticsRows(seen.logged(), seen.bumped())),
                objects.table(NotificationLogMib.LOG_ENTRY, LOG, seen -> new LoggedNotificationRows(seen.entries())),
                objects.table(
                        NotificationLogMib.VARIABLE_ENTRY, VARIABLES, seen -> new LoggedObjectRows(seen.entries())));
    }

    private Subtree counter(Oid object, Function<NotificationLog, Long> count) {
        OID oid = new OID(object.toArray());
        return new Scalars(oid).add(oid, () -> new Counter32(count.apply(log) & MAX_32));
    }

    private <R extends TableRows> Subtree table(Oid entry, List<Column<R>> columns, Function<NotificationLog, R> rows) {
        return new RequestTable<>(new OID(entry.toArray()), columns, requests, () -> rows.apply(log));
    }

    private static Column<LoggedNotificationRows> octets(int id, Function<NotificationLog.Entry, byte[]> value) {
        return Column.octets(
                id,
                OctetType.OCTET_STRING,
                (rows, row) -> value.apply(rows.entries().get(row)));
    }
}
