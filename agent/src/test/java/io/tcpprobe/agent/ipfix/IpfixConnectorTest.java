package io.tcpprobe.agent.ipfix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tcpprobe.agent.connector.Connector;
import io.tcpprobe.agent.parts.ServedParts;
import io.tcpprobe.config.ProblemException;
import io.tcpprobe.config.Setting;
import io.tcpprobe.config.Settings;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpfixConnectorTest {
    @TempDir
    private Path state;

    @ParameterizedTest
    @CsvSource({
        "1.3.6.1.4.1.99999.1, 99999",
        "1.3.6.1.4.1.99999, 99999",
        "1.3.6.1.4.1.8072.9999, 8072",
        "1.3.6.1.4.1.80720.9999.9999.1, 80720"
    })
    void shouldUseTheEnterpriseNumberOfTheBaseObjectId(String objectId, long number) {
        assertEquals(OptionalLong.of(number), IpfixConnector.enterprise(objectId));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.3.6.1.4.1.8072.9999.9999.2012",
                "1.3.6.1.4.1.8072.9999.9999",
                "1.3.6.1.4.1",
                "1.3.6.1.4.1.0.5",
                "1.3.6.1.3.99999.1",
                "1.3.6.1.4.1.29305.1"
            })
    void shouldHaveNoEnterpriseNumberThatIsNotTheOwners(String objectId) {
        assertEquals(OptionalLong.empty(), IpfixConnector.enterprise(objectId));
    }

    private Connector open(Map<Setting<?>, String> settings) throws Exception {
        try (ServedParts parts = new ServedParts(state, Path.of("/proc/net"), settings)) {
            return IpfixConnector.open(parts.served());
        }
    }

    @Test
    void shouldBeOffByDefault() throws Exception {
        assertSame(Connector.OFF, open(Map.of()));
    }

    @Test
    void shouldNameTheSettingOfAnAddressThatDoesNotExist() {
        ProblemException refused =
                assertThrows(ProblemException.class, () -> open(Map.of(Settings.IPFIX_COLLECTOR, "host:99999")));
        assertEquals("ipfix.collector", refused.problem().object());
    }

    @Test
    void shouldOpenAlthoughTheCollectorIsDown() throws Exception {
        try (Connector opened = open(Map.of(Settings.IPFIX_COLLECTOR, "[::1]:1"))) {
            assertEquals("to udp [::1]:1", opened.access().getFirst().where());
        }
    }

    @Test
    void shouldReadTheAddressOfTheCollector() {
        assertEquals(
                new CollectorAddress("collector.example.net", 4739),
                CollectorAddress.parse("collector.example.net:4739"));
        assertEquals(new CollectorAddress("2001:db8::1", 1), CollectorAddress.parse("[2001:db8::1]:1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"host:0", "host:65536", "host:99999", "[2001:db8]:1", "[::1::]:1"})
    void shouldRefuseAnAddressThatDoesNotExist(String collector) {
        assertThrows(IllegalArgumentException.class, () -> CollectorAddress.parse(collector));
    }
}
