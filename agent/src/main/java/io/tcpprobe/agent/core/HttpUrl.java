package io.tcpprobe.agent.core;

import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpRequest;

/** URLs that requests are sent to. */
public final class HttpUrl {
    private static final int MAX_PORT = 65_535;

    private HttpUrl() {}

    /**
     * Returns a URL that requests can be sent to.
     *
     * @throws IllegalArgumentException if none can
     */
    public static URI parse(String text) {
        URI url = URI.create(text);
        HttpRequest.newBuilder(url); // checks scheme and host
        if (url.getPort() > MAX_PORT) {
            throw new IllegalArgumentException("no port is above " + MAX_PORT);
        }
        return url;
    }

    /** Returns true if requests to a URL are sent in the clear to another host. */
    public static boolean isSentInTheClear(URI url) {
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
