package io.tcpprobe.kernel.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tcpprobe.kernel.diag.SocketDump;
import io.tcpprobe.kernel.flow.SocketColumns;
import io.tcpprobe.kernel.proc.SocketOwners;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The owners that the iterator finds, of real sockets; skipped where BPF cannot be used. */
class BpfOwnersTest {
    /** More than one read of the iterator returns. */
    private static final int CONNECTIONS = 2_100;

    @Test
    void shouldNameTheProcessThatHasASocketOpen() throws Exception {
        try (LoopbackFlows flows = new LoopbackFlows();
                BpfSource source = Bpf.open(Bpf.settings("port=1"));
                SocketDump dump = new SocketDump()) { // port 1: none of the sockets is a flow
            for (int i = 0; i < CONNECTIONS; i++) {
                flows.open();
            }
            assertEquals(2 * CONNECTIONS + 1, ours(dump.read(), source.owners(), flows.port()));
        }
    }

    /** Returns the number of sockets of a port that are reported as this process's. */
    static int ours(SocketColumns sockets, SocketOwners owners, int port) {
        int ours = 0;
        for (int row = 0; row < sockets.size(); row++) {
            if (sockets.endpoints(row).toString().contains(":" + port)) {
                ours += owners.process(sockets.inode(row))
                                == ProcessHandle.current().pid()
                        ? 1
                        : 0;
            }
        }
        return ours;
    }

    @Test
    void shouldReportThatItIsClosed() throws Exception {
        BpfSource source = Bpf.open(Bpf.settings("port=1"));
        source.close();
        assertThrows(IOException.class, source::owners);
    }
}
