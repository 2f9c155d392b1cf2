package io.tcpprobe.kernel.bpf;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Why libbpf could not load or attach an object, by what it printed. It prints more than the cause: what it does without, the
 * program's whole log from the verifier, and in the end that all has failed.
 *
 * @param program the program that was refused; empty if it was something else
 * @param reason one line; empty if libbpf said nothing of it
 */
record LibbpfFailure(String program, String reason) {
    private static final Pattern OF_PROGRAM = Pattern.compile("(?s)(?:libbpf: )?prog '([^']+)': (.*)");
    private static final String LOG = "-- BEGIN PROG LOAD LOG --";

    /** Warnings of what libbpf then does in another way. */
    private static final List<String> HARMLESS = List.of("Retrying", "is not found in vmlinux BTF", "skipping");

    /** Chooses among warnings in the order in which they were printed: the verifier's log, a program's, any. */
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

    /** The verifier's log ends with the reason, and what it counted. */
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
