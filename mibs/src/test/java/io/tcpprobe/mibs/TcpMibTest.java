package io.tcpprobe.mibs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TcpMibTest {
    /** RFC 2012 and RFC 4022; 13, 16, 19 and 20 are tables or obsolete. */
    @ParameterizedTest
    @CsvSource({
        "1, tcpRtoAlgorithm, INTEGER32, RtoAlgorithm",
        "2, tcpRtoMin, INTEGER32, RtoMin",
        "3, tcpRtoMax, INTEGER32, RtoMax",
        "4, tcpMaxConn, INTEGER32, MaxConn",
        "5, tcpActiveOpens, COUNTER32, ActiveOpens",
        "6, tcpPassiveOpens, COUNTER32, PassiveOpens",
        "7, tcpAttemptFails, COUNTER32, AttemptFails",
        "8, tcpEstabResets, COUNTER32, EstabResets",
        "9, tcpCurrEstab, GAUGE32, CurrEstab",
        "10, tcpInSegs, COUNTER32, InSegs",
        "11, tcpOutSegs, COUNTER32, OutSegs",
        "12, tcpRetransSegs, COUNTER32, RetransSegs",
        "14, tcpInErrs, COUNTER32, InErrs",
        "15, tcpOutRsts, COUNTER32, OutRsts",
        "17, tcpHCInSegs, COUNTER64, InSegs",
        "18, tcpHCOutSegs, COUNTER64, OutSegs",
    })
    void shouldMatchTheStandard(int arc, String label, Smi syntax, String counter) {
        TcpMib object = Arrays.stream(TcpMib.values())
                .filter(one -> one.oid().equals(Oid.of(1, 3, 6, 1, 2, 1, 6, arc)))
                .findFirst()
                .orElseThrow();
        assertEquals(List.of(label, counter), List.of(object.label(), object.counter()));
        assertEquals(syntax, object.syntax());
    }

    @Test
    void shouldHaveSixteenScalarsInTheOrderOfTheirIds() {
        assertEquals(16, TcpMib.values().length);
        int last = 0;
        for (TcpMib object : TcpMib.values()) {
            int arc = object.oid().toArray()[7];
            assertTrue(arc > last, object.toString());
            last = arc;
        }
    }

    @Test
    void shouldHaveTheTablesOfBothRfcs() {
        assertEquals(Oid.parse("1.3.6.1.2.1.6.13.1.1"), TcpMibTable.CONN.column(TcpMibTable.CONN_STATE)); // RFC 2012
        assertEquals(Oid.parse("1.3.6.1.2.1.6.19.1.7"), TcpMibTable.CONNECTION.column(TcpMibTable.CONNECTION_STATE));
        assertEquals(Oid.parse("1.3.6.1.2.1.6.19.1.8"), TcpMibTable.CONNECTION.column(TcpMibTable.CONNECTION_PROCESS));
        assertEquals(Oid.parse("1.3.6.1.2.1.6.20.1.4"), TcpMibTable.LISTENER.column(TcpMibTable.LISTENER_PROCESS));
        for (TcpMibTable table : TcpMibTable.values()) {
            assertTrue(table.label().matches("tcp\\w+Table"), table.label());
        }
    }

    @Test
    void shouldFindEveryCounterInThisKernel() throws IOException {
        Set<String> names = new HashSet<>();
        for (String line : Files.readAllLines(Path.of("/proc/net/snmp"))) {
            if (line.startsWith("Tcp: ")) {
                names.addAll(List.of(line.split(" ", -1)));
            }
        }
        for (TcpMib object : TcpMib.values()) {
            assertTrue(names.contains(object.counter()), object.toString());
        }
    }

    /** SNMPv1 has no 64-bit numbers: exactly these must be kept from it. */
    @Test
    void shouldKnowWhatIsWide() {
        Set<Smi> wide = EnumSet.of(Smi.COUNTER64, Smi.GAUGE64, Smi.ZERO_BASED_COUNTER64);
        for (Smi syntax : Smi.values()) {
            assertEquals(wide.contains(syntax), syntax.wide(), syntax.toString());
            assertFalse(syntax.text().isBlank());
        }
        assertTrue(TcpMib.HC_IN_SEGS.syntax().wide() && !TcpMib.IN_SEGS.syntax().wide());
    }
}
