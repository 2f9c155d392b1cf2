package io.tcpprobe.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ConfigurationOptionsTest {
    private static final String INSTALLED = "tcpprobe.config";

    @TempDir
    private Path folder;

    @AfterEach
    void clear() {
        System.clearProperty(INSTALLED);
    }

    private static Path file(String... arguments) {
        return CommandLine.populateCommand(new ConfigurationOptions(), arguments)
                .file();
    }

    @Test
    void shouldReadTheFileOfTheInstalledProgramUnlessAnotherIsNamed() throws Exception {
        Path installed = Files.createFile(folder.resolve("tcpprobe.conf"));
        System.setProperty(INSTALLED, installed.toString());
        assertEquals(installed, file());
        assertEquals(Path.of("other"), file("--config", "other"));
    }

    @Test
    void shouldDoWithoutAFileWhereNoneIsInstalled() {
        assertNull(file());
        System.setProperty(INSTALLED, folder.resolve("removed.conf").toString());
        assertNull(file());
    }
}
