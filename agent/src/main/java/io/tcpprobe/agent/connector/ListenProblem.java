package io.tcpprobe.agent.connector;

import io.tcpprobe.config.AddressText;
import io.tcpprobe.config.Problem;
import io.tcpprobe.config.Setting;
import java.net.InetSocketAddress;

/** An address that cannot be listened on, and what to do about it. */
public final class ListenProblem {
    private ListenProblem() {}

    /**
     * The problem.
     *
     * @param what was to listen: "snmp udp"
     * @param setting has the address
     * @param failed what the system said
     */
    public static Problem of(String what, Setting<?> setting, InetSocketAddress address, Throwable failed) {
        String cause = String.valueOf(failed.getMessage());
        return new Problem("listen", what + " " + AddressText.of(address), cause, remedy(cause, setting.name()));
    }

    /** The JDK tells these apart by the text of the C library only. */
    private static String remedy(String cause, String setting) {
        String choose = " with --set " + setting + "=HOST:PORT";
        if (cause.contains("Cannot assign requested address")) {
            return "it is no address of this host ('ip address' shows those); choose one" + choose;
        }
        if (cause.contains("Permission denied")) {
            return "ports below 1024 need root or CAP_NET_BIND_SERVICE; choose another port" + choose;
        }
        return "end what listens there, or choose another port" + choose;
    }
}
