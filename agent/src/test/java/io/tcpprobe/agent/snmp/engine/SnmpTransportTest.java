package io.tcpprobe.agent.snmp.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.logging.BoundedLog;
import io.tcpprobe.agent.threads.VitalPart;
import io.tcpprobe.kernel.ffi.UdpSocket;
import io.tcpprobe.test.Waiting;
import java.lang.reflect.Field;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.snmp4j.TransportMapping;
import org.snmp4j.TransportStateReference;
import org.snmp4j.smi.Address;
import org.snmp4j.transport.TransportListener;

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

    @Test
    void shouldBeStalledWhileARequestIsNotAnswered() throws Exception {
        CountDownLatch received = new CountDownLatch(1);
        Semaphore mayAnswer = new Semaphore(0);
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        SnmpTransport transport =
                SnmpTransport.bind(new InetSocketAddress(loopback, 0), new BoundedLog(System::nanoTime), _ -> {});
        try (transport;
                DatagramSocket client = new DatagramSocket()) {
            TransportListener answering = new TransportListener() {
                @Override
                public <A extends Address> void processMessage(
                        TransportMapping<? super A> from, A client, ByteBuffer message, TransportStateReference state) {
                    received.countDown();
                    mayAnswer.acquireUninterruptibly();
                }
            };
            transport.addTransportListener(answering);
            transport.listen();
            VitalPart part = transport.vitalPart();
            assertTrue(part.observe().progressed(), "it waits for requests");
            client.send(new DatagramPacket(new byte[1], 1, transport.bound()));
            received.await();
            VitalPart.Observation stalled = part.observe();
            assertFalse(stalled.progressed());
            mayAnswer.release();
            Waiting.until("the answer", stalled::progressed);
        }
    }
}
