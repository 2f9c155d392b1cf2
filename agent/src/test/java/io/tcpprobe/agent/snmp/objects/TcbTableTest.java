package io.tcpprobe.agent.snmp.objects;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tcpprobe.agent.parts.ServedParts;
import io.tcpprobe.kernel.diag.Tcb;
import io.tcpprobe.mibs.TcpMibTable;
import io.tcpprobe.test.LoopbackConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snmp4j.mp.SnmpConstants;
import org.snmp4j.smi.Integer32;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.VariableBinding;

/** The second phase of a SET of deleteTCB when a connection has gone since the first one. */
class TcbTableTest {
    @TempDir
    private Path folder;

    private static VariableBinding deletion(LoopbackConnection tcp) throws IOException {
        OID state = new OID(TcpMibTable.CONN.column(TcpMibTable.CONN_STATE).toArray());
        return new VariableBinding(
                new OID(state + ".127.0.0.1." + tcp.port() + ".127.0.0.1." + tcp.listenerPort()),
                new Integer32(TcpMibTable.DELETE_TCB));
    }

    /** The error of a SET that names these connections, the last of which closes between the phases. */
    private int set(List<LoopbackConnection> connections) throws Exception {
        int[] status = new int[1];
        try (ServedParts parts = ServedParts.of(folder)) {
            TcbTable table = new TcbTable(
                    SocketTable.conn(parts.sockets()),
                    TcpMibTable.CONN_STATE,
                    parts.served().terminator(),
                    parts.served().requests());
            parts.served().requests().run(() -> {
                try {
                    List<VariableBinding> bindings = new ArrayList<>();
                    for (LoopbackConnection tcp : connections) {
                        bindings.add(deletion(tcp));
                    }
                    for (VariableBinding binding : bindings) {
                        assertEquals(SnmpConstants.SNMP_ERROR_SUCCESS, table.check(binding, "test"));
                    }
                    connections.getLast().disconnect();
                    status[0] = table.set(bindings, "test");
                } catch (IOException failed) {
                    throw new UncheckedIOException(failed);
                }
            });
        }
        return status[0];
    }

    private static void requireDeletion() throws IOException {
        Optional<String> obstacle = Tcb.undeletable();
        assumeTrue(obstacle.isEmpty(), () -> obstacle.orElse(""));
    }

    @Test
    void shouldFailWithoutHarmIfTheOnlyConnectionIsGone() throws Exception {
        requireDeletion();
        try (LoopbackConnection gone = new LoopbackConnection()) {
            assertEquals(SnmpConstants.SNMP_ERROR_COMMIT_FAILED, set(List.of(gone)));
        }
    }

    @Test
    void shouldSayThatADeletionBeforeItCannotBeUndone() throws Exception {
        requireDeletion();
        try (LoopbackConnection deleted = new LoopbackConnection();
                LoopbackConnection gone = new LoopbackConnection()) {
            assertEquals(SnmpConstants.SNMP_ERROR_UNDO_FAILED, set(List.of(deleted, gone)));
            deleted.assertAborted();
        }
    }
}
