package io.tcpprobe.agent.ipfix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpfixConnectorTest {
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
