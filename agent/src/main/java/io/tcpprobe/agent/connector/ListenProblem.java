package io.tcpprobe.agent.connector;

import io.tcpprobe.config.AddressText;
import io.tcpprobe.config.Problem;
import io.tcpprobe.config.Setting;
import java.net.InetSocketAddress;

/** Describes an address that cannot be listened on, and the remedy. */
public final class ListenProblem {
    private ListenProblem() {}

    /**
     * Returns the problem.
     *
     * @param what what was to listen: "snmp udp"
     * @param setting the setting with the address
     * @param failed the exception that the system reported
     */
    public static Problem of(String what, Setting<?> setting, InetSocketAddress address, Throwable failed) {
        String cause = String.valueOf(failed.getMessage());
        return new Problem("listen", what + " " + AddressText.of(address), cause, remedy(cause, setting.name()));
    }

    /** Returns the remedy for a cause. The JDK distinguishes causes only by the message of the C library. */
    private static String remedy(String cause, String setting) {
        String choose = " with --set " + setting + "=HOST:PORT";
        if (cause.contains("Cannot assign requested address")) {
            return "this host does not have that address; choose one that 'ip address' lists" + choose;
        }
        if (cause.contains("Permission denied")) {
            return "ports below 1024 need root or CAP_NET_BIND_SERVICE; choose another port" + choose;
        }
        return "stop the process that listens there, or choose another port" + choose;
    }
}
