package io.tcpprobe.kernel.ffi;

import java.io.IOException;

/** A system call that failed. */
public final class ErrnoException extends IOException {
    private static final long serialVersionUID = 1L;

    /** There is nothing to read now. */
    public static final int EAGAIN = 11;

    private final int errno;

    /** A failure of this step; the message is "step: text". */
    public ErrnoException(String step, int errno, String text) {
        super(step + ": " + text);
        this.errno = errno;
    }

    /** The error's number, as in errno.h. */
    public int errno() {
        return errno;
    }
}
