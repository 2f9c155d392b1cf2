package io.tcpprobe.it;

import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jolokia.json.JSONArray;
import org.jolokia.json.JSONObject;
import org.jolokia.json.parser.JSONParser;
import org.jolokia.json.parser.ParseException;

/**
 * Chromium without a window, as Debian packages it, driven by its own driver with the protocol WebDriver (W3C). Nothing is downloaded.
 */
final class Browser implements AutoCloseable {
    static final String ENTER = "\uE007";

    /** The name of a reference to an element, in WebDriver. */
    private static final String ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

    private static final Map<String, Object> BUTTON_DOWN = Map.of("type", "pointerDown", "button", 0);
    private static final Map<String, Object> BUTTON_UP = Map.of("type", "pointerUp", "button", 0);

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final Process driver;
    private final HttpClient client = HttpClient.newHttpClient();
    private final URI commands;
    private String session = "";

    private Browser(Process driver, int port) {
        this.driver = driver;
        this.commands = URI.create("http://127.0.0.1:" + port);
    }

    /** Starts a browser. What it stores is in a temporary folder, which its driver deletes. */
    static Browser open() throws IOException {
        int port = FreePort.tcp();
        Process process = new ProcessBuilder(Tools.path("chromedriver").toString(), "--port=" + port)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        Browser browser = new Browser(process, port);
        try {
            Waiting.until("the driver of the browser", browser::isReady);
            browser.begin();
        } catch (RuntimeException | Error failed) {
            process.destroyForcibly();
            throw failed;
        }
        return browser;
    }

    private boolean isReady() {
        try {
            return send("GET", "/status", Map.of()) instanceof JSONObject status
                    && Boolean.TRUE.equals(status.get("ready"));
        } catch (IOException _) {
            return false; // it does not listen yet
        }
    }

    private void begin() {
        List<String> arguments = List.of(
                "--headless=new",
                "--no-sandbox", // the tests run as root
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--no-first-run");
        Map<String, Object> wanted = Map.of(
                "browserName",
                "chrome",
                "goog:loggingPrefs",
                Map.of("browser", "ALL", "performance", "ALL"),
                "goog:chromeOptions",
                Map.of("binary", Tools.path("chromium").toString(), "args", arguments));
        Object begun = command("POST", "/session", Map.of("capabilities", Map.of("alwaysMatch", wanted)));
        session = "/session/" + ((JSONObject) begun).get("sessionId");
    }

    /** Sends a command to the driver; throws AssertionError with the driver's message if it fails. */
    private Object command(String method, String path, Map<String, Object> body) {
        try {
            return send(method, path, body);
        } catch (IOException failed) {
            throw new AssertionError(method + " " + path + ": " + failed, failed);
        }
    }

    private Object send(String method, String path, Map<String, Object> body) throws IOException {
        HttpRequest.BodyPublisher content = method.equals("POST")
                ? HttpRequest.BodyPublishers.ofString(((JSONObject) json(body)).toJSONString())
                : HttpRequest.BodyPublishers.noBody();
        HttpRequest request = HttpRequest.newBuilder(commands.resolve(path))
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json")
                .method(method, content)
                .build();
        try {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            Object value =
                    new JSONParser().parse(answer.body(), JSONObject.class).get("value");
            if (answer.statusCode() != 200) {
                throw new AssertionError(method + " " + path + ": " + value);
            }
            return value;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        } catch (ParseException bad) {
            throw new IOException(bad);
        }
    }

    /** Returns maps and lists as JSON. */
    private static Object json(Object value) {
        if (value instanceof Map<?, ?> map) {
            JSONObject object = new JSONObject();
            map.forEach((name, one) -> object.put((String) name, json(one)));
            return object;
        }
        if (value instanceof List<?> list) {
            JSONArray array = new JSONArray();
            list.forEach(one -> array.add(json(one)));
            return array;
        }
        return value;
    }

    private void devTools(String name, Map<String, Object> parameters) {
        command("POST", session + "/goog/cdp/execute", Map.of("cmd", name, "params", parameters));
    }

    /** Sets the size of the page and the preferred colours. */
    void look(int width, boolean dark) {
        devTools(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", false));
        devTools(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    }

    /** Opens a place of the page of an agent anew: "flows?where=retrans+%3E+10". */
    void open(URI agent, String place) {
        visit("about:blank");
        visit(agent.resolve("/#/" + place).toString());
        await("the view " + place, "document.querySelector('main h1') && !document.querySelector('.loading')");
    }

    void visit(String url) {
        command("POST", session + "/url", Map.of("url", url));
    }

    /** Runs a script, and returns what it returns. */
    Object run(String script, Object... arguments) {
        return command("POST", session + "/execute/sync", Map.of("script", script, "args", Arrays.asList(arguments)));
    }

    /** Runs a script that calls its last argument when it is done, and returns what it is called with. */
    Object runAsync(String script) {
        return command("POST", session + "/execute/async", Map.of("script", script, "args", List.of()));
    }

    /** Runs a script at the start of every page that is opened from now on. */
    void runInEveryPage(String script) {
        devTools("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script));
    }

    /** Returns what is visible, as PNG. */
    byte[] screenshot() {
        return Base64.getDecoder().decode(String.valueOf(command("GET", session + "/screenshot", Map.of())));
    }

    /** Runs axe-core on the page; returns what it found as "rule: selector: how to mend it". */
    List<String> accessibilityFaults() {
        run(axe());
        Object found = runAsync("""
                const done = arguments[0];
                axe.run().then(
                    result => done(result.violations.flatMap(rule => rule.nodes.map(node =>
                        `${rule.id}: ${node.target.join(' ')}: ${node.failureSummary}`))),
                    failed => done([String(failed)]));""");
        return ((List<?>) found).stream().map(String::valueOf).toList();
    }

    private static String axe() {
        try (InputStream in = Browser.class.getResourceAsStream("/axe.min.js")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Waits until an expression is true; the message of the failure has the text of the page. */
    void await(String what, String expression) {
        Waiting.until(what, () -> Boolean.TRUE.equals(run("return !!(" + expression + ")")));
    }

    void awaitText(String selector, String part) {
        Waiting.until("'" + part + "' in " + selector, () -> text(selector), text -> text.contains(part));
    }

    void awaitVisible(String selector, boolean visible) {
        await(
                selector + (visible ? " is visible" : " is not visible"),
                (visible ? "" : "!") + "document.querySelector('" + selector + "')?.checkVisibility()");
    }

    /** Returns the texts of the elements. */
    List<String> texts(String selector) {
        Object texts = run("return [...document.querySelectorAll(arguments[0])].map(one => one.textContent)", selector);
        return ((List<?>) texts).stream().map(String::valueOf).toList();
    }

    /** Returns the text of the elements, also of those that only screen readers get; "" if there is none. */
    String text(String selector) {
        return String.join("\n", texts(selector));
    }

    int count(String selector) {
        return texts(selector).size();
    }

    private String element(String using, String value) {
        Object found = command("POST", session + "/element", Map.of("using", using, "value", value));
        return session + "/element/" + ((JSONObject) found).values().iterator().next();
    }

    /** Clicks on an element, which must be visible. */
    void click(String selector) {
        command("POST", element("css selector", selector) + "/click", Map.of());
    }

    /** Clicks on the first button or link with this text. */
    void clickOn(String text) {
        command(
                "POST",
                element("xpath", "//*[self::button or self::a][contains(normalize-space(.), \"" + text + "\")]")
                        + "/click",
                Map.of());
    }

    /** Presses the button of the mouse in an element, moves it, and releases it: offsets from the element's centre, in pixels to the right. */
    void drag(String selector, int from, int to) {
        point(selector, from, List.of(BUTTON_DOWN), to, List.of(BUTTON_UP));
    }

    void doubleClick(String selector) {
        point(selector, 0, List.of(BUTTON_DOWN, BUTTON_UP, BUTTON_DOWN, BUTTON_UP), 0, List.of());
    }

    private void point(
            String selector, int first, List<Map<String, Object>> then, int second, List<Map<String, Object>> last) {
        run("document.querySelector(arguments[0]).scrollIntoView({block: 'center'})", selector);
        String path = element("css selector", selector);
        Map<String, Object> origin = Map.of(ELEMENT, path.substring(path.lastIndexOf('/') + 1));
        List<Map<String, Object>> actions = new ArrayList<>();
        actions.add(move(origin, first));
        actions.addAll(then);
        if (second != first) {
            actions.add(move(origin, second));
        }
        actions.addAll(last);
        Map<String, Object> mouse = Map.of("type", "pointer", "id", "mouse", "actions", actions);
        command("POST", session + "/actions", Map.of("actions", List.of(mouse)));
    }

    private static Map<String, Object> move(Map<String, Object> origin, int x) {
        return Map.of("type", "pointerMove", "origin", origin, "x", x, "y", 0, "duration", 100);
    }

    /** Replaces the text of a field. */
    void type(String selector, String text) {
        String field = element("css selector", selector);
        command("POST", field + "/clear", Map.of());
        command("POST", field + "/value", Map.of("text", text));
    }

    /** Presses keys where the focus is. */
    void press(String keys) {
        Object active = command("GET", session + "/element/active", Map.of());
        command(
                "POST",
                session + "/element/"
                        + ((JSONObject) active).values().iterator().next() + "/value",
                Map.of("text", keys));
    }

    String url() {
        return String.valueOf(command("GET", session + "/url", Map.of()));
    }

    private List<JSONObject> log(String type) {
        Object entries = command("POST", session + "/se/log", Map.of("type", type));
        return ((List<?>) entries).stream().map(JSONObject.class::cast).toList();
    }

    /** Returns the errors and warnings in the console since the last call. */
    List<String> complaints() {
        return log("browser").stream()
                .filter(entry -> List.of("SEVERE", "WARNING").contains(entry.get("level")))
                .map(entry -> String.valueOf(entry.get("message")))
                .toList();
    }

    /** Returns the URLs that were requested since the last call. */
    List<URI> requested() throws Exception {
        List<URI> urls = new ArrayList<>();
        for (JSONObject entry : log("performance")) {
            JSONObject message = new JSONParser().parse(String.valueOf(entry.get("message")), JSONObject.class);
            if (message.get("message") instanceof JSONObject event
                    && "Network.requestWillBeSent".equals(event.get("method"))
                    && event.get("params") instanceof JSONObject parameters
                    && parameters.get("request") instanceof JSONObject request) {
                urls.add(URI.create(String.valueOf(request.get("url"))));
            }
        }
        return urls;
    }

    @Override
    public void close() {
        try {
            command("DELETE", session, Map.of());
        } finally {
            client.close();
            driver.destroy();
            end();
        }
    }

    private void end() {
        try {
            if (driver.waitFor(10, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        driver.destroyForcibly();
    }
}
