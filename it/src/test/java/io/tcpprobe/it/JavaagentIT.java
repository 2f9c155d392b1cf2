package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import com.sun.tools.attach.VirtualMachine;
import io.tcpprobe.test.Waiting;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JavaagentIT {
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

    @TempDir
    private Path temporary;

    private final Path agent = Distribution.built().javaagent().toAbsolutePath().normalize();
    private Process process;
    private Writer questions;
    private BufferedReader answers;

    @AfterEach
    void endApplication() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    @Test
    void shouldServeFromInsideAnApplication() throws Exception {
        start("-javaagent:" + agent + "=" + options());
        awaitMBeans();
        assertEquals(0, end());
    }

    /** The file may be anywhere: nothing beside it is needed. The application sees none of its libraries. */
    @Test
    void shouldServeFromOneFile() throws Exception {
        Path file = Files.copy(agent.resolveSibling("../tcpprobe-javaagent-onefile.jar"), temporary.resolve("a b.jar"));
        start("-javaagent:" + file + "=" + options());
        awaitMBeans();
        assertEquals("unknown", ask("slf4j"));
        assertEquals("unknown", ask("agent"));
        assertEquals(0, end());
        assertEquals(
                "", errorText().lines().filter(line -> line.contains("WARN")).collect(Collectors.joining("\n")));
    }

    /** The application's log manager and MBean server builder are used, although they are set two seconds after its start. */
    @Test
    void shouldLeaveLoggingAndManagementToTheApplication() throws Exception {
        String without = output(List.of());
        String with = output(List.of("-javaagent:" + agent + "=" + options().replace("wait=0", "wait=60")));
        assertEquals(without, with);
        assertEquals(
                "own builder asked\nlog manager " + LateManagers.OwnLogManager.class.getName() + "\nlevel SEVERE\n",
                with.substring(with.indexOf("own builder")),
                with);
        assertTrue(Files.readString(errors()).contains("runs in this JVM"), () -> "it has started: " + errors());
    }

    private String output(List<String> jvmOptions) throws Exception {
        List<String> command = new ArrayList<>(List.of(JAVA.toString(), "--enable-native-access=ALL-UNNAMED"));
        command.addAll(jvmOptions);
        command.addAll(List.of(
                "-cp",
                Path.of("target", "test-classes").toAbsolutePath().toString(),
                LateManagers.class.getName(),
                errors().toString(),
                Boolean.toString(!jvmOptions.isEmpty())));
        process = new ProcessBuilder(command).redirectError(errors().toFile()).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue(), out);
        return out;
    }

    @Test
    void shouldNameOptionsInTheSyntaxOfJavaagent() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            start("-javaagent:" + agent + "=" + options() + ",http.listen=127.0.0.1:" + taken.getLocalPort());
            awaitError("choose another port with http.listen=HOST:PORT");
            assertFalse(Files.readString(errors()).contains("--set"), () -> "no --set there: " + errors());
        }
        assertEquals(0, end());
    }

    @Test
    void shouldKeepItsClassesAndPropertiesApartFromTheApplications() throws Exception {
        start();
        String properties = ask("properties");
        end();
        start("-javaagent:" + agent + "=" + options());
        awaitMBeans();
        assertEquals("unknown", ask("slf4j"));
        assertEquals("unknown", ask("agent"));
        assertEquals(properties, ask("properties"));
        assertEquals(0, end());
    }

    @Test
    void shouldLeaveTheApplicationAloneWhenItCannotStart() throws Exception {
        start("-javaagent:" + agent + "=" + options() + ",no.such.key=1,probetime=never");
        awaitError("tcpprobe: not started: ");
        awaitError("no.such.key");
        awaitError("probetime");
        assertEquals("0", ask("mbeans"));
        assertEquals(0, end());
    }

    @Test
    void shouldLeaveTheApplicationAloneWhenItsLibrariesAreGone() throws Exception {
        Path lonely = Files.copy(agent, temporary.resolve("lonely.jar"));
        start("-javaagent:" + lonely);
        awaitError("tcpprobe: not started: there are no jars in " + temporary.toRealPath() + "/lib");
        assertEquals(0, end());
    }

    @Test
    void shouldStartInRunningApplicationOnlyOnce() throws Exception {
        start();
        load("no.such.key=1");
        awaitError("tcpprobe: not started: ");
        load(options());
        awaitMBeans();
        load(options());
        awaitError("tcpprobe: it already runs in this JVM");
        assertEquals(0, end());
    }

    @Test
    void shouldWriteIntoTheFlightRecorderOfTheApplication() throws Exception {
        start("-javaagent:" + agent + "=" + options() + ",snapshotage=0");
        Jolokia client = new Jolokia(httpAddress());
        String loaded = jcmd("VM.class_hierarchy");
        assertTrue(loaded.contains("io.tcpprobe.agent.jfr.FlightRecorderEvents"), loaded);
        assertFalse(loaded.contains("io.tcpprobe.agent.jfr.FlowEndEvent"), "no event is loaded before a recording");
        jcmd("JFR.start", "name=tcp", "+tcpprobe.Verdict#period=1s");
        try (Traffic traffic = new Traffic()) {
            int remote = traffic.listen();
            traffic.connect(remote); // stays: verdicts are about live flows, and the host may have no others
            int local = traffic.connect(remote);
            String endpoint = "127.0.0.1:" + local;
            Waiting.until(
                    "the flow",
                    () -> client.execute("tcpprobe:type=Flows", "find", endpoint)
                            .body(),
                    body -> body.contains(endpoint));
            traffic.disconnect(local);
            List<RecordedEvent> events = Waiting.until(
                    "the end of the flow, and verdicts",
                    () -> recorded(client),
                    found -> found.stream().anyMatch(event -> isEndOf(event, endpoint))
                            && found.stream().anyMatch(event -> isOf(event, "tcpprobe.Verdict")));
            RecordedEvent end = events.stream()
                    .filter(event -> isEndOf(event, endpoint))
                    .findFirst()
                    .orElseThrow();
            assertEquals("127.0.0.1:" + remote, end.getString("remote"));
            assertEquals(Traffic.GREETING, end.getLong("bytesReceived"));
            RecordedEvent verdict = events.stream()
                    .filter(event -> isOf(event, "tcpprobe.Verdict"))
                    .findFirst()
                    .orElseThrow();
            assertTrue(verdict.getString("local").contains(":"), verdict::toString);
            assertFalse(verdict.getString("verdict").isEmpty(), verdict::toString);
        }
        assertEquals(0, end());
    }

    /**
     * Returns what the recording has so far, after the agent has read the flows once more. Waits for two periods of the verdicts: a dump
     * begins a new chunk, with which all periods begin anew, so that dumps without a pause keep periodic events from coming at all.
     */
    private List<RecordedEvent> recorded(Jolokia client) throws Exception {
        client.read("tcpprobe:type=Flows", "Count");
        Waiting.pause(Duration.ofSeconds(2));
        Path file = temporary.resolve("tcp.jfr");
        jcmd("JFR.dump", "name=tcp", "filename=" + file);
        return RecordingFile.readAllEvents(file);
    }

    private static boolean isOf(RecordedEvent event, String type) {
        return event.getEventType().getName().equals(type);
    }

    private static boolean isEndOf(RecordedEvent event, String local) {
        return isOf(event, "tcpprobe.FlowEnd") && local.equals(event.getString("local"));
    }

    private String jcmd(String... command) throws Exception {
        List<String> line =
                new ArrayList<>(List.of(JAVA.resolveSibling("jcmd").toString(), Long.toString(process.pid())));
        line.addAll(List.of(command));
        return Tools.here().run(line, Map.of(), "").expectSuccess();
    }

    @Test
    void shouldLetApplicationOnOlderJavaRun() throws Exception {
        Process older = new ProcessBuilder(olderJava().toString(), "-javaagent:" + agent + "=" + options(), "-version")
                .redirectError(errors().toFile())
                .start();
        assertTrue(older.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, older.exitValue());
        awaitError("tcpprobe: not started: it needs Java 25 or newer");
    }

    @Test
    void shouldKeepToItsShareOfSmallHeapUnderAttack() throws Exception {
        start("-Xmx64m", "-XX:+UseSerialGC", "-javaagent:" + agent + "=" + options());
        URI http = httpAddress();
        int work = 0;
        try (HttpAttack attack = new HttpAttack(http)) {
            attack.lists(64).nested().slow(500);
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Boolean.getBoolean("tcpprobe.all") ? 60 : 10);
            while (System.nanoTime() < end) {
                assertEquals("worked 24", ask("work"), this::errorText);
                work++;
                Jolokia.Answer answer = new Jolokia(http).get("/jolokia/version");
                assertEquals(200, answer.http(), answer::body);
            }
        }
        assertTrue(work > 3, work + " times");
        assertEquals(0, end());
        assertFalse(errorText().contains("OutOfMemory"), this::errorText);
        assertTrue(errorText().length() < 20_000, this::errorText);
    }

    private URI httpAddress() throws IOException, InterruptedException {
        Pattern address = Pattern.compile("HTTP \\[/([0-9.:]+)\\]");
        Waiting.until(
                "the address", this::errorText, said -> address.matcher(said).find());
        Matcher found = address.matcher(errorText());
        assertTrue(found.find());
        return URI.create("http://" + found.group(1) + "/");
    }

    private static Path olderJava() throws IOException {
        Path places = Path.of("/usr/lib/jvm");
        if (Files.isDirectory(places)) {
            try (DirectoryStream<Path> found = Files.newDirectoryStream(places)) {
                for (Path folder : found) {
                    Path release = folder.resolve("release");
                    if (Files.isReadable(release) && isOlder(release)) {
                        return folder.resolve("bin").resolve("java");
                    }
                }
            }
        }
        return abort("there is no Java older than 25 in " + places);
    }

    private static boolean isOlder(Path release) throws IOException {
        try (Stream<String> lines = Files.lines(release)) {
            return lines.anyMatch(line -> line.matches("JAVA_VERSION=\"(1\\.8|1\\d|2[0-4])\\b.*"));
        }
    }

    private String options() {
        return "javaagent.wait=0,snmp.listen=127.0.0.1:0,http.listen=127.0.0.1:0,probe.source=diag,state.dir="
                + temporary.resolve("state");
    }

    private Path errors() {
        return temporary.resolve("errors");
    }

    private void start(String... jvmOptions) throws IOException {
        Path classes = Path.of("target", "test-classes").toAbsolutePath();
        List<String> command = Stream.of(
                        Stream.of(JAVA.toString(), "--enable-native-access=ALL-UNNAMED"),
                        Stream.of(jvmOptions),
                        Stream.of("-cp", classes.toString(), EmbeddingApplication.class.getName()))
                .flatMap(part -> part)
                .toList();
        process = new ProcessBuilder(command).redirectError(errors().toFile()).start();
        questions = process.outputWriter();
        answers = process.inputReader();
        assertEquals("started", answers.readLine());
    }

    private void load(String options) throws Exception {
        VirtualMachine machine = VirtualMachine.attach(Long.toString(process.pid()));
        try {
            machine.loadAgent(agent.toString(), options);
        } finally {
            machine.detach();
        }
    }

    private String ask(String question) throws IOException {
        questions.write(question + "\n");
        questions.flush();
        return answers.readLine();
    }

    /** Closes the application's input; its last output and its exit status must be its own. */
    private int end() throws IOException, InterruptedException {
        questions.close();
        assertEquals("ended", answers.readLine());
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the application does not end");
        return process.exitValue();
    }

    private void awaitMBeans() throws Exception {
        Waiting.until("MBeans", () -> ask("mbeans"), count -> !count.equals("0"));
    }

    private void awaitError(String text) {
        Waiting.until("the error " + text, this::errorText, said -> said.contains(text));
    }

    private String errorText() {
        try {
            return Files.readString(errors());
        } catch (IOException failed) {
            return failed.toString();
        }
    }
}
