package io.tcpprobe.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.connector.Connector;
import io.tcpprobe.agent.connector.ConnectorType;
import io.tcpprobe.agent.connector.ListenProblem;
import io.tcpprobe.agent.connector.Served;
import io.tcpprobe.agent.state.RunningFile;
import io.tcpprobe.agent.state.StartException;
import io.tcpprobe.config.AddressText;
import io.tcpprobe.config.Configuration;
import io.tcpprobe.config.ProblemException;
import io.tcpprobe.config.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a new connector needs: an implementation and an entry in the list. All else of the agent follows. */
class NewConnectorTest {
    @TempDir
    private Path folder;

    /** Listens, and serves nobody. */
    private record Silent(ServerSocket socket) implements Connector {
        static final ConnectorType TYPE = ConnectorType.listening(
                "silent",
                Settings.HTTP_LISTEN,
                ConnectorType.Transport.TCP,
                ConnectorType.Placement.FIRST,
                Silent::open);

        static Silent open(Served served) throws IOException {
            InetSocketAddress address =
                    served.settings().get(Settings.HTTP_LISTEN).getFirst();
            ServerSocket socket = new ServerSocket();
            try {
                socket.bind(address);
                return new Silent(socket);
            } catch (IOException taken) {
                socket.close();
                throw new ProblemException(ListenProblem.of(TYPE.listenerName(), Settings.HTTP_LISTEN, address, taken));
            }
        }

        @Override
        public List<InetSocketAddress> addresses() {
            return List.of((InetSocketAddress) socket.getLocalSocketAddress());
        }

        @Override
        public List<Access> access() {
            return List.of(new Access(AddressText.of(addresses().getFirst()), "nc"));
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }

    private Configuration configuration(int port, String... more) {
        List<String> assignments = new java.util.ArrayList<>(
                List.of("probe.source=diag", "state.dir=" + folder.resolve("state"), "http.listen=127.0.0.1:" + port));
        assignments.addAll(List.of(more));
        return Configuration.read(null, Map.of(), assignments);
    }

    private Agent start(Configuration configuration) throws StartException {
        return Agent.start(configuration, null, List.of(Silent.TYPE));
    }

    @Test
    void shouldBeOpenedAndShownAndClosed() throws Exception {
        InetSocketAddress address;
        try (Agent agent = start(configuration(0))) {
            address = agent.addresses().get("silent").getFirst();
            assertTrue(address.getPort() > 0);
            assertEquals(
                    "nc", agent.connectors().get("silent").access().getFirst().command());
            var running = RunningFile.read(agent.state().folder()).orElseThrow();
            assertEquals(List.of(AddressText.of(address)), running.addresses("silent"));
        }
        try (ServerSocket free = new ServerSocket()) {
            free.setReuseAddress(true);
            free.bind(address); // throws if it was not closed
        }
    }

    @Test
    void shouldReportItsTakenPortWithAllOtherProblems() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String problem = "listen silent tcp 127.0.0.1:" + taken.getLocalPort();
            var refused = assertThrows(StartException.class, () -> start(configuration(taken.getLocalPort())));
            assertEquals(1, refused.problems().size());
            assertTrue(refused.problems().getFirst().toString().startsWith(problem), refused::getMessage);
            Files.createFile(folder.resolve("file"));
            var both = assertThrows(
                    StartException.class,
                    () -> start(configuration(taken.getLocalPort(), "state.dir=" + folder.resolve("file"))));
            assertEquals(2, both.problems().size(), both::getMessage);
            assertTrue(both.problems().getLast().toString().startsWith(problem), both::getMessage);
        }
    }
}
