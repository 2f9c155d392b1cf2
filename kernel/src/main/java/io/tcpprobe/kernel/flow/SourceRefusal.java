package io.tcpprobe.kernel.flow;

/**
 * A source, or a part of a source, that this host refuses although it would be preferred, with the reason.
 *
 * @param what the source, or the missing part, such as "bpf without owners"
 * @param reason the step, the cause and the remedy, in one line
 * @param unexpected true if this process has privileges that normally suffice to run it
 */
public record SourceRefusal(String what, String reason, boolean unexpected) {
    /** Returns "what: reason". */
    @Override
    public String toString() {
        return what + ": " + reason;
    }
}
