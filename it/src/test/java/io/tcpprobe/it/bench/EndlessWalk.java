package io.tcpprobe.it.bench;

import java.io.IOException;

/** A walk by GETBULKs that begins again at its end. */
final class EndlessWalk {
    private final RawSnmp client;
    private final byte[] root;
    private final int repetitions;
    private byte[] at;
    private int walks;
    private int max;

    EndlessWalk(RawSnmp client, byte[] root, int repetitions) {
        this.client = client;
        this.root = root;
        this.repetitions = repetitions;
        this.at = root;
    }

    /**
     * Sends the next request.
     *
     * @return the number of bindings in the response
     */
    int step() throws IOException {
        int bindings = client.ask(RawSnmp.request(RawSnmp.GETBULK, at, repetitions));
        max = Math.max(max, client.bytes());
        if (client.below(root)) {
            at = client.last();
        } else {
            at = root;
            walks++;
        }
        return bindings;
    }

    /** Returns the number of completed walks. */
    int walks() {
        return walks;
    }

    /** Returns the size of the largest response in bytes. */
    int max() {
        return max;
    }
}
