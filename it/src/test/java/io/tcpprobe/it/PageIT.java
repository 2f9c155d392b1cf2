package io.tcpprobe.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.test.LoopbackConnection;
import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jolokia.json.JSONObject;
import org.jolokia.json.parser.JSONParser;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The page at "/" in Debian's Chromium, with real flows. */
@Needs({"chromium", "chromedriver"})
class PageIT {
    private static final boolean ALL = Boolean.getBoolean("tcpprobe.all");
    private static final String PASSPHRASE = "correct horse";
    private static final List<String> VIEWS =
            List.of("overview", "flows", "groups", "listeners", "events", "history", "counters", "settings", "about");
    private static final int CONNECTIONS = 30;
    private static final int SENT = 300_000;

    /** Rows of a page of the table. */
    private static final int ROWS = 50;

    /** So many connects overflow a full listener. */
    private static final int OVERFLOWING = 5;

    private static Browser browser;

    @RegisterExtension
    final Agents agents = Agents.ofTest();

    @TempDir
    Path folder;

    @RegisterExtension
    final Kept kept = new Kept();

    private Traffic traffic;
    private int port;

    @BeforeAll
    static void openBrowser() throws Exception {
        browser = Browser.open();
    }

    @AfterAll
    static void closeBrowser() throws Exception {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void open() {
        browser.look(1400, false);
        traffic = kept.open(new Traffic());
        port = traffic.listen();
    }

    @AfterEach
    void close() throws Exception {
        browser.visit("about:blank");
        browser.complaints();
        browser.requested();
    }

    private AgentOptions options() {
        return AgentOptions.in(folder.resolve("state"))
                .set("probe.source", "diag")
                .set("snapshotage", 200)
                .set("events.interval", 1);
    }

    /** Shows the flow of a client's port, and only that, in the table. */
    private static void showRow(URI agent, int local) {
        browser.open(agent, "flows?where=sport+%3D+" + local);
        browser.await("the row", "document.querySelectorAll('tbody tr').length === 1");
    }

    private URI start(AgentOptions options) {
        return agents.start(options).http();
    }

    private void connect(int count) {
        for (int i = 0; i < count; i++) {
            traffic.connect(port);
        }
    }

    private void assertClean(URI agent) throws Exception {
        assertEquals(List.of(), browser.complaints());
        List<URI> elsewhere = browser.requested().stream()
                .filter(url ->
                        url.getScheme().startsWith("http") && !Objects.equals(url.getAuthority(), agent.getAuthority()))
                .toList();
        assertEquals(List.of(), elsewhere);
    }

    @Test
    void shouldShowEveryViewAtEveryWidth() throws Exception {
        connect(CONNECTIONS);
        URI agent = start(options());
        for (int width : List.of(1400, 380)) {
            for (boolean dark : List.of(false, true)) {
                if (ALL || dark == (width == 380)) { // each width and each theme in every build
                    browser.look(width, dark);
                    showEveryView(agent);
                }
            }
        }
    }

    private void showEveryView(URI agent) throws Exception {
        for (String view : VIEWS) {
            browser.open(agent, view);
            if (view.equals("overview")) {
                browser.await("numbers", "document.querySelector('.tile')");
            }
            assertUsable(view);
        }
        browser.open(agent, "flows?where=dport+%3D+" + port);
        browser.await("rows", "document.querySelector('tbody tr')");
        browser.click("tbody a");
        browser.await("the fields", "document.querySelector('.groups dt')");
        browser.awaitText(".plot-head", "samples since");
        assertUsable("flow");
        assertClean(agent);
    }

    /** Checks that nothing is wider than the window, that styles and scripts are files, and what axe-core knows of WCAG 2.2 level AA. */
    private static void assertUsable(String view) {
        Object wide = browser.run("return document.documentElement.scrollWidth - window.innerWidth");
        assertTrue(((Number) wide).intValue() <= 0, view + " is wider than the window by " + wide);
        assertEquals(0, browser.count("script:not([src]), style"), view);
        assertEquals(1, browser.count("main h1"), view);
        assertEquals(List.of(), browser.accessibilityFaults(), view);
    }

    @Test
    void shouldSearchSortAndPageByTheServer() throws Exception {
        connect(CONNECTIONS);
        URI agent = start(options());
        browser.open(agent, "flows");
        browser.type("#where", "dport = " + port + Browser.ENTER);
        browser.awaitText(".status", CONNECTIONS + " of ");
        assertEquals(CONNECTIONS, browser.count("tbody tr"));
        assertTrue(browser.url().contains("where=dport+%3D+" + port), browser.url());
        browser.click("[data-focus='sort local']");
        browser.awaitText("th[aria-sort=ascending]", "local");
        List<String> ports = Waiting.until(
                "in the order of the local ports", // ephemeral ports have five digits
                () -> browser.texts("tbody tr a"),
                texts -> texts.size() == CONNECTIONS
                        && texts.equals(texts.stream().sorted().toList()));
        browser.run("const size = document.querySelector('.pages select'); size.value = '25';"
                + " size.dispatchEvent(new Event('change'))");
        browser.awaitText(".pages", "1–25 of " + CONNECTIONS);
        browser.run("document.activeElement.blur()");
        browser.press("n");
        browser.awaitText(".pages", "26–" + CONNECTIONS + " of " + CONNECTIONS);
        assertEquals(ports.subList(25, CONNECTIONS), browser.texts("tbody tr a"));
        browser.open(agent, browser.url().replaceFirst(".*#/", ""));
        browser.awaitText(".pages", "26–" + CONNECTIONS + " of " + CONNECTIONS);
        browser.press("j");
        browser.press("j");
        browser.press(Browser.ENTER);
        browser.awaitText("main .ends", ports.get(26));
        assertClean(agent);
    }

    /** Both endpoints of the connections; 100,000 flows with --all. A process has fewer files open than the usual limit of 20,000. */
    @Test
    void shouldSortManyFlows() throws Exception {
        int processes = ALL ? 6 : 1;
        int each = ALL ? 8_401 : 2_503;
        List<Integer> locals = new ArrayList<>();
        List<String> ports = new ArrayList<>();
        for (int i = 0; i < processes; i++) {
            TrafficProcess many = kept.open(TrafficProcess.start(Tools.here()));
            int listener = many.listen("127.0.0.1");
            ports.add("dport = " + listener + " or sport = " + listener);
            for (int connection = 0; connection < each; connection++) {
                locals.addAll(List.of(listener, many.connect("127.0.0.1", listener)));
            }
        }
        int flows = locals.size();
        URI agent = start(options().set("maxflows", 200_000));
        browser.open(agent, "flows?by=local&order=up&where=" + URLEncoder.encode(String.join(" or ", ports), UTF_8));
        browser.awaitText(".status", "%,d of ".formatted(flows));
        Collections.sort(locals);
        awaitLocals(locals.subList(0, ROWS));
        browser.click("[data-focus='sort local']");
        awaitLocals(locals.reversed().subList(0, ROWS));
        browser.run("document.activeElement.blur()");
        browser.press("n");
        awaitLocals(locals.reversed().subList(ROWS, 2 * ROWS));
        browser.awaitText(".pages", "%d–%d of %,d".formatted(ROWS + 1, 2 * ROWS, flows));
        turnTo("last");
        awaitLocals(locals.reversed().subList((flows - 1) / ROWS * ROWS, flows));
        browser.await("no page after the last", "document.querySelector('[data-focus=next]').disabled");
        turnTo("first");
        awaitLocals(locals.reversed().subList(0, ROWS));
        assertClean(agent);
    }

    /** Clicks in the page itself: the button may be below the header for a second, until a shorter table has its own height. */
    private static void turnTo(String which) {
        browser.run("document.querySelector('.pages [data-focus=' + arguments[0] + ']').click()", which);
    }

    /** Waits until the page shows these local ports, in this order. */
    private static void awaitLocals(List<Integer> locals) {
        List<String> expected = locals.stream().map(port -> "127.0.0.1:" + port).toList();
        Waiting.until("the order of the local ports", () -> browser.texts("tbody tr a"), expected::equals);
    }

    /** The best of five counts: the machine may be busy with other work. */
    @Test
    void shouldPaintWithinHalfASecond() {
        URI agent = start(options());
        browser.open(agent, "about");
        List<Double> millis = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            browser.open(agent, "overview");
            Object painted = Waiting.until(
                    "the first paint",
                    () -> browser.run(
                            "return performance.getEntriesByName('first-contentful-paint').map(one => one.startTime)[0]"),
                    Objects::nonNull);
            millis.add(((Number) painted).doubleValue());
        }
        assertTrue(Collections.min(millis) <= 500, "painted after " + millis + " ms");
    }

    @Test
    void shouldSayWhatIsWrongWithACondition() throws Exception {
        URI agent = start(options());
        browser.open(agent, "flows?where=colour+%3D+red");
        browser.awaitText("#where-error", "there is no field 'colour'");
        browser.press("/");
        browser.await("the field has the focus", "document.activeElement.id === 'where'");
        browser.type("#where", "dport = 1" + Browser.ENTER);
        browser.awaitText(".table-box .empty", "No flow meets this condition");
        browser.awaitVisible("#where-error", false);
        assertClean(agent);
    }

    @Test
    void shouldDrawAFlowLiveAndShowItsEnd() throws Exception {
        int local = traffic.connect(port);
        URI agent = start(options());
        showRow(agent, local);
        browser.run(
                "const now = Date.now; Date.now = () => now() + 300_000"); // the host of the browser has another time
        browser.click("tbody a");
        browser.awaitText(".plot-head", "samples since");
        long acknowledged = exact("bytesAcked");
        traffic.send(local, SENT);
        Waiting.until("acknowledged", () -> exact("bytesAcked") == acknowledged + SENT);
        long before = drawn();
        Waiting.until("more samples in the plot", () -> drawn() > before + 5);
        zoom();
        traffic.disconnect(local);
        browser.awaitText(".notice", "This flow has ended");
        browser.awaitText(".notice", "It ended at");
        assertClean(agent);
    }

    /** Chooses a range of time in the plots: it stays while samples arrive, until a double click. */
    private static void zoom() {
        browser.drag(".u-over", -100, 100);
        browser.awaitText(".figure figcaption", "zoomed to");
        List<String> titles = browser.texts(".figure figcaption");
        assertTrue(titles.stream().allMatch(title -> title.contains("zoomed to")), titles.toString());
        long before = drawn();
        Waiting.until("more samples in the plot", () -> drawn() > before + 5);
        assertEquals(titles, browser.texts(".figure figcaption"));
        browser.doubleClick(".u-over");
        Waiting.until(
                "all is shown again", () -> !browser.text(".figure figcaption").contains("zoomed"));
    }

    /** Returns the exact value of a field of the flow that is shown. */
    private static long exact(String field) {
        browser.awaitText(".fields", field);
        Object title = browser.run("""
                return [...document.querySelectorAll('.fields dt')].find(dt => dt.textContent === arguments[0]).nextElementSibling.title""", field);
        return Long.parseLong(String.valueOf(title).replaceFirst(" .*", ""));
    }

    /** Returns how many samples the upper plot has, of its text for screen readers. */
    private static long drawn() {
        String text = browser.texts(".figure p").getFirst();
        Matcher matcher = Pattern.compile("(\\d+) samples\\. Now: in flight \\d+ bytes,.*")
                .matcher(text);
        assertTrue(matcher.matches(), text);
        return Long.parseLong(matcher.group(1));
    }

    @Test
    void shouldNotShowAnotherFlowThatHasTheIdNow() throws Exception {
        int local = traffic.connect(port);
        int other = traffic.connect(port);
        URI agent = start(options());
        showRow(agent, other);
        browser.click("tbody a");
        browser.awaitText(".fields", "bytesAcked");
        String place = browser.url().replaceFirst(".*#/", "");
        browser.open(agent, place.replace("%3A" + other + "&", "%3A" + local + "&"));
        browser.awaitText(".notice", "is another connection now");
        browser.await(
                "nothing of it is shown",
                "!document.querySelector('.fields') && document.querySelector('#delete').disabled");
        browser.awaitText(".notice", "has the same endpoints");
        browser.click(".notice a");
        browser.awaitText("main .ends code", "127.0.0.1:" + local);
        browser.awaitText(".fields", "bytesAcked");
        assertClean(agent);
    }

    @Test
    void shouldShowAnEventWhenItIsRaised() throws Exception {
        URI agent = start(options());
        browser.open(agent, "overview");
        FullListener listener = kept.open(FullListener.open());
        Waiting.until("raised", listener::overflow, _ -> browser.text(".event").contains(listener.address()));
        browser.awaitVisible("nav .count", true);
        browser.open(agent, "events");
        browser.awaitText(".event", "listenerOverflow");
        browser.awaitText(".status", "live");
        browser.open(agent, "listeners");
        browser.awaitText("tr.attention", listener.address());
        assertClean(agent);
    }

    /**
     * The interval of the other rules is much longer, so that an event which waits for it cannot be in time. The best of three counts: the
     * machine may be busy with other work.
     */
    @Test
    void shouldShowAnOverflowWithinTwoSeconds() throws Exception {
        URI agent = start(options().set("events.interval", 60).set("events.clear", 0));
        browser.open(agent, "overview");
        browser.await("numbers", "document.querySelector('.tile')");
        browser.run("""
                const shown = () => {
                  const event = [...document.querySelectorAll('main .event')].find(one => one.textContent.includes('listenerOverflow'));
                  if (event) window.shownAt ??= Date.now();
                };
                new MutationObserver(shown).observe(document.querySelector('main'), {subtree: true, childList: true, characterData: true});""");
        FullListener listener = kept.open(FullListener.open());
        List<Long> millis = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            browser.run("delete window.shownAt");
            long begin = System.currentTimeMillis();
            for (int i = 0; i < OVERFLOWING; i++) {
                listener.overflow();
            }
            browser.await("the event is shown", "window.shownAt");
            millis.add(((Number) browser.run("return window.shownAt")).longValue() - begin);
            listener.relieve();
            browser.await(
                    "it is cleared",
                    "![...document.querySelectorAll('main .event')].some(one => one.textContent.includes('listenerOverflow'))");
        }
        assertTrue(Collections.min(millis) <= 2000, "shown after " + millis + " ms");
        assertClean(agent);
    }

    @Test
    void shouldLeadToAFlowWhoseDataWait() throws Exception {
        ServerSocket listener = kept.open(new ServerSocket(0, 5, LoopbackConnection.LOOPBACK));
        SocketChannel client = kept.open(SocketChannel.open(listener.getLocalSocketAddress()));
        client.configureBlocking(false);
        ByteBuffer data = ByteBuffer.allocate(SENT);
        while (client.write(data.clear()) > 0) {} // until the receiver, which does not read, has no room
        URI agent = start(options());
        browser.open(agent, "overview");
        String ends = "127.0.0.1:%d – 127.0.0.1:%d".formatted(client.socket().getLocalPort(), listener.getLocalPort());
        Waiting.until(
                "the flow, with what limits it",
                () -> browser.texts(".waiting li"),
                all -> all.stream().anyMatch(one -> one.contains(ends) && one.contains("rwnd")));
        assertUsable("overview with a flow whose data wait");
        browser.clickOn(ends);
        browser.awaitText("main .ends", "127.0.0.1:" + listener.getLocalPort());
        browser.awaitText("main .advice", "Look at the receiver");
        assertClean(agent);
    }

    /** A recording of one flow with a record each second, whose cwnd is the second. */
    private Path recording(int seconds) throws IOException {
        return Files.write(
                folder.resolve("recording"),
                IntStream.rangeClosed(0, seconds)
                        .mapToObj(second -> second + ".000000000 10.0.0.1:1234 10.0.0.2:80 1448 0x65 0x64 "
                                + (1 + second) + " 2147483647 65536 11000 25000 111000 0 0 3 0 0 1 0x64")
                        .toList());
    }

    private static void seek(int second) {
        browser.run("""
                const slider = document.querySelector('#replay input');
                slider.value = arguments[0];
                slider.dispatchEvent(new Event('input'));
                slider.dispatchEvent(new Event('change'));""", second);
    }

    /** Waits for a value of cwnd; the view is built again after a seek. */
    private static void awaitCwnd(String condition) {
        browser.await(
                "cwnd " + condition,
                "Number([...document.querySelectorAll('.fields dt')].find(dt => dt.textContent === 'cwnd')"
                        + "?.nextElementSibling.textContent) " + condition);
    }

    @Test
    void shouldPlayPauseAndSeekARecording() throws Exception {
        AgentOptions options = options()
                .set("probe.source", "replay")
                .set("replay.file", recording(600))
                .set("replay.speed", "0.01");
        options.addUser("ops", PASSPHRASE, true);
        URI agent = start(options);
        browser.open(agent, "flow?id=1");
        browser.awaitText("#replay .position", "0:00 of 10:00");
        browser.clickOn("Pause");
        signIn("ops", PASSPHRASE);
        browser.awaitText("#replay .play", "Play");
        seek(300);
        browser.awaitText("#replay .position", "5:00 of 10:00");
        awaitCwnd("=== 301");
        seek(60);
        awaitCwnd("=== 61");
        browser.run("document.querySelector('#replay input').focus()");
        browser.press("\uE014");
        awaitCwnd("=== 62");
        assertEquals(
                "1 minutes 1 seconds of 10 minutes 0 seconds",
                browser.run("return document.querySelector('#replay input').getAttribute('aria-valuetext')"));
        browser.clickOn("Play");
        browser.awaitText("#replay .play", "Pause");
        browser.run("const speed = document.querySelector('#replay select'); speed.value = '60';"
                + " speed.dispatchEvent(new Event('change'))");
        awaitCwnd("> 70");
        for (int width : List.of(1400, 380)) {
            for (boolean dark : List.of(false, true)) {
                browser.look(width, dark);
                browser.open(agent, "overview");
                browser.await("numbers", "document.querySelector('.tile')");
                browser.awaitVisible("#replay", true);
                assertUsable("overview of a recording");
            }
        }
        assertClean(agent);
    }

    @Test
    void shouldSaveSamplesAsRecordsThatAReportReads() throws Exception {
        int local = traffic.connect(port);
        URI agent = start(options());
        showRow(agent, local);
        browser.click("tbody a");
        browser.awaitText(".plot-head", "samples since");
        traffic.send(local, SENT);
        long before = drawn();
        Waiting.until("more samples in the plot", () -> drawn() > before + 5);
        browser.run("""
                const create = URL.createObjectURL;
                URL.createObjectURL = blob => {
                  blob.text().then(text => { window.saved = text; });
                  return create(blob);
                };""");
        browser.clickOn("Samples as records");
        browser.await("the file", "window.saved");
        String saved = String.valueOf(browser.run("return window.saved"));
        Path file = Files.writeString(folder.resolve("records.json"), saved);
        long lines = saved.lines().count();
        assertTrue(lines > 5, saved);
        AgentOptions reader = AgentOptions.bare();
        JSONObject flow = new JSONParser()
                .parse(reader.run("report", file.toString(), "--format", "json").expectSuccess(), JSONObject.class);
        assertEquals("127.0.0.1:" + local, flow.get("local"), flow::toString);
        assertEquals(lines, ((Number) flow.get("samples")).longValue(), flow::toString);
        Path plot = folder.resolve("plot.svg");
        reader.run("plot", file.toString(), "--out", plot.toString()).expectSuccess();
        assertTrue(Files.readString(plot).contains(":" + local), "the plot names the flow");
        assertClean(agent);
    }

    private void signIn(String user, String passphrase) {
        browser.awaitText("dialog h2", "Sign in");
        browser.type("dialog input[name=user]", user);
        browser.type("dialog input[name=passphrase]", passphrase);
        browser.click("dialog button[type=submit]");
    }

    private void change(String value) {
        browser.awaitText("dialog h2", "Change probetime");
        browser.type("dialog input", value);
        browser.click("dialog button[type=submit]");
    }

    @Test
    void shouldChangeASettingForAUserWhoMayWrite() throws Exception {
        AgentOptions options = options();
        options.addUser("ops", PASSPHRASE, true);
        options.addUser("see", PASSPHRASE, false);
        URI agent = start(options);
        browser.open(agent, "settings");
        browser.click("button[aria-label='Change probetime']");
        signIn("ops", "wrong horse");
        browser.awaitText("dialog .error", "wrong passphrase");
        assertEquals(1, browser.complaints().size(), "the browser reports the 401 itself");
        signIn("see", PASSPHRASE);
        change("250");
        browser.awaitText("dialog .error", "see may not change settings");
        browser.clickOn("Cancel");
        browser.clickOn("Sign out");
        browser.click("button[aria-label='Change probetime']");
        signIn("ops", PASSPHRASE);
        change("86400001");
        browser.awaitText("dialog .error", "0..86400000 milliseconds");
        change("250");
        browser.awaitText(".setting-value", "250 milliseconds");
        assertEquals(250L, new Jolokia(agent).read("tcpprobe:type=Settings", "probetime"));
        assertEquals(
                "{}", browser.run("return JSON.stringify({...localStorage, ...sessionStorage})"), "nothing is stored");
        assertEquals("", browser.run("return document.cookie"));
        failToAnswerAWrite();
        refuseTheUser();
        browser.open(agent, "settings");
        browser.awaitText("#session", "Sign in");
    }

    /** Checks that a change is sent once: nobody knows whether a change that was not answered was made. */
    private void failToAnswerAWrite() {
        browser.run("""
                window.real = window.fetch;
                window.writes = 0;
                window.fetch = async (url, options) => {
                  if (options.body.includes('"type":"write"')) window.writes++;
                  throw new TypeError('closed');
                };""");
        browser.click("button[aria-label='Change probetime']");
        change("251");
        browser.awaitText("dialog .error", "not known whether this was done");
        assertEquals(1, ((Number) browser.run("return window.writes")).intValue());
        browser.run("window.fetch = window.real");
        browser.awaitVisible("#banner", false);
        browser.clickOn("Cancel");
    }

    /** Checks that the page says why messages are refused, and forgets a passphrase that is not valid any more. */
    private void refuseTheUser() {
        browser.awaitText("#session", "ops");
        browser.run("""
                window.fetch = async () => new Response('{"status": 401, "error": "unknown user or wrong passphrase"}', {status: 401});
                location.hash = '#/listeners';""");
        browser.awaitText("#banner", "wrong passphrase");
        browser.awaitVisible("#banner", true);
        browser.awaitText("#session", "Sign in");
        browser.run("window.fetch = window.real");
        browser.awaitVisible("#banner", false);
        browser.await("listeners", "document.querySelector('tbody tr')");
    }

    @Test
    @Needs("root")
    void shouldDeleteAConnectionAfterADryRun() throws Exception {
        int local = traffic.connect(port);
        AgentOptions options = options();
        options.addUser("ops", PASSPHRASE, true);
        URI agent = start(options);
        showRow(agent, local);
        browser.click("tbody a");
        browser.await("its fields", "document.querySelector('.groups dt')");
        browser.click("#delete");
        signIn("ops", PASSPHRASE);
        browser.awaitText("dialog h2", "Delete this connection?");
        browser.awaitText("dialog dl", "127.0.0.1:" + local);
        browser.clickOn("Keep it");
        browser.await("closed", "!document.querySelector('dialog')");
        assertFalse(browser.text("main").contains("has ended"), "nothing was deleted");
        browser.click("#delete");
        browser.awaitText("dialog h2", "Delete this connection?");
        browser.clickOn("Delete it");
        browser.awaitText(".notice", "This flow has ended");
        assertClean(agent);
    }

    @Test
    void shouldSearchConnectionsThatHaveEnded() throws Exception {
        AgentOptions options = options();
        URI agent = start(options);
        int local = traffic.connect(port);
        showRow(agent, local);
        traffic.disconnect(local);
        browser.awaitText(".table-box .empty", "No flow meets this condition");
        Waiting.until("it is in the log", () -> {
            browser.open(agent, "history?where=sport+%3D+" + local);
            return browser.text("tbody tr").contains("127.0.0.1:" + local);
        });
        browser.open(agent, "history?where=srtt+is+high");
        browser.awaitText("#history-error", "where 'srtt is high'");
        assertClean(agent);
    }

    @Test
    void shouldGoOnWhenTheAgentIsBack() {
        connect(CONNECTIONS);
        AgentProcess first = agents.start(options());
        URI agent = first.http();
        browser.open(agent, "flows?where=dport+%3D+" + port);
        browser.awaitText(".status", CONNECTIONS + " of ");
        browser.clickOn("Columns…");
        browser.awaitText("dialog h2", "Columns");
        first.stop("TERM");
        browser.awaitVisible("#banner", true);
        assertEquals(CONNECTIONS, browser.count("tbody tr"), "what was there stays");
        traffic.connect(port);
        agents.start(options().set("http.listen", agent.getAuthority()));
        browser.awaitVisible("#banner", false);
        browser.awaitText(".status", CONNECTIONS + 1 + " of ");
        browser.await("the dialog was about the other agent", "!document.querySelector('dialog')");
    }

    @Test
    void shouldKeepFocusSelectionAndInputWhenValuesChange() throws Exception {
        URI agent = start(options());
        browser.open(agent, "counters");
        browser.type("#filter", "Segs");
        browser.click("[data-focus='sort value']");
        browser.awaitText("th[aria-sort=descending]", "value");
        browser.open(agent, browser.url().replaceFirst(".*#/", ""));
        browser.awaitText("th[aria-sort=descending]", "value");
        assertEquals("Segs", browser.run("return document.querySelector('#filter').value"));

        browser.open(agent, "overview");
        browser.run("""
                window.fact = name => [...document.querySelectorAll('main .fields dt')].find(dt => dt.textContent === name).nextElementSibling;
                getSelection().selectAllChildren(window.fact('version'));
                document.querySelector('.tile a').focus({preventScroll: true});
                window.focused = document.activeElement;""");
        for (int round = 0; round < 2; round++) {
            Object before = browser.run("return window.fact('up').textContent");
            Waiting.until("another time", () -> !before.equals(browser.run("return window.fact('up').textContent")));
        }
        assertEquals(
                true, browser.run("return document.activeElement === window.focused && window.focused.isConnected"));
        assertEquals(true, browser.run("return getSelection().toString() === window.fact('version').textContent"));

        browser.open(agent, "flows?by=bytesSentRate");
        browser.awaitText("th[aria-sort=descending]", "sent/s");
        assertClean(agent);
    }

    @Test
    void shouldForgetThePastEventsOfAnotherAgent() throws Exception {
        URI agent = start(options());
        browser.open(agent, "events");
        browser.run("""
                return import('/page/events.js').then(({events}) => {
                  window.events = events;
                  events.addPast({id: 4711, raised: '2026-01-01T00:00:00Z', rule: 'ofAnotherAgent', severity: 'warning'});
                  events.changed();
                });""");
        browser.awaitText("tbody td", "ofAnotherAgent");
        browser.run("window.events.close(); window.events.open()");
        browser.await("it is forgotten", "window.events.live && !window.events.past.has(4711)");
        assertFalse(browser.text("tbody").contains("ofAnotherAgent"));
        assertEquals(List.of("1 ms", "1 s", "119 s", "2 min", "5 min", "2 h 0 min", "-4 min 10 s"), browser.run("""
                        return import('/page/format.js').then(({duration}) =>
                          [0.0009996, 0.9996, 119.4, 119.6, 299.7, 7199.6, -250].map(duration))"""));
        assertClean(agent);
    }
}
