package io.tcpprobe.agent.jmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.parts.ServedParts;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.management.Attribute;
import javax.management.AttributeNotFoundException;
import javax.management.MBeanAttributeInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CountersBeanTest {
    @Test
    void shouldServeEveryColumnTheKernelHas(@TempDir Path state) throws Exception {
        String header = Files.readAllLines(Path.of("/proc/net/snmp")).stream()
                .filter(line -> line.startsWith("Tcp:"))
                .findFirst()
                .orElseThrow();
        List<String> names = List.of(header.substring("Tcp: ".length()).split(" "));
        try (ServedParts parts = ServedParts.of(state);
                JmxConnector connector = parts.jmx()) {
            assertNotNull(connector);
            var infos = parts.server().getMBeanInfo(ObjectNames.of("Tcp")).getAttributes();
            assertEquals(
                    names, Arrays.stream(infos).map(MBeanAttributeInfo::getName).toList());
            var values = parts.server().getAttributes(ObjectNames.of("Tcp"), names.toArray(String[]::new));
            assertEquals(names.size(), values.size());
            assertEquals(1L, ((Attribute) values.get(names.indexOf("RtoAlgorithm"))).getValue());
            assertNotNull(parts.server().getAttribute(ObjectNames.of("TcpExt"), "TCPTimeouts"));
        }
    }

    @Test
    void shouldKeepUnsigned64BitNumbersExact(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("snmp"), "Tcp: MaxConn InSegs\nTcp: -1 9223372036854775807\n");
        Files.writeString(
                folder.resolve("netstat"),
                "TcpExt: TCPLoss\nTcpExt: 18446744073709551615\nMPTcpExt: MPNew\nMPTcpExt: 7\n");
        try (ServedParts parts = new ServedParts(folder, folder, Map.of());
                JmxConnector connector = parts.jmx()) {
            assertNotNull(connector);
            assertEquals(-1L, parts.server().getAttribute(ObjectNames.of("Tcp"), "MaxConn"));
            assertEquals(Long.MAX_VALUE, parts.server().getAttribute(ObjectNames.of("Tcp"), "InSegs"));
            assertEquals(
                    new BigInteger("18446744073709551615"),
                    parts.server().getAttribute(ObjectNames.of("TcpExt"), "TCPLoss"));
            assertEquals(7L, parts.server().getAttribute(ObjectNames.of("TcpExt"), "MPNew"));
            assertNull(
                    parts.server().getAttribute(ObjectNames.of("Tcp"), "OutSegs"), "TCP-MIB has it, the file has not");
            assertThrows(
                    AttributeNotFoundException.class,
                    () -> parts.server().getAttribute(ObjectNames.of("Tcp"), "NoSuch"));
            assertThrows(
                    AttributeNotFoundException.class,
                    () -> parts.server().setAttribute(ObjectNames.of("Tcp"), new Attribute("InSegs", 1L)));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Tcp, CurrEstab, gauge, ''",
        "Tcp, RtoMin, gauge, milliseconds",
        "Tcp, RtoMax, gauge, milliseconds",
        "Tcp, MaxConn, gauge, ''",
        "Tcp, RtoAlgorithm, gauge, ''",
        "Tcp, InSegs, counter, ''",
        "TcpExt, TCPTimeouts, counter, ''",
        "TcpExt, MPCurrEstab, gauge, ''",
        "TcpExt, MPJoinSynRx, counter, ''",
    })
    void shouldDistinguishGaugesAndCounters(String bean, String name, String kind, String unit, @TempDir Path folder)
            throws Exception {
        Files.writeString(folder.resolve("snmp"), "Tcp: CurrEstab\nTcp: 2\n");
        Files.writeString(
                folder.resolve("netstat"),
                "TcpExt: TCPTimeouts\nTcpExt: 1\nMPTcpExt: MPJoinSynRx MPCurrEstab\nMPTcpExt: 1 2\n");
        try (ServedParts parts = new ServedParts(folder, folder, Map.of());
                JmxConnector connector = parts.jmx()) {
            assertNotNull(connector);
            var info = Arrays.stream(
                            parts.server().getMBeanInfo(ObjectNames.of(bean)).getAttributes())
                    .filter(attribute -> attribute.getName().equals(name))
                    .findFirst()
                    .orElseThrow();
            assertEquals(kind, info.getDescriptor().getFieldValue("metricType"));
            assertTrue(info.getDescription().startsWith("The kernel's " + kind + " "), info.getDescription());
            assertEquals(unit.isEmpty() ? null : unit, info.getDescriptor().getFieldValue("units"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Tcp: InSegs OutSegs\n", "Ip: Forwarding\nIp: 1\n"})
    void shouldReturnNullForMissingValues(String snmp, @TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("snmp"), snmp);
        Files.writeString(folder.resolve("netstat"), "TcpExt: TCPTimeouts TCPLossProbes\nTcpExt: 1\n");
        try (ServedParts parts = new ServedParts(folder, folder, Map.of());
                JmxConnector connector = parts.jmx()) {
            assertNotNull(connector);
            assertNull(parts.server().getAttribute(ObjectNames.of("Tcp"), "InSegs"));
            assertEquals(1L, parts.server().getAttribute(ObjectNames.of("TcpExt"), "TCPTimeouts"));
            assertNull(parts.server().getAttribute(ObjectNames.of("TcpExt"), "TCPLossProbes"));
            parts.server().getAttribute(ObjectNames.of("Flows"), "RetransmissionsPerSecond");
        }
    }

    @Test
    void shouldCountRetransmissionsPerSecondSinceTheLastRead(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("netstat"), "TcpExt: TCPLoss\nTcpExt: 1\n");
        Path snmp = folder.resolve("snmp");
        Files.writeString(snmp, "Tcp: RetransSegs\nTcp: 1000\n");
        try (ServedParts parts = new ServedParts(folder, folder, Map.of());
                var counters = parts.counters()) {
            long[] clock = {5};
            var rate = new RetransmissionRate(counters, () -> clock[0]);
            assertEquals(null, rate.perSecond());

            Files.writeString(snmp, "Tcp: RetransSegs\nTcp: 1020\n");
            parts.pass(1); // the counters' own clock: or they would not be read again
            clock[0] += 4_000_000_000L;
            assertEquals(5.0, rate.perSecond());
            clock[0] += 999_999_999L;
            assertEquals(5.0, rate.perSecond());

            parts.pass(1);
            clock[0] += 60_000_000_001L;
            assertEquals(null, rate.perSecond());
        }
    }
}
