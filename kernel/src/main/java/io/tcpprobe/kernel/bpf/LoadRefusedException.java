package io.tcpprobe.kernel.bpf;

import io.tcpprobe.kernel.ffi.ErrnoException;
import java.io.IOException;

/** Thrown when the kernel or libbpf refuses BPF programs. */
final class LoadRefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final boolean ofPrivilege;
    private final String reason;

    private LoadRefusedException(String message, ErrnoException cause, boolean ofPrivilege, String reason) {
        super(message, cause);
        this.ofPrivilege = ofPrivilege;
        this.reason = reason;
    }

    /**
     * Creates the exception of a failed call.
     *
     * @param failure the reason that libbpf reported
     */
    static LoadRefusedException of(ErrnoException failed, LibbpfFailure failure) throws IOException {
        String call = String.valueOf(failed.getMessage());
        if (failed.errno() == ErrnoException.EPERM || failed.errno() == ErrnoException.EACCES) {
            Privileges privileges = Privileges.ofThisProcess();
            if (failed.errno() == ErrnoException.EPERM || !privileges.missing().isEmpty()) {
                String name = failed.errno() == ErrnoException.EPERM ? "EPERM" : "EACCES";
                String why = privileges.explainRefusal();
                return new LoadRefusedException(call + " (" + name + "); " + why, failed, true, why);
            }
        }
        return failure.reason().isEmpty()
                ? new LoadRefusedException(call, failed, false, call)
                : new LoadRefusedException(call + ": " + failure, failed, false, failure.reason());
    }

    /** Returns true if this process lacks the privilege for BPF, independent of the programs. */
    boolean ofPrivilege() {
        return ofPrivilege;
    }

    /** Returns the cause alone, in one line. */
    String reason() {
        return reason;
    }
}
