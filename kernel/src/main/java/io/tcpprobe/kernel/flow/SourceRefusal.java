package io.tcpprobe.kernel.flow;

/**
 * A source, or a part of a source, that this host refuses although it would be preferred, with the reason.
 *
 * @param source the source
 * @param part the missing part, such as "owners", without which the source runs; empty if the source itself is refused
 * @param reason the step, the cause and the remedy, in one line
 * @param unexpected true if this process has privileges that normally suffice to run it
 */
public record SourceRefusal(String source, String part, String reason, boolean unexpected) {
    /** Creates the refusal of a source. */
    public static SourceRefusal of(String source, String reason, boolean unexpected) {
        return new SourceRefusal(source, "", reason, unexpected);
    }

    /** Returns true if this refuses a part of a source, which runs without it. */
    public boolean isPart() {
        return !part.isEmpty();
    }

    /** Returns what is refused: "bpf", "bpf without owners". */
    public String what() {
        return isPart() ? source + " without " + part : source;
    }

    /** Returns "what: reason". */
    @Override
    public String toString() {
        return what() + ": " + reason;
    }
}
