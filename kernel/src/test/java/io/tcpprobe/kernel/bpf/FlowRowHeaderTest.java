package io.tcpprobe.kernel.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlowRowHeaderTest {
    private static final Path HEADER = Path.of("src/main/c/bpf/flow_row.h");

    @Test
    void shouldBeTheCommittedHeader() throws IOException {
        if (Boolean.getBoolean("tcpprobe.render")) {
            Files.writeString(HEADER, FlowRowHeader.render());
        }
        assertEquals(
                Files.readString(HEADER),
                FlowRowHeader.render(),
                "the row has changed: render again with 'mvn test -pl kernel -am -Dtcpprobe.render=true', then build"
                        + " the object again with src/main/c/bpf/build.sh");
    }

    @Test
    void shouldLieInCAsInJava(@TempDir Path folder) throws Exception {
        Path source = folder.resolve("layout.c");
        Files.writeString(source, FlowRowHeader.assertions());
        Clang.requireInstalled();
        Clang.run("-target", "bpf", "-fsyntax-only", "-Isrc/main/c/bpf", source.toString());
    }
}
