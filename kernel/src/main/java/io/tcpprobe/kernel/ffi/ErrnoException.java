package io.tcpprobe.kernel.ffi;

import java.io.IOException;

/** Thrown when a system call fails. */
public final class ErrnoException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Operation not permitted: a privilege is missing. */
    public static final int EPERM = 1;

    /** No such file or object. */
    public static final int ENOENT = 2;

    /** The call was interrupted by a signal. */
    public static final int EINTR = 4;

    /** The call would block: nothing can be read now. */
    public static final int EAGAIN = 11;

    /** Permission denied. */
    public static final int EACCES = 13;

    /** The kernel does not support the address family. */
    public static final int EAFNOSUPPORT = 97;

    /** The kernel does not support the operation. */
    public static final int EOPNOTSUPP = 95;

    private final int errno;

    /** Creates the failure of a step; the message is "step: text". */
    public ErrnoException(String step, int errno, String text) {
        super(step + ": " + text);
        this.errno = errno;
    }

    /** Returns the error number, as in errno.h. */
    public int errno() {
        return errno;
    }
}
