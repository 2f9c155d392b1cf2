package io.tcpprobe.agent.cli;

import io.tcpprobe.agent.Agent;
import io.tcpprobe.agent.http.HttpConnector;
import io.tcpprobe.agent.snmp.SnmpConnector;
import io.tcpprobe.agent.state.StartException;
import io.tcpprobe.config.AddressText;
import io.tcpprobe.config.Configuration;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.snmp4j.CommunityTarget;
import org.snmp4j.PDU;
import org.snmp4j.Snmp;
import org.snmp4j.mp.SnmpConstants;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.OctetString;
import org.snmp4j.smi.UdpAddress;
import org.snmp4j.smi.VariableBinding;
import org.snmp4j.transport.DefaultUdpTransportMapping;
import picocli.CommandLine.Command;

/**
 * Starts a separate agent on free ports, sends one request to each connector, and stops. The launcher runs it after a build so that the JVM
 * can cache the classes that a start needs (JEP 514).
 */
@Command(
        name = "rehearse",
        hidden = true,
        description = "Start the agent once and stop it, to fill the JVM's class cache.")
final class WarmUpCommand implements Callable<Integer> {
    private static final int TIMEOUT_MILLIS = 5000;

    @Override
    public Integer call() throws StartException, IOException {
        Path state = Files.createTempDirectory("tcpprobe-rehearsal");
        try (Agent agent = Agent.start(Configuration.read(
                null, Map.of(), List.of("state.dir=" + state, "snmp.listen=127.0.0.1:0", "http.listen=127.0.0.1:0")))) {
            askSnmp(agent.addresses()
                    .getOrDefault(SnmpConnector.TYPE.name(), List.of())
                    .getFirst());
            for (InetSocketAddress address : agent.addresses().getOrDefault(HttpConnector.TYPE.name(), List.of())) {
                askHttp(address);
            }
        } finally {
            try (Stream<Path> files = Files.walk(state)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        return 0;
    }

    private static void askSnmp(InetSocketAddress address) throws IOException {
        try (Snmp snmp = new Snmp(new DefaultUdpTransportMapping())) {
            snmp.listen();
            var target = new CommunityTarget<>(
                    new UdpAddress(address.getAddress(), address.getPort()), new OctetString("public"));
            target.setVersion(SnmpConstants.version2c);
            target.setTimeout(TIMEOUT_MILLIS);
            PDU request = new PDU(PDU.GETNEXT, List.of(new VariableBinding(new OID("1.3.6.1.2.1.6"))));
            if (snmp.send(request, target).getResponse() == null) {
                throw new IOException("the SNMP connector did not answer");
            }
        }
    }

    /** Sends requests by a socket: the classes of an HTTP client would be in the cache, and in the memory of every agent. */
    private static void askHttp(InetSocketAddress address) throws IOException {
        for (String path : List.of("/", "/jolokia/read/tcpprobe:type=Tcp", "/jolokia/read/tcpprobe:type=Flows/Count")) {
            try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
                String request = "GET " + path + " HTTP/1.1\r\nHost: " + AddressText.of(address)
                        + "\r\nConnection: close\r\n\r\n";
                socket.setSoTimeout(TIMEOUT_MILLIS);
                socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                String response = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
                if (!response.startsWith("HTTP/1.1 200 ")) {
                    throw new IOException("the HTTP connector did not answer " + path);
                }
            }
        }
    }
}
