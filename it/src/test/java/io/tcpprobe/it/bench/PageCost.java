package io.tcpprobe.it.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * What open pages cost the agent, and how they delay SNMP GETs. A page is simulated by what it sends: its view's requests again and again,
 * and one stream of events.
 *
 * <pre>
 *   PageCost PID HTTP_PORT SNMP_PORT PAGES [ROUNDS]
 * </pre>
 *
 * <p>A round is ten seconds without pages, ten with one page of overview, ten with one page of flows, ten with PAGES pages, half of them of
 * flows. Meanwhile 500 GETs of tcpCurrEstab.0 are sent per second. The first round warms up and does not count.
 */
public final class PageCost {
    private static final long ROUND_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long GET_NANOS = Duration.ofMillis(2).toNanos();
    private static final Duration REFRESH = Duration.ofSeconds(2);

    /** What the page's overview.js and flows.js send while they are shown. */
    private static final String OVERVIEW = """
            [{"type":"read","mbean":"tcpprobe:type=Flows"},
             {"type":"exec","mbean":"tcpprobe:type=Groups","operation":"groups","arguments":["role"]},
             {"type":"read","mbean":"tcpprobe:type=Tcp","attribute":["OutSegs","RetransSegs"]},
             {"type":"read","mbean":"tcpprobe:type=Agent"},
             {"type":"read","mbean":"tcpprobe:type=FlowLog"},
             {"type":"read","mbean":"tcpprobe:type=Settings","attribute":["snmp.listen","http.listen","jmx.listen"]}]""";

    private static final String FLOWS = """
            [{"type":"exec","mbean":"tcpprobe:type=Flows","operation":"query","arguments":["","bytesAckedRate",true,0,50,
              "verdict,local,remote,process,state,bytesAckedRate,bytesReceivedRate,srtt,retrans,retransRate,cwnd,sendQueue,\
            verdictShare"]}]""";

    private final long pid;
    private final URI agent;
    private final int snmp;

    private PageCost(long pid, int http, int snmp) {
        this.pid = pid;
        this.agent = URI.create("http://127.0.0.1:" + http);
        this.snmp = snmp;
    }

    /** Runs the benchmark; prints medians over the rounds. */
    public static void main(String[] arguments) throws Exception {
        PageCost cost = new PageCost(
                Long.parseLong(arguments[0]), Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
        int pages = Integer.parseInt(arguments[3]);
        int rounds = arguments.length > 4 ? Integer.parseInt(arguments[4]) : 5;
        String[] names = {"no page", "overview", "flows", pages + " pages"};
        List<List<String>> views = List.of(
                List.of(),
                List.of(OVERVIEW),
                List.of(FLOWS),
                IntStream.range(0, pages)
                        .mapToObj(i -> i % 2 == 0 ? FLOWS : OVERVIEW)
                        .toList());
        List<Sample> shares = new ArrayList<>();
        List<Sample> medians = new ArrayList<>();
        List<Sample> high = new ArrayList<>();
        for (int i = 0; i < names.length; i++) {
            shares.add(new Sample());
            medians.add(new Sample());
            high.add(new Sample());
        }
        for (int round = -1; round < rounds; round++) {
            for (int i = 0; i < names.length; i++) {
                Result result = cost.measure(views.get(i));
                if (round >= 0) {
                    shares.get(i).add(result.share() * 100);
                    medians.get(i).add(result.micros().median());
                    high.get(i).add(result.micros().quantile(0.99));
                }
            }
        }
        for (int i = 0; i < names.length; i++) {
            System.out.printf(
                    Locale.ROOT,
                    "%s: %.1f %% of a core; GET p50 %.1f us, p99 %.1f us%n",
                    names[i],
                    shares.get(i).median(),
                    medians.get(i).median(),
                    high.get(i).median());
        }
    }

    private record Result(double share, Sample micros) {}

    private Result measure(List<String> bodies) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient();
                ExecutorService pages = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Void>> running = new ArrayList<>();
            for (int i = 0; i < bodies.size(); i++) {
                String body = bodies.get(i);
                Duration first = REFRESH.multipliedBy(i).dividedBy(bodies.size());
                running.add(pages.submit(() -> refresh(client, body, first)));
                running.add(pages.submit(() -> read(client)));
            }
            double before = ProcessCost.cpuSeconds(pid);
            long begin = System.nanoTime();
            Sample micros = gets();
            double share = (ProcessCost.cpuSeconds(pid) - before) / ((System.nanoTime() - begin) / 1e9);
            for (Future<Void> page : running) {
                if (page.isDone()) {
                    page.get(); // fails
                }
            }
            pages.shutdownNow();
            client.shutdownNow();
            return new Result(share, micros);
        }
    }

    private Sample gets() throws IOException, InterruptedException {
        byte[] request = RawSnmp.getCurrEstab();
        Sample micros = new Sample();
        try (RawSnmp client = new RawSnmp(snmp)) {
            long first = System.nanoTime();
            for (long due = first; due - first < ROUND_NANOS; due += GET_NANOS) {
                Thread.sleep(Duration.ofNanos(Math.max(0, due - System.nanoTime())));
                long begin = System.nanoTime();
                client.ask(request);
                micros.add((System.nanoTime() - begin) / 1e3);
            }
        }
        return micros;
    }

    private Void refresh(HttpClient client, String body, Duration first) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(agent.resolve("/jolokia"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        Thread.sleep(first);
        while (true) {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200 || answer.body().contains("\"error\"")) {
                System.err.println("the agent answered " + answer.statusCode() + " " + answer.body());
            }
            Thread.sleep(REFRESH);
        }
    }

    private Void read(HttpClient client) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(agent.resolve("/events")).build();
        try (InputStream events =
                client.send(request, HttpResponse.BodyHandlers.ofInputStream()).body()) {
            events.transferTo(OutputStream.nullOutputStream());
        }
        return null;
    }
}
