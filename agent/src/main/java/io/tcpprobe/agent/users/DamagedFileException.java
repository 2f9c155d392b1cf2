package io.tcpprobe.agent.users;

import java.io.IOException;

/** Reports a file that can be read, but whose content is invalid. */
public final class DamagedFileException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Creates an exception; {@code fault} is a clause: "line 4 is not a user entry". */
    DamagedFileException(String fault) {
        super(fault);
    }
}
