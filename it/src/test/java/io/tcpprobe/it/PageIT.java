package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.test.Waiting;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page at "/" in Debian's Chromium, with real flows. */
@Needs({"chromium", "chromedriver"})
class PageIT {
    private static final String PASSPHRASE = "correct horse";
    private static final List<String> VIEWS =
            List.of("overview", "flows", "groups", "listeners", "events", "history", "counters", "settings", "about");
    private static final int CONNECTIONS = 30;

    private static Browser browser;

    @RegisterExtension
    final Agents agents = Agents.ofTest();

    @TempDir
    Path folder;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private Traffic traffic;
    private int port;

    @BeforeAll
    static void openBrowser() throws Exception {
        browser = Browser.open();
    }

    @AfterAll
    static void closeBrowser() throws Exception {
        browser.close();
    }

    @BeforeEach
    void open() {
        browser.look(1400, false);
        traffic = kept(new Traffic());
        port = traffic.listen();
    }

    @AfterEach
    void close() throws Exception {
        browser.visit("about:blank");
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
        browser.complaints();
        browser.requested();
    }

    private <T extends AutoCloseable> T kept(T one) {
        opened.add(one);
        return one;
    }

    private AgentOptions options() {
        return AgentOptions.in(folder.resolve("state"))
                .set("probe.source", "diag")
                .set("snapshotage", 200)
                .set("events.interval", 1);
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

    @ParameterizedTest
    @CsvSource({"1400,false", "1400,true", "380,false", "380,true"})
    void shouldShowEveryViewAtThisWidth(int width, boolean dark) throws Exception {
        connect(CONNECTIONS);
        URI agent = start(options());
        browser.look(width, dark);
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
        browser.awaitText(".plot-head", "samples");
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
        browser.open(agent, "flows?where=sport+%3D+" + local);
        browser.await("the row", "document.querySelectorAll('tbody tr').length === 1");
        browser.click("tbody a");
        browser.awaitText(".plot-head", "samples since");
        traffic.send(local, 300_000);
        browser.awaitText(".fields", "bytesAcked");
        long before = samples();
        Waiting.until("more samples", () -> samples() > before + 5);
        assertTrue(browser.text(".figure p").contains("in flight"), "a text for screen readers");
        traffic.disconnect(local);
        browser.awaitText(".notice", "This flow has ended");
        assertClean(agent);
    }

    private static long samples() {
        return Long.parseLong(
                browser.text(".plot-head p").replaceFirst(" samples.*", "").replace(",", ""));
    }

    @Test
    void shouldShowAnEventWhenItIsRaised() throws Exception {
        URI agent = start(options());
        browser.open(agent, "overview");
        FullListener listener = kept(FullListener.open());
        Waiting.until("raised", listener::overflow, _ -> browser.text(".event").contains(listener.address()));
        browser.awaitVisible("nav .count", true);
        browser.open(agent, "events");
        browser.awaitText(".event", "listenerOverflow");
        browser.awaitText(".status", "live");
        browser.open(agent, "listeners");
        browser.awaitText("tr.attention", listener.address());
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
        browser.open(agent, "settings");
        browser.awaitText("#session", "Sign in");
    }

    @Test
    @Needs("root")
    void shouldDeleteAConnectionAfterADryRun() throws Exception {
        int local = traffic.connect(port);
        AgentOptions options = options();
        options.addUser("ops", PASSPHRASE, true);
        URI agent = start(options);
        browser.open(agent, "flows?where=sport+%3D+" + local);
        browser.await("the row", "document.querySelectorAll('tbody tr').length === 1");
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
        browser.open(agent, "flows?where=sport+%3D+" + local);
        browser.await("the row", "document.querySelectorAll('tbody tr').length === 1");
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
        first.stop("TERM");
        browser.awaitVisible("#banner", true);
        assertEquals(CONNECTIONS, browser.count("tbody tr"), "what was there stays");
        traffic.connect(port);
        agents.start(options().set("http.listen", agent.getAuthority()));
        browser.awaitVisible("#banner", false);
        browser.awaitText(".status", CONNECTIONS + 1 + " of ");
    }
}
