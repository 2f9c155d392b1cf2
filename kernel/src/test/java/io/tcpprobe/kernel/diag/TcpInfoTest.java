package io.tcpprobe.kernel.diag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.kernel.TestRequirement;
import io.tcpprobe.kernel.flow.FlowField;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The offsets of tcp_info, against the C compiler's opinion of linux/tcp.h. */
class TcpInfoTest {
    private static final Path HEADER = Path.of("/usr/include/linux/tcp.h");
    private static final Pattern MEMBER = Pattern.compile("tcpi_\\w+");

    @Test
    void shouldMatchTheOffsetsOfTheHeader(@TempDir Path folder) throws Exception {
        TestRequirement.unless(Files.exists(HEADER), HEADER + " is missing: install linux-libc-dev");
        TestRequirement.unless(onPath("gcc"), "there is no gcc: install gcc");
        Set<String> declared = declared();
        Map<String, String> offsets = offsets(folder, declared);
        int compared = 0;
        for (TcpInfo.Member member : TcpInfo.MEMBERS) {
            String name = cName(member.field());
            if (declared.contains(name)) { // else it is newer than the header
                assertEquals(member.offset() + " " + member.field().width().bytes(), offsets.get(name), name);
                compared++;
            }
        }
        assertTrue(compared >= 48, "only " + compared + " members are in the header");
        assertEquals(Integer.toString(TcpInfo.MIN_SIZE), end(offsets.get("tcpi_total_retrans")));
    }

    private static String cName(FlowField field) {
        Matcher matcher = MEMBER.matcher(field.origin());
        assertTrue(matcher.find(), field + " does not say which member it is");
        return matcher.group();
    }

    private static String end(String offsetAndSize) {
        String[] both = offsetAndSize.split(" ", -1);
        return Integer.toString(Integer.parseInt(both[0]) + Integer.parseInt(both[1]));
    }

    /** The members of the header's struct that are no bit fields. */
    private static Set<String> declared() throws IOException {
        String text = Files.readString(HEADER);
        String struct = text.substring(text.indexOf("struct tcp_info {"));
        Set<String> names = new HashSet<>();
        for (String line : struct.substring(0, struct.indexOf("};")).split("\n", -1)) {
            Matcher matcher = Pattern.compile("^\\s*__u\\d+\\s+(tcpi_\\w+);").matcher(line);
            if (matcher.find()) {
                names.add(matcher.group(1));
            }
        }
        return names;
    }

    private static Map<String, String> offsets(Path folder, Set<String> names) throws Exception {
        StringBuilder program = new StringBuilder(
                "#include <stdio.h>\n#include <stddef.h>\n#include <linux/tcp.h>\nint main(void)\n{\n");
        for (String name : names) {
            program.append("printf(\"%s %zu %zu\\n\", \"")
                    .append(name)
                    .append("\", offsetof(struct tcp_info, ")
                    .append(name)
                    .append("), sizeof(((struct tcp_info *)0)->")
                    .append(name)
                    .append("));\n");
        }
        Path source = Files.writeString(folder.resolve("offsets.c"), program.append("return 0;\n}\n"));
        Path binary = folder.resolve("offsets");
        run("gcc", "-o", binary.toString(), source.toString());
        Map<String, String> offsets = new HashMap<>();
        for (String line : run(binary.toString()).split("\n", -1)) {
            String[] words = line.split(" ", 2);
            offsets.put(words[0], words.length > 1 ? words[1] : "");
        }
        return offsets;
    }

    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output;
    }

    private static boolean onPath(String program) {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            if (Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }

    @Test
    void shouldBeInTheOrderOfTheOffsetsWithoutOverlap() {
        int end = 0;
        Set<FlowField> fields = new HashSet<>();
        for (TcpInfo.Member member : TcpInfo.MEMBERS) {
            assertTrue(member.offset() >= end, member.toString());
            assertTrue(fields.add(member.field()), member.toString());
            end = member.end();
        }
    }
}
