package io.tcpprobe.agent.snmp.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpprobe.kernel.ffi.UdpSocket;
import java.lang.reflect.Field;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SnmpTransportTest {
    /** A thousand requests may be queued with their clients, and a datagram may have 65,507 bytes. */
    @Test
    void shouldNotHoldTheBytesOfTheRequestWithItsClient() {
        Set<Class<?>> held = Arrays.stream(SnmpTransport.Client.class.getDeclaredFields())
                .filter(field -> !field.isSynthetic() && !field.getName().equals("serialVersionUID"))
                .filter(field -> !field.getName().startsWith("$")) // of the coverage agent
                .map(Field::getType)
                .collect(Collectors.toSet());
        assertEquals(Set.of(InetSocketAddress.class, UdpSocket.LocalAddress.class), held);
    }
}
