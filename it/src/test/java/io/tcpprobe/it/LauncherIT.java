package io.tcpprobe.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher in a separate checkout, with fake JDKs and a fake Maven that only record how they were called. */
class LauncherIT {
    private static final List<String> NEEDED = List.of(
            "readlink",
            "dirname",
            "find",
            "head",
            "mkdir",
            "mv",
            "rm",
            "cat",
            "cksum",
            "cp",
            "stat",
            "flock",
            "timeout",
            "sleep",
            "id",
            "grep",
            "setsid");

    private static final String JAVA = """
            #!/bin/sh
            for argument; do
                case $argument in -XX:AOTCacheOutput=*) cache=${argument#*=} ;; esac
            done
            if [ "$cache" ]; then
                case $0 in *-lame/*) exit 1 ;; esac
                echo cache >"$cache"
            fi
            echo "java $0"
            for argument; do echo "[$argument]"; done
            """;

    private static final String MAVEN = """
            #!/bin/sh
            echo "$JAVA_HOME $*" >>"$LOG"
            if [ "$OFFLINE" ]; then echo "Could not transfer artifact a:b:1 from central: Unknown host"; exit 1; fi
            if [ "$HANG" ]; then sleep 600 & echo "$$ $!" >"$HANG"; wait; fi
            if [ "$FAIL" ]; then echo "no such symbol"; exit 3; fi
            sleep 0.2
            mkdir -p agent/target/tcpprobe/lib
            echo jar >agent/target/tcpprobe/lib/tcpprobe.jar
            cp packaging/* agent/target/tcpprobe
            """;

    @TempDir
    private Path temporary;

    private Path root;
    private Path programs;
    private Path places;
    private Path mavenLog;

    private record Result(int status, String out, String err) {}

    @BeforeEach
    void checkOut() throws IOException {
        root = Files.createDirectories(temporary.toRealPath().resolve("check out"));
        programs = Files.createDirectory(temporary.resolve("bin"));
        places = Files.createDirectory(temporary.toRealPath().resolve("jvm"));
        mavenLog = Files.createFile(temporary.resolve("maven.log"));
        Path launcher = Distribution.built().folder().resolve("../../../tcpprobe");
        Files.copy(launcher, root.resolve("tcpprobe"), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        Path packaging = Files.createDirectory(root.resolve("packaging"));
        for (String part : List.of("jvm.options", "start-java.sh")) {
            Files.copy(launcher.resolveSibling("packaging").resolve(part), packaging.resolve(part));
        }
        Files.createFile(root.resolve("pom.xml"));
        Files.createDirectories(root.resolve("config/src/main/java"));
        for (String program : NEEDED) {
            program(programs.resolve(program), "#!/bin/sh\nPATH=/usr/bin:/bin exec " + program + " \"$@\"\n");
        }
        program(programs.resolve("mvn"), MAVEN);
    }

    private static void program(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Path jdk(Path folder, String version) throws IOException {
        program(folder.resolve("bin/java"), JAVA);
        program(folder.resolve("bin/javac"), "#!/bin/sh\n");
        Files.writeString(
                folder.resolve("release"), "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"" + version + "\"\nSOURCE=\"\"\n");
        return folder;
    }

    private Process start(Path launcher, Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(temporary.toFile());
        builder.environment().clear();
        builder.environment()
                .putAll(Map.of(
                        "PATH", programs.toString(),
                        "JDK_PLACES", temporary.resolve("none") + ":" + places,
                        "LOG", mavenLog.toString()));
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static Result result(Process process) throws IOException, InterruptedException {
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        return new Result(process.exitValue(), out, err);
    }

    private Result run(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        return result(start(root.resolve("tcpprobe"), environment, arguments));
    }

    private Result run(String... arguments) throws IOException, InterruptedException {
        return run(Map.of(), arguments);
    }

    private List<String> builds() throws IOException {
        return Files.readAllLines(mavenLog);
    }

    @Test
    void shouldPrintUsageWithoutArguments() throws Exception {
        Result result = run();
        assertEquals(2, result.status());
        assertTrue(result.err().contains("usage: ./tcpprobe COMMAND"), result.err());
    }

    @Test
    void shouldNameTheProgramAsItWasTyped() throws Exception {
        jdk(places.resolve("jdk-25"), "25");
        Path link = Files.createSymbolicLink(temporary.resolve("probe"), root.resolve("tcpprobe"));
        assertEquals("usage: " + link + " COMMAND", usage(link.toString()));
        assertEquals("usage: ./probe COMMAND", usage("./probe"));
        assertTrue(result(start(link, Map.of(), "run")).out().contains("[-Dtcpprobe.program=" + link + "]\n"));
    }

    @Test
    void shouldNameAProgramOnThePathByItsNameOnly() throws Exception {
        Path link = Files.createSymbolicLink(programs.resolve("probe"), root.resolve("tcpprobe"));
        assertEquals("usage: probe COMMAND", usage(link.toString()));
    }

    @Test
    void shouldNotRepeatANameThatAShellWouldChange() throws Exception {
        jdk(places.resolve("jdk-25"), "25");
        String out = run("run").out(); // in the folder "check out"
        assertTrue(out.contains("[-Dtcpprobe.program=./tcpprobe]\n"), out);
    }

    /** Returns the first line of the usage of a launcher, called by this name. */
    private String usage(String name) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", name).directory(temporary.toFile());
        builder.environment().put("PATH", programs.toString());
        return result(builder.start()).err().lines().findFirst().orElse("");
    }

    @Test
    void shouldUseJavaHomeIfItIsNewEnough() throws Exception {
        jdk(places.resolve("jdk-25"), "25");
        Path chosen = jdk(temporary.resolve("chosen"), "26-ea");
        assertTrue(run(Map.of("JAVA_HOME", chosen.toString()), "run").out().startsWith("java " + chosen + "/bin/java"));
    }

    @Test
    void shouldPreferTheJavaOnThePath() throws Exception {
        jdk(places.resolve("jdk-25"), "25.0.1");
        Path onPath = jdk(temporary.toRealPath().resolve("on-path"), "27");
        Files.createSymbolicLink(programs.resolve("java"), onPath.resolve("bin/java"));
        assertTrue(run("run").out().startsWith("java " + onPath + "/bin/java"));
    }

    @Test
    void shouldUseTheLowestJdkThatIsNewEnough() throws Exception {
        jdk(places.resolve("a"), "26.0.1");
        jdk(places.resolve("b"), "1.8.0_402");
        jdk(places.resolve("c"), "25.0.3");
        jdk(places.resolve("d"), "17.0.9");
        Files.delete(jdk(places.resolve("0-without-compiler"), "25").resolve("bin/javac"));
        Path old = jdk(temporary.resolve("old"), "21.0.2");
        Result result = run(Map.of("JAVA_HOME", old.toString()), "run");
        assertTrue(result.out().startsWith("java " + places.resolve("c/bin/java")), result.out());
    }

    @Test
    void shouldReportAMissingJdk() throws Exception {
        jdk(places.resolve("jdk-17"), "17.0.9");
        Result result = run("run");
        assertEquals(1, result.status());
        assertTrue(result.err().contains("needs JDK 25 or newer"), result.err());
        assertTrue(result.err().contains(places.resolve("jdk-17") + " is Java 17"), result.err());
        assertEquals(List.of(), builds());
    }

    /** A fake Debian, whose JDK 25 has this version; installing it creates the JDK, or fails without one. */
    private void distribution(String candidate, int user, boolean installs) throws IOException {
        program(programs.resolve("id"), "#!/bin/sh\necho " + user + "\n");
        program(
                programs.resolve("apt-cache"),
                "#!/bin/sh\n[ \"$*\" = 'policy openjdk-25-jdk-headless' ] && echo '  Candidate: " + candidate + "'\n");
        Path prepared = jdk(temporary.resolve("prepared/jdk-25"), "25.0.1");
        String install = installs ? "exec mv " + prepared + " " + places : "echo no space left; exit 100";
        program(programs.resolve("apt-get"), "#!/bin/sh\necho apt-get \"$@\"\n" + install + "\n");
    }

    @Test
    void shouldInstallTheDistributionsJdkAsRootAndSaySo() throws Exception {
        distribution("25.0.1+8-1", 0, true);
        Result first = run("run");
        assertEquals(0, first.status(), first::toString);
        assertTrue(first.err().contains("installing openjdk-25-jdk-headless, as root"), first::toString);
        assertTrue(
                first.err().contains("apt-get -qq install --yes --no-install-recommends openjdk-25-jdk-headless\n"),
                first::toString);
        assertTrue(first.out().startsWith("java " + places.resolve("jdk-25/bin/java")), first::toString);
        assertFalse(run("run").err().contains("apt-get"), "it is installed once");
    }

    @Test
    void shouldNameTheCommandInsteadOfInstallingWithoutRoot() throws Exception {
        distribution("25.0.1+8-1", 1000, true);
        Result result = run("run");
        assertEquals(1, result.status());
        assertTrue(
                result.err().contains("As root: apt-get install --no-install-recommends openjdk-25-jdk-headless\n"),
                result::toString);
        assertFalse(result.err().contains("installing"), result::toString);
    }

    @Test
    void shouldReportThatInstallingTheJdkFailed() throws Exception {
        distribution("25.0.1+8-1", 0, false);
        Result result = run("run");
        assertEquals(1, result.status());
        assertTrue(result.err().contains("no space left\n"), result::toString);
        assertTrue(result.err().contains("installing openjdk-25-jdk-headless failed"), result::toString);
        assertTrue(result.err().contains("As root: apt-get install"), result::toString);
    }

    @Test
    void shouldNameTheTarBallWhereTheDistributionHasNoJdk() throws Exception {
        distribution("(none)", 0, true);
        Result result = run("run");
        assertEquals(1, result.status());
        assertFalse(result.err().contains("apt-get"), result::toString);
        assertTrue(result.err().contains("the tar ball"), result::toString);
    }

    @Test
    void shouldPassArgumentsOnUnchanged() throws Exception {
        jdk(places.resolve("jdk-25"), "25");
        String out = run("run", "--set", "snmp.community=a b", "*", "").out();
        assertTrue(out.endsWith("[io.tcpprobe.agent.cli.Main]\n[run]\n[--set]\n[snmp.community=a b]\n[*]\n[]\n"), out);
        assertTrue(out.contains("[-cp]\n[" + root + "/agent/target/tcpprobe/lib/tcpprobe.jar]\n"), out);
    }

    @Test
    void shouldWorkThroughSymbolicLinksFromAnyFolder() throws Exception {
        jdk(places.resolve("jdk-25"), "25");
        Path link = Files.createSymbolicLink(temporary.resolve("link"), root.resolve("tcpprobe"));
        Path linkToLink = Files.createSymbolicLink(temporary.resolve("link2"), link);
        String out = result(start(linkToLink, Map.of(), "run")).out();
        assertTrue(out.contains("[" + root + "/agent/target/tcpprobe/lib/tcpprobe.jar]"), out);
    }

    @Test
    void shouldBuildOnceAndAgainWhenSourcesHaveChanged() throws Exception {
        Path jdk = jdk(places.resolve("jdk-25"), "25");
        assertTrue(run("run").err().contains("tcpprobe: building"));
        assertFalse(run("run").err().contains("tcpprobe: building"));
        assertEquals(List.of(jdk + " -q --batch-mode -DskipTests package -pl agent -am"), builds());

        Path source = Files.createFile(root.resolve("config/src/main/java/A.java"));
        run("run");
        run("run");
        assertEquals(2, builds().size());

        Files.delete(source);
        FileTime later = FileTime.from(Instant.now().plusSeconds(1));
        Files.setLastModifiedTime(source.getParent(), later); // as deleting a file does; the clock may be coarse
        run("run");
        assertEquals(3, builds().size());
    }

    @Test
    void shouldBuildOnceForTwoAtOnce() throws Exception {
        jdk(places.resolve("jdk-25"), "25");
        Process first = start(root.resolve("tcpprobe"), Map.of(), "run");
        Process second = start(root.resolve("tcpprobe"), Map.of(), "run");
        assertEquals(0, result(first).status());
        assertEquals(0, result(second).status());
        assertEquals(1, builds().size());
    }

    @Test
    void shouldShowMavensOutputIfTheBuildFails() throws Exception {
        jdk(places.resolve("jdk-25"), "25");
        Result result = run(Map.of("FAIL", "yes"), "run");
        assertEquals(1, result.status());
        assertEquals("", result.out());
        assertTrue(result.err().contains("no such symbol\n"), result.err());
        assertTrue(result.err().contains("kept in " + root + "/agent/target/build.log"), result.err());
    }

    @Test
    void shouldReportThatMavenIsMissing() throws Exception {
        jdk(places.resolve("jdk-25"), "25");
        Files.delete(programs.resolve("mvn"));
        Result result = run("run");
        assertEquals(1, result.status());
        assertTrue(result.err().contains("apt-get install maven"), result.err());
    }

    @Test
    void shouldNeitherBuildNorNeedMavenWhereThereAreNoSources() throws Exception {
        jdk(places.resolve("jdk-25"), "25");
        run("run");
        Files.delete(root.resolve("pom.xml"));
        Files.delete(programs.resolve("mvn"));
        assertEquals(0, run("run").status());
    }

    @Test
    void shouldStartWithTheCacheThatTheRehearsalMade() throws Exception {
        jdk(places.resolve("jdk-25"), "25.0.3");
        Result first = run("run");
        assertTrue(first.err().contains("tcpprobe: creating the start-up cache"), first.err());
        String cache = cacheOf(first);
        assertTrue(cache.startsWith(root + "/agent/target/tcpprobe/tcpprobe-25.0.3-"), cache);
        Result second = run("run");
        assertEquals("", second.err());
        assertEquals(cache, cacheOf(second));
    }

    /** The JVM would run the classes of the old jar: JDK-8377932. */
    @Test
    void shouldMakeAnotherCacheWhenAJarHasChanged() throws Exception {
        jdk(places.resolve("jdk-25"), "25.0.3");
        String before = cacheOf(run("run"));
        Files.writeString(root.resolve("agent/target/tcpprobe/lib/tcpprobe.jar"), "jaw\n"); // as long as before
        String after = cacheOf(run("run"));
        assertNotEquals(before, after);
        assertFalse(Files.exists(Path.of(before)), "the old one is removed");
    }

    @Test
    void shouldNotUseACacheThatOthersCanWrite() throws Exception {
        jdk(places.resolve("jdk-25"), "25.0.3");
        Path cache = Path.of(cacheOf(run("run")));
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rw-rw-rw-"));
        assertEquals("", cacheOf(run("run")));
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rw-r--r--"));
        assertEquals(cache.toString(), cacheOf(run("run")));
        Files.setPosixFilePermissions(cache.getParent(), PosixFilePermissions.fromString("rwxrwxrwx"));
        assertEquals("", cacheOf(run("run")));
    }

    /** Returns the start-up cache that the JVM was started with; empty if there was none. */
    private static String cacheOf(Result started) {
        return started.out()
                .lines()
                .filter(line -> line.startsWith("[-XX:AOTCache="))
                .map(line -> line.substring(line.indexOf('=') + 1, line.length() - 1))
                .findFirst()
                .orElse("");
    }

    @Test
    void shouldStartWithoutCacheIfTheRehearsalFails() throws Exception {
        jdk(places.resolve("jdk-25-lame"), "25");
        Result first = run("run");
        assertEquals(0, first.status());
        assertFalse(first.out().contains("AOTCache"), first.out());
        assertEquals("", run("run").err());
    }

    @Test
    void shouldRunTheWholeSuiteAndExitWithMavensStatus() throws Exception {
        Path jdk = jdk(places.resolve("jdk-25"), "25");
        Result result = run("test", "-pl", "config");
        assertEquals(0, result.status());
        assertEquals(List.of(jdk + " --batch-mode --no-transfer-progress verify -pl config"), builds());
        assertTrue(result.err().contains("tests that miss one of these programs are skipped: "), result.err());
        Result failing = run(Map.of("FAIL", "yes"), "test");
        assertEquals(3, failing.status());
        assertTrue(failing.out().contains("no such symbol"), failing.out());
    }

    @Test
    void shouldRunTheBenchOnceBuiltWithTheTestsClasses() throws Exception {
        Path jdk = jdk(places.resolve("jdk-25"), "25");
        Files.createDirectories(root.resolve("it/src/test/java"));
        Result result = run("bench", "--quick");
        assertEquals(0, result.status());
        String classes = ":" + root + "/it/target/classes:" + root + "/it/target/test-classes:" + root
                + "/test-support/target/classes]\n";
        assertTrue(result.out().contains(classes + "[io.tcpprobe.it.bench.SystemBench]\n"), result.out());
        assertTrue(result.out().endsWith("[" + root + "/it/target/bench]\n[--quick]\n"), result.out());
        run("bench");
        assertEquals(List.of(jdk + " -q --batch-mode -DskipTests package -pl it -am"), builds());
        run("run");
        assertEquals(1, builds().size(), "the program was built with it");
        Files.createFile(root.resolve("it/src/test/java/A.java"));
        run("bench");
        assertEquals(2, builds().size());
    }

    @Test
    void shouldExplainItsOwnCommands() throws Exception {
        for (String command : List.of("test", "bench", "package")) {
            for (String option : List.of("--help", "-h")) {
                Result result = run(command, option);
                assertEquals(0, result.status(), result::toString);
                assertTrue(result.out().startsWith("usage: ./tcpprobe " + command + " "), result::toString);
            }
        }
        assertEquals(List.of(), builds(), "nothing was built for it");
    }

    @Test
    void shouldPrintTheRemedyWhenTheFirstBuildIsOffline() throws Exception {
        jdk(places.resolve("jdk-25"), "25");
        Result result = run(Map.of("OFFLINE", "yes"), "run");
        assertEquals(1, result.status());
        assertTrue(result.err().contains("Maven could not fetch what the first build needs"), result::toString);
        assertTrue(result.err().contains("~/.m2/settings.xml"), result::toString);
        assertFalse(run(Map.of("FAIL", "yes"), "run").err().contains("could not fetch"));
    }

    @Test
    void shouldTerminateMavenAndItsChildrenOnSigterm() throws Exception {
        jdk(places.resolve("jdk-25"), "25");
        Path file = temporary.resolve("running");
        Process launcher = start(root.resolve("tcpprobe"), Map.of("HANG", file.toString()), "test");
        List<ProcessHandle> running = Waiting.until("Maven", () -> handles(file), found -> found.size() == 2);
        launcher.toHandle().destroy(); // SIGTERM; Process.destroy would also close its streams
        assertTrue(launcher.waitFor(30, TimeUnit.SECONDS));
        assertEquals(143, launcher.exitValue());
        for (ProcessHandle process : running) {
            Waiting.until("the end of " + process.pid(), process::isAlive, alive -> !alive);
        }
    }

    /** Returns the processes of Maven and its child, from the ids that they recorded. */
    private static List<ProcessHandle> handles(Path file) {
        try {
            return Files.exists(file)
                    ? Arrays.stream(Files.readString(file).strip().split(" ", -1))
                            .filter(pid -> !pid.isEmpty())
                            .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)).stream())
                            .toList()
                    : List.of();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
