package io.tcpprobe.kernel.diag;

import io.tcpprobe.kernel.flow.TcpState;
import java.io.IOException;
import java.util.BitSet;

/** Reads the local ports of the listeners of this process's network namespace. The kernel keeps listeners in a table of their own. */
public final class ListeningPorts {
    private static final int LISTEN = 1 << TcpState.LISTEN.kernel();

    private ListeningPorts() {}

    /**
     * Returns the ports: bit n is set if a socket listens on port n.
     *
     * @throws IOException if the kernel has no inet_diag
     */
    public static BitSet read() throws IOException {
        BitSet ports = new BitSet();
        try (SockDiag socket = SockDiag.open()) {
            socket.dump(
                    LISTEN,
                    0,
                    (buffer, at, length) ->
                            ports.set(InetDiagMsg.unsigned(buffer, InetDiagMsg.NETWORK_SHORT, at + InetDiagMsg.SPORT)));
        }
        return ports;
    }
}
