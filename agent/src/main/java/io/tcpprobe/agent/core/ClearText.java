package io.tcpprobe.agent.core;

import java.net.InetAddress;
import java.net.URI;

/** Detects requests that leave the host unencrypted. */
public final class ClearText {
    private ClearText() {}

    /** Returns true if requests to a URL are sent in the clear to another host. */
    public static boolean isSentTo(URI url) {
        return url.getScheme().equalsIgnoreCase("http") && !isLoopback(url.getHost());
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.ofLiteral(host).isLoopbackAddress();
        } catch (IllegalArgumentException aName) {
            return host.equalsIgnoreCase("localhost");
        }
    }
}
