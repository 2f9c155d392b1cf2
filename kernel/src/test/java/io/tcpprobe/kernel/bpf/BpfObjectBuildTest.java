package io.tcpprobe.kernel.bpf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BpfObjectBuildTest {
    private static final Path COMMITTED = Path.of("src/main/resources/io/tcpprobe/kernel/bpf/tcpprobe.bpf.o");

    @Test
    void shouldEqualTheCountsOfTheSources(@TempDir Path folder) throws Exception {
        Clang.requireInstalled();
        Path built = folder.resolve("tcpprobe.bpf.o");
        Clang.expectSuccess(List.of("sh", "src/main/c/bpf/build.sh", built.toString()));
        assertArrayEquals(
                Files.readAllBytes(COMMITTED),
                Files.readAllBytes(built),
                "the programs have changed: build the object again with kernel/src/main/c/bpf/build.sh");
    }

    @Test
    void shouldNotDependOnWhereItIsBuilt(@TempDir Path folder) throws Exception {
        Clang.requireInstalled();
        Path elsewhere = Files.createDirectories(folder.resolve("a/place/elsewhere"));
        try (var files = Files.list(Path.of("src/main/c/bpf"))) {
            for (Path file : files.toList()) {
                Files.copy(file, elsewhere.resolve(file.getFileName()));
            }
        }
        Path built = folder.resolve("elsewhere.o");
        Clang.expectSuccess(List.of("sh", elsewhere.resolve("build.sh").toString(), built.toString()));
        assertArrayEquals(Files.readAllBytes(COMMITTED), Files.readAllBytes(built));
    }
}
