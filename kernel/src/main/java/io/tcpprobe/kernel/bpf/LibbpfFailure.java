package io.tcpprobe.kernel.bpf;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The reason why libbpf could not load or attach an object, extracted from its messages. They contain more than the cause:
 * features that it does without, the whole verifier log of the program, and finally the failure itself.
 *
 * @param program the refused program; empty if the failure was not about a program
 * @param reason one line; empty if libbpf reported none
 */
record LibbpfFailure(String program, String reason) {
    private static final Pattern OF_PROGRAM = Pattern.compile("(?s)(?:libbpf: )?prog '([^']+)': (.*)");
    private static final String LOG = "-- BEGIN PROG LOAD LOG --";

    /** Warnings about features for which libbpf has an alternative. */
    private static final List<String> HARMLESS =
            List.of("Retrying", "is not found in vmlinux BTF", "skipping", "failed to iterate BTF objects");

    /**
     * Selects the reason among warnings in the order of printing. Preferred is the verifier's log, then a warning about a
     * program, then any.
     */
    static LibbpfFailure of(List<String> warnings) {
        List<String> serious = warnings.stream()
                .filter(warning -> HARMLESS.stream().noneMatch(warning::contains))
                .toList();
        Stream<String> logs = serious.stream().filter(warning -> warning.contains(LOG));
        Stream<String> ofPrograms =
                serious.stream().filter(warning -> OF_PROGRAM.matcher(warning).matches());
        return Stream.of(logs, ofPrograms, serious.stream())
                .flatMap(stream -> stream)
                .findFirst()
                .map(LibbpfFailure::parse)
                .orElse(new LibbpfFailure("", ""));
    }

    private static LibbpfFailure parse(String warning) {
        Matcher ofProgram = OF_PROGRAM.matcher(warning);
        return ofProgram.matches()
                ? new LibbpfFailure(ofProgram.group(1), lastLine(ofProgram.group(2)))
                : new LibbpfFailure("", lastLine(warning));
    }

    /** Returns the reason in a verifier log: its last line before the statistics. */
    private static String lastLine(String text) {
        return text.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("-- ") && !line.startsWith("processed "))
                .reduce("", (_, last) -> last)
                .strip();
    }

    @Override
    public String toString() {
        return program.isEmpty() ? reason : "the kernel refuses program " + program + ": " + reason;
    }
}
