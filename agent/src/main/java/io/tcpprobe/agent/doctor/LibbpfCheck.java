package io.tcpprobe.agent.doctor;

import java.io.IOException;
import java.util.List;

/**
 * The library libbpf, which the source bpf needs.
 *
 * @param loader loads it and returns its version
 */
record LibbpfCheck(Loader loader) implements Check {
    private static final String NAME = "libbpf";

    /** Loads the library. */
    @FunctionalInterface
    interface Loader {
        /**
         * Returns its version.
         *
         * @throws IOException if it cannot be used; the message states the cause and the remedy
         */
        String load() throws IOException;
    }

    @Override
    public List<Finding> run() {
        try {
            return List.of(Finding.ok(NAME, "libbpf.so.1 is " + loader.load()));
        } catch (IOException unusable) {
            Sentence sentence = Sentence.of(String.valueOf(unusable.getMessage()));
            return List.of(Finding.warning(NAME, sentence.fact(), sentence.remedy()));
        }
    }
}
