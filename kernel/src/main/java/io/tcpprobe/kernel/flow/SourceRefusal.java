package io.tcpprobe.kernel.flow;

/**
 * A source, or a part of a source, that this host refuses although it would be preferred, with the reason.
 *
 * @param what the source, or the missing part, such as "bpf without owners"
 * @param reason the step, the cause and the remedy, in one line
 * @param unexpected true if this process has privileges that normally suffice to run it
 */
public record SourceRefusal(String what, String reason, boolean unexpected) {
    private static final String WITHOUT = " without ";

    /**
     * Creates the refusal of a part of a source.
     *
     * @param source the source, which runs without the part
     * @param part such as "owners"
     */
    public static SourceRefusal ofPart(String source, String part, String reason, boolean unexpected) {
        return new SourceRefusal(source + WITHOUT + part, reason, unexpected);
    }

    /** Returns true if this refuses a part of a source, which runs without it. */
    public boolean isPart() {
        return what.contains(WITHOUT);
    }

    /** Returns "what: reason". */
    @Override
    public String toString() {
        return what + ": " + reason;
    }
}
