package io.tcpprobe.kernel.flow;

/**
 * A source that would be preferred to the one that runs, or a part of the one that runs, and why this host refuses it.
 *
 * @param what the source, or the part as "bpf without owners"
 * @param reason what was tried, the cause and what to do, in one line
 * @param unexpected whether this process has privileges with which one may expect it to run
 */
public record SourceRefusal(String what, String reason, boolean unexpected) {
    /** "what: reason". */
    @Override
    public String toString() {
        return what + ": " + reason;
    }
}
