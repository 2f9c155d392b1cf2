package io.tcpprobe.agent.cli;

import io.tcpprobe.test.Rendered;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The files that packages install for the completion in shells. */
class CompletionsTest {
    private static final Path FOLDER = Path.of("..", "packaging", "rendered", "completion");

    @Test
    void shouldBeTheCommittedFileOfBash() throws IOException {
        Rendered.assertCommitted(FOLDER.resolve("tcpprobe.bash"), Completions.bash());
    }

    @Test
    void shouldBeTheCommittedFileOfZsh() throws IOException {
        Rendered.assertCommitted(FOLDER.resolve("_tcpprobe"), Completions.zsh());
    }

    @Test
    void shouldBeTheCommittedFileOfFish() throws IOException {
        Rendered.assertCommitted(FOLDER.resolve("tcpprobe.fish"), Completions.fish());
    }
}
