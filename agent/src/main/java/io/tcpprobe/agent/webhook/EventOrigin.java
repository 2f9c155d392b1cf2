package io.tcpprobe.agent.webhook;

import java.net.URI;
import java.net.URISyntaxException;

/**
 * Where events come from.
 *
 * @param host the name of this host
 */
record EventOrigin(String host) {
    static final String PROGRAM = "tcpprobe";

    /** Returns it as a URI reference: "/tcpprobe/web1". */
    String uri() {
        try {
            return new URI(null, null, "/" + PROGRAM + "/" + host, null).toASCIIString();
        } catch (URISyntaxException impossible) { // what is not allowed in a path is quoted
            throw new IllegalArgumentException(host, impossible);
        }
    }
}
