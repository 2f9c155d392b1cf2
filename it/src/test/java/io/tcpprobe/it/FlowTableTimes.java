package io.tcpprobe.it;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * How long the page's table of flows takes in Chromium, by the browser's clock, and what it costs the agent.
 *
 * <pre>
 *   FlowTableTimes PID HTTP_PORT [ROUNDS [SCREENSHOT]]
 * </pre>
 *
 * <p>Each line is the median and the range over the rounds. The times of sorting begin with the click on a column's header and end with the first frame
 * that shows the new order.
 */
final class FlowTableTimes {
    private static final List<String> COLUMNS =
            List.of("srtt", "retrans", "bytesReceivedRate", "verdict", "process", "local");
    private static final int WATCHED_SECONDS = 20;

    /** Notes when there were first rows, and the tasks that blocked the page for more than 50 ms. */
    private static final String NOTES = """
            window.tasks = [];
            new PerformanceObserver(list => list.getEntries().forEach(one => window.tasks.push(one.duration)))
                .observe({type: 'longtask', buffered: true});
            new MutationObserver((_, observer) => {
                if (!document.querySelector('tbody tr')) return;
                window.firstRows = performance.now();
                observer.disconnect();
            }).observe(document, {childList: true, subtree: true});""";

    private final Browser browser;
    private final URI agent;
    private final long pid;
    private final Map<String, List<Double>> measured = new TreeMap<>();

    private FlowTableTimes(Browser browser, URI agent, long pid) {
        this.browser = browser;
        this.agent = agent;
        this.pid = pid;
    }

    public static void main(String[] arguments) throws Exception {
        int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 5;
        try (Browser browser = Browser.open()) {
            browser.look(1400, false);
            browser.runInEveryPage(NOTES);
            FlowTableTimes times = new FlowTableTimes(
                    browser, URI.create("http://127.0.0.1:" + arguments[1]), Long.parseLong(arguments[0]));
            for (int round = 0; round < rounds; round++) {
                times.round();
            }
            times.print();
            if (arguments.length > 3) {
                browser.open(times.agent, "flows");
                browser.await("rows", "document.querySelector('tbody tr')");
                Files.write(Path.of(arguments[3]), browser.screenshot());
            }
        }
    }

    private void add(String what, double value) {
        measured.computeIfAbsent(what, _ -> new ArrayList<>()).add(value);
    }

    private void print() {
        measured.forEach((what, values) -> {
            Collections.sort(values);
            System.out.printf(
                    Locale.ROOT,
                    "%s: %.1f (%.1f to %.1f)%n",
                    what,
                    values.get(values.size() / 2),
                    values.getFirst(),
                    values.getLast());
        });
    }

    private void round() throws Exception {
        browser.visit("about:blank");
        add("CPU of the agent without the page, %", cpuWhile(WATCHED_SECONDS / 2));
        browser.visit(agent.resolve("/#/flows").toString());
        browser.await("rows", "window.firstRows");
        add("first rows after navigation, ms", number("return window.firstRows"));
        sort();
        add(
                "last page, ms",
                act("document.querySelector('[data-focus=last]').click()", "document.querySelector('tbody tr')"));
        search();
        browser.visit("about:blank");
        browser.visit(agent.resolve("/#/flows").toString());
        browser.await("rows", "window.firstRows");
        browser.run("window.tasks.length = 0; window.gap = 0; let last = performance.now();"
                + "requestAnimationFrame(function frame() { const now = performance.now();"
                + "window.gap = Math.max(window.gap, now - last); last = now; requestAnimationFrame(frame); });");
        add("CPU of the agent with the page, %", cpuWhile(WATCHED_SECONDS));
        add("longest task, ms", number("return Math.max(0, ...window.tasks)"));
        add("longest frame, ms", number("return window.gap"));
    }

    private void sort() {
        for (String column : COLUMNS) {
            for (int click = 1; click <= 2; click++) {
                String cell = "document.querySelector(\"[data-focus='sort " + column + "']\")?.closest('th')";
                String before = String.valueOf(browser.run("return " + cell + ".ariaSort"));
                add(
                        "sort " + column + ", click " + click + ", ms",
                        act(
                                "document.querySelector(\"[data-focus='sort " + column + "']\").click()",
                                cell + "?.ariaSort && String(" + cell + ".ariaSort) !== '" + before
                                        + "' && document.querySelector('tbody tr')"));
            }
        }
    }

    private void search() {
        String port = String.valueOf(browser.run("return document.querySelector('tbody tr').cells[2].textContent"))
                .replaceFirst(".*:", "");
        for (String where :
                List.of("verdict = app and dport = " + port, "verdict = rwnd", "retrans > 0 or srtt < 1ms")) {
            browser.type("#where", where);
            add(
                    "search " + where.replaceFirst("dport = .*", "dport = N") + ", ms",
                    act(
                            "document.querySelector('form.search').requestSubmit()",
                            "/^[0-9,]+ of /.test(document.querySelector('.status')?.textContent)"));
        }
    }

    private double number(String script) {
        return ((Number) browser.run(script)).doubleValue();
    }

    /** Runs an action in the page; returns the milliseconds until the first frame after a condition is met. */
    private double act(String action, String met) {
        return ((Number) browser.runAsync("""
                const done = arguments[arguments.length - 1];
                const begin = performance.now();
                document.querySelector('h1')?.setAttribute('data-before', ''); // the action has the view made anew
                %s;
                (function look() {
                    if (!document.querySelector('h1[data-before]') && (%s)) requestAnimationFrame(() => setTimeout(() => done(performance.now() - begin)));
                    else requestAnimationFrame(look);
                })();""".formatted(action, met))).doubleValue();
    }

    private double cpuWhile(int seconds) throws IOException, InterruptedException {
        long before = ticks();
        long begin = System.nanoTime();
        Thread.sleep(seconds * 1000L);
        return (ticks() - before) * 1e9 / (System.nanoTime() - begin);
    }

    /** Returns the processor time of the agent in hundredths of a second. */
    private long ticks() throws IOException {
        String[] fields = Files.readString(Path.of("/proc/" + pid + "/stat"))
                .replaceFirst(".*\\) ", "")
                .split(" ", -1);
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }
}
