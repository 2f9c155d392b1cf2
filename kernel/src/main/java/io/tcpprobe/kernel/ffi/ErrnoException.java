package io.tcpprobe.kernel.ffi;

import java.io.IOException;

/** A system call that failed. */
public final class ErrnoException extends IOException {
    private static final long serialVersionUID = 1L;

    /** A privilege is missing. */
    public static final int EPERM = 1;

    /** It is not there. */
    public static final int ENOENT = 2;

    /** A signal came first. */
    public static final int EINTR = 4;

    /** There is nothing to read now. */
    public static final int EAGAIN = 11;

    /** It is not allowed. */
    public static final int EACCES = 13;

    /** The kernel does not have that family of addresses. */
    public static final int EAFNOSUPPORT = 97;

    /** The kernel cannot do that. */
    public static final int EOPNOTSUPP = 95;

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
