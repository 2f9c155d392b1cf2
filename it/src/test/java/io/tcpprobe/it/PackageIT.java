package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packages, built from the built agent, and installed in systems without Java. */
@Needs({"root", "dpkg-deb", "rpmbuild", "debootstrap", "lintian", "systemd-nspawn", "snmpwalk", "curl"})
class PackageIT {
    private static final Path ROOT =
            Distribution.built().folder().resolve("../../..").normalize();
    private static final Map<String, String> JDK = Map.of("JAVA_HOME", System.getProperty("java.home"));
    private static final Duration LIMIT = Duration.ofMinutes(10);

    /** The exit status of a script that cannot test here. */
    private static final int SKIPPED = 77;

    @TempDir
    private static Path folder;

    @BeforeAll
    static void build() {
        run("packaging/package.sh", ROOT.toString(), "--output", folder.toString());
    }

    private static Tools.Result tryTo(String script, String... arguments) {
        return tryTo(JDK, script, arguments);
    }

    private static Tools.Result tryTo(Map<String, String> environment, String script, String... arguments) {
        List<String> line = Stream.concat(
                        Stream.of(
                                "timeout",
                                Long.toString(LIMIT.toSeconds()),
                                "sh",
                                ROOT.resolve(script).toString()),
                        Stream.of(arguments))
                .toList();
        return Tools.here().run(line, environment, "", LIMIT.plusSeconds(10));
    }

    private static String run(String script, String... arguments) {
        return tryTo(script, arguments).expectSuccess();
    }

    private static Path file(String pattern) throws IOException {
        return file(folder, pattern);
    }

    private static Path file(Path folder, String pattern) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().matches(pattern))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no file " + pattern + " in " + folder));
        }
    }

    @Test
    void shouldBuildWhatItsSumsName() throws IOException {
        String sums = Files.readString(folder.resolve("SHA256SUMS"));
        for (String pattern : List.of("tcpprobe_.*\\.deb", "tcpprobe-.*\\.tar\\.gz", "tcpprobe-javaagent-.*\\.jar")) {
            assertTrue(sums.contains(file(pattern).getFileName().toString()), sums);
        }
        Tools.here()
                .run("sh", "-c", "cd \"$1\" && sha256sum --check --strict SHA256SUMS", "sh", folder.toString())
                .expectSuccess();
    }

    @Test
    void shouldPleaseLintian() throws IOException {
        Tools.Result result = Tools.here()
                .run(
                        "lintian",
                        "--fail-on",
                        "error,warning",
                        file("tcpprobe_.*\\.deb").toString());
        assertEquals(0, result.status(), result::toString);
    }

    @Test
    @Needs("shellcheck")
    void shouldPleaseShellcheck() {
        Tools.here()
                .run(
                        "sh",
                        "-c",
                        "cd \"$1\" && shellcheck tcpprobe $(find packaging -name '*.sh') packaging/debian/p*",
                        "sh",
                        ROOT.toString())
                .expectSuccess();
    }

    /** In minimal Debian systems; that of "systemd" is booted, and its service runs with the source bpf. */
    @ParameterizedTest
    @ValueSource(strings = {"deb", "rpm", "tar", "systemd"})
    void shouldInstallRunUpgradeAndRemove(String part) {
        expectSuccess(tryTo("packaging/test/install-test.sh", folder.toString(), cache().toString(), part));
    }

    /** From the package of the last release, or of the commit before; and back. */
    @Test
    @Needs({"--all", "git", "mvn"})
    void shouldUpgradeFromAnEarlierCommit(@TempDir Path earlier) throws IOException {
        expectSuccess(tryTo("packaging/test/previous.sh", ROOT.toString(), earlier.toString()));
        Map<String, String> environment =
                Map.of("PREVIOUS", file(earlier, "tcpprobe_.*\\.deb").toString());
        expectSuccess(
                tryTo(environment, "packaging/test/install-test.sh", folder.toString(), cache().toString(), "deb"));
    }

    @Test
    @Needs({"podman", "runc"})
    void shouldRunInAContainer() throws IOException {
        expectSuccess(tryTo("packaging/image/test.sh", file("tcpprobe_.*\\.deb").toString()));
    }

    private static void expectSuccess(Tools.Result result) {
        if (result.status() == SKIPPED) {
            NeedsCondition.skip(result.toString());
        }
        result.expectSuccess();
    }

    /** Where the archives of the systems stay, so that a second run needs no network. */
    private static Path cache() {
        return ROOT.resolve("it/target/install-test");
    }
}
