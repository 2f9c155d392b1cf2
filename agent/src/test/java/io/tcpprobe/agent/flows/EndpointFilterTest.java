package io.tcpprobe.agent.flows;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointFilterTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.1:80,10.0.0.1,80",
        "10.0.0.1,10.0.0.1,-1",
        "[::1]:80,::1,80",
        "[::1],::1,-1",
        "::1,::1,-1",
        "fe80::1:80,fe80::1:80,-1",
        "::ffff:10.0.0.1,10.0.0.1,-1"
    })
    void shouldReadAddressAndPort(String text, String address, int port) {
        EndpointFilter read = EndpointFilter.parse(text);
        assertArrayEquals(InetAddress.ofLiteral(address).getAddress(), read.address());
        assertEquals(port, read.port());
    }

    @Test
    void shouldReadPortAlone() {
        assertNull(EndpointFilter.parse(":443").address());
        assertEquals(443, EndpointFilter.parse(" :443 ").port());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ":",
                "x",
                "host.example:80",
                "10.0.0.1:",
                "10.0.0.1:65536",
                "10.0.0.300:1",
                "[::1",
                "1:2:3"
            })
    void shouldRefuseInvalidEndpoints(String text) {
        assertThrows(IllegalArgumentException.class, () -> EndpointFilter.parse(text));
    }
}
