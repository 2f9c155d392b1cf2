package io.tcpprobe.kernel.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpprobe.kernel.TestRequirement;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The compiler that builds the BPF object, as the tests use it. */
final class Clang {
    private static final String COMPILER = "clang-14";

    private Clang() {}

    /** Skips the test where there is no clang-14; in CI it fails. */
    static void requireInstalled() {
        boolean installed = List.of(System.getenv("PATH").split(":", -1)).stream()
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, COMPILER)));
        TestRequirement.unless(installed, COMPILER + " is not installed");
    }

    /** Compiles; fails with the output of the compiler. */
    static void run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(COMPILER));
        command.addAll(List.of(arguments));
        expectSuccess(command);
    }

    /** Runs a command; fails with its output. */
    static void expectSuccess(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
    }
}
