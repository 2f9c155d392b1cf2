package io.tcpprobe.agent.users;

import java.io.IOException;

/** A file that can be read, and whose content makes no sense. */
public final class DamagedFileException extends IOException {
    private static final long serialVersionUID = 1L;

    /** A damaged file; {@code fault} is a clause: "line 4 is no user". */
    DamagedFileException(String fault) {
        super(fault);
    }
}
