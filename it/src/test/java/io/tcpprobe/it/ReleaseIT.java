package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A release of a clone of these sources. */
@Needs({"git", "mvn"})
class ReleaseIT {
    private static final Path ROOT =
            Distribution.built().folder().resolve("../../..").normalize();
    private static final Map<String, String> ENVIRONMENT = Map.of(
            "JAVA_HOME", System.getProperty("java.home"),
            "GIT_AUTHOR_NAME", "test",
            "GIT_AUTHOR_EMAIL", "test@example.org",
            "GIT_COMMITTER_NAME", "test",
            "GIT_COMMITTER_EMAIL", "test@example.org");
    private static final Duration LIMIT = Duration.ofMinutes(15);

    @TempDir
    private Path folder;

    private Path clone;

    @BeforeEach
    void cloneSources() {
        clone = folder.resolve("clone");
        git(ROOT, "clone", "-q", "--no-local", "--no-tags", ROOT.toString(), clone.toString());
    }

    private static void git(Path where, String... arguments) {
        List<String> line = new ArrayList<>(List.of("git", "-C", where.toString()));
        line.addAll(List.of(arguments));
        Tools.here().run(line, ENVIRONMENT, "").expectSuccess();
    }

    private void name(String heading) throws IOException {
        Path changelog = clone.resolve("CHANGELOG.md");
        Files.writeString(changelog, Files.readString(changelog).replaceFirst("(?m)^## .*$", "## " + heading));
        git(clone, "commit", "-q", "-a", "-m", "release");
    }

    private Tools.Result release() {
        return release(out());
    }

    /** Builds in a temporary folder, a new one each time. */
    private Tools.Result release(Path out) {
        return Tools.here()
                .run(
                        List.of(
                                "sh",
                                clone.resolve("packaging/release.sh").toString(),
                                clone.toString(),
                                "--output",
                                out.toString()),
                        ENVIRONMENT,
                        "",
                        LIMIT);
    }

    private Path out() {
        return folder.resolve("out");
    }

    private void expectRefusal(String reason) throws IOException {
        Tools.Result result = release();
        assertEquals(1, result.status(), result::toString);
        assertTrue(result.err().contains(reason), result::toString);
        assertTrue(Files.notExists(out().resolve("SHA256SUMS")));
    }

    @Test
    void shouldRefuseACommitWithoutATag() throws IOException {
        expectRefusal("this commit has no tag such as v1.2.3");
        git(clone, "tag", "v1.2-final");
        expectRefusal("tag v1.2-final is not a version");
    }

    @Test
    void shouldRefuseChangesThatAreNotCommitted() throws IOException {
        git(clone, "tag", "v7.8.9");
        Files.writeString(clone.resolve("README.md"), "changed");
        expectRefusal("README.md");
    }

    @Test
    void shouldRefuseAVersionThatTheChangelogDoesNotDescribe() throws IOException {
        git(clone, "tag", "v7.8.9");
        expectRefusal("CHANGELOG.md has no section '## 7.8.9, YYYY-MM-DD'");
        name("7.8.9, 2026-01-31\n\n## 7.8.8, 2026-01-30");
        git(clone, "tag", "-f", "v7.8.9");
        expectRefusal("the section 7.8.9 of CHANGELOG.md names no change");
        expectRefusal("the section 7.8.9 of CHANGELOG.md names no change"); // not for what the first attempt left
    }

    @Test
    void shouldNotReplaceOtherFiles() throws IOException {
        git(clone, "tag", "v7.8.9");
        Files.createDirectory(out());
        Files.writeString(out().resolve("letter"), "mine");
        expectRefusal("has other files than those of a release");
        assertEquals("mine", Files.readString(out().resolve("letter")));
    }

    @Test
    @Needs({"--all", "dpkg-deb"})
    void shouldReleaseTheVersionOfTheTag() throws IOException {
        name("7.8.9, 2026-01-31");
        git(clone, "tag", "v7.8.9");
        release().expectSuccess();
        String sums = Files.readString(out().resolve("SHA256SUMS"));
        for (String file : List.of(
                "tcpprobe_7.8.9_",
                "tcpprobe-7.8.9-linux-",
                "tcpprobe-javaagent-7.8.9.jar",
                "tcpprobe-7.8.9.cdx.json",
                "RELEASE-NOTES-7.8.9.md")) {
            assertTrue(sums.contains(file), sums);
        }
        String bill = Files.readString(out().resolve("tcpprobe-7.8.9.cdx.json"));
        for (String component : List.of("snmp4j-agent", "sqlite-jdbc", "openjdk", "uplot", "tcpprobe-kernel")) {
            assertTrue(bill.contains("\"" + component + "\""), bill);
        }
        Tools.Result version = Tools.here()
                .run(
                        "sh",
                        "-c",
                        "tar -xzf \"$1\"/tcpprobe-*.tar.gz -C \"$1\" && \"$1\"/tcpprobe-*/bin/tcpprobe --version",
                        "sh",
                        out().toString());
        assertTrue(version.expectSuccess().contains("7.8.9"), version::toString);
    }

    @Test
    @Needs({"--all", "dpkg-deb"})
    void shouldBuildTheSameBytesTwice() throws IOException {
        name("7.8.9, 2026-01-31");
        git(clone, "tag", "v7.8.9");
        release().expectSuccess();
        Path again = folder.resolve("again");
        release(again).expectSuccess();
        assertEquals(Files.readString(out().resolve("SHA256SUMS")), Files.readString(again.resolve("SHA256SUMS")));
    }
}
