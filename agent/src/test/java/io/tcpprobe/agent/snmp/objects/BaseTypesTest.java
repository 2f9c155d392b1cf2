package io.tcpprobe.agent.snmp.objects;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpprobe.agent.estats.ListenerTracker;
import io.tcpprobe.agent.estats.LiveAndEndedFlowsSupplier;
import io.tcpprobe.agent.parts.ServedParts;
import io.tcpprobe.agent.snmp.model.BerBuffer;
import io.tcpprobe.agent.snmp.model.Column;
import io.tcpprobe.agent.snmp.model.NumberColumn;
import io.tcpprobe.agent.snmp.model.NumberType;
import io.tcpprobe.agent.snmp.model.OctetColumn;
import io.tcpprobe.agent.snmp.model.VariableColumn;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.proc.TcpSysctls;
import io.tcpprobe.mibs.EstatsColumn;
import io.tcpprobe.mibs.EstatsTable;
import io.tcpprobe.mibs.Smi;
import io.tcpprobe.mibs.TcpMib;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.snmp4j.asn1.BER;

/** Every column is sent with the type that its SYNTAX clause resolves to (RFC 2578, 7.1), whatever conventions lie between. */
class BaseTypesTest {
    private static final Map<Byte, String> NAMES = Map.of(
            BER.INTEGER, "INTEGER",
            BER.OCTETSTRING, "OCTET STRING",
            BER.IPADDRESS, "IpAddress",
            BER.COUNTER32, "Counter32",
            BER.GAUGE32, "Gauge32",
            BER.TIMETICKS, "TimeTicks",
            BER.COUNTER64, "Counter64");

    /** What RFC 2578, 2579, 2856, 3411, 4001 and 4022 make of the types and conventions that our own columns have. */
    private static final Map<Smi, String> OURS = new EnumMap<>(Map.ofEntries(
            Map.entry(Smi.INTEGER32, "INTEGER"),
            Map.entry(Smi.UNSIGNED32, "Gauge32"),
            Map.entry(Smi.GAUGE32, "Gauge32"),
            Map.entry(Smi.COUNTER32, "Counter32"),
            Map.entry(Smi.COUNTER64, "Counter64"),
            Map.entry(Smi.GAUGE64, "Counter64"),
            Map.entry(Smi.DATE_AND_TIME, "OCTET STRING"),
            Map.entry(Smi.TEXT, "OCTET STRING"),
            Map.entry(Smi.DISPLAY_STRING, "OCTET STRING"),
            Map.entry(Smi.INET_ADDRESS_TYPE, "INTEGER"),
            Map.entry(Smi.INET_ADDRESS, "OCTET STRING"),
            Map.entry(Smi.INET_PORT, "Gauge32"),
            Map.entry(Smi.TCP_STATE, "INTEGER")));

    @TempDir
    Path folder;

    @Test
    void shouldSendTheTypesOfTcpEstatsMib() throws Exception {
        Map<String, String> expected = new TreeMap<>();
        for (String line : lines("estats-base-types.txt")) {
            String[] words = line.split(" ", 4);
            expected.put(words[0] + "." + words[1] + " " + words[2], words[3]);
        }
        assertEquals(133, expected.size());
        Map<String, String> sent = new TreeMap<>();
        try (ServedParts parts = ServedParts.of(folder)) {
            LiveAndEndedFlowsSupplier flows = parts.served().knownFlows();
            for (EstatsTable table : EstatsTable.values()) {
                Map<Integer, String> names =
                        table.columns().stream().collect(Collectors.toMap(EstatsColumn::id, EstatsColumn::name));
                int arc = table.entry().toArray()[EstatsTable.ROOT.toArray().length + 2];
                for (Column<?> column : columns(table, flows, parts)) {
                    sent.put(arc + "." + column.id() + " " + names.get(column.id()), NAMES.get(tag(column)));
                }
            }
        }
        expected.keySet().retainAll(sent.keySet()); // not the columns that Linux does not give
        assertEquals(expected, sent);
    }

    private static List<? extends Column<?>> columns(
            EstatsTable table, LiveAndEndedFlowsSupplier flows, ServedParts parts) {
        return switch (table) {
            case LISTENER ->
                new EstatsListeners(new ListenerTracker(
                                parts.sockets(), parts.served().flows(), () -> 0))
                        .columns();
            case CONNECT_ID -> new EstatsConnections(flows).columns();
            case PERF, PATH, STACK, APP, TUNE ->
                new EstatsFlowTable(table, flows, () -> true, TcpSysctls.DEFAULT).columns();
        };
    }

    /** The first byte of a value, by both ways of sending it. */
    private static byte tag(Column<?> column) {
        BerBuffer buffer = new BerBuffer();
        int syntax = switch (column) {
            case NumberColumn<?> number -> {
                number.type().encode(7, buffer);
                yield number.type().variable(7).getSyntax();
            }
            case OctetColumn<?> octets -> {
                octets.type().encode(new byte[4], buffer);
                yield octets.type().variable(new byte[4]).getSyntax();
            }
            case VariableColumn<?> _ -> throw new IllegalArgumentException("its values have types of their own");
        };
        byte tag = buffer.toArray()[0];
        assertEquals(syntax, tag);
        return tag;
    }

    /** A counter begun at zero wraps as a counter does, though it is sent as a gauge, which would stay at its maximum. */
    @Test
    void shouldWrapZeroBasedCounters() {
        NumberType type = NumberType.of(Smi.ZERO_BASED_COUNTER32);
        assertEquals(5, type.variable(0x1_0000_0005L).toLong());
        assertEquals(0xffff_ffffL, NumberType.GAUGE32.variable(0x1_0000_0005L).toLong());
    }

    @ParameterizedTest
    @EnumSource
    void shouldSendTheTypesOfTcpMib(TcpMib object) {
        byte tag = (byte) NumberType.of(object.syntax()).variable(7).getSyntax();
        assertEquals(OURS.get(object.syntax()), NAMES.get(tag));
    }

    @Test
    void shouldSendTheTypesOfTheFlowTable() {
        Map<String, String> expected = byField(field -> OURS.get(Smi.of(field)));
        assertEquals(expected, byField(field -> NAMES.get(tag(new FlowColumnFactory().of(field)))));
    }

    private static Map<String, String> byField(Function<FlowField, String> type) {
        return FlowField.all().stream()
                .collect(Collectors.toMap(FlowField::label, type, (one, _) -> one, TreeMap::new));
    }

    private static List<String> lines(String resource) throws IOException {
        try (var in = BaseTypesTest.class.getResourceAsStream(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
        }
    }
}
