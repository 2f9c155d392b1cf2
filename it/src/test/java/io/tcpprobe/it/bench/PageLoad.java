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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Pages that are open, simulated by what they send: the requests of a view every two seconds, and one stream of events. Half of them show the
 * overview, half the flows; every second one of these with a condition of its own.
 *
 * <pre>
 *   PageLoad HTTP_PORT PAGES
 * </pre>
 */
public final class PageLoad {
    private static final Duration REFRESH = Duration.ofSeconds(2);

    /** What the page's overview.js and flows.js send while they are shown. */
    private static final String OVERVIEW = """
            [{"type":"read","mbean":"tcpprobe:type=Flows"},
             {"type":"exec","mbean":"tcpprobe:type=Groups","operation":"groups","arguments":["role"]},
             {"type":"read","mbean":"tcpprobe:type=Tcp","attribute":["OutSegs","RetransSegs"]},
             {"type":"read","mbean":"tcpprobe:type=Agent"},
             {"type":"read","mbean":"tcpprobe:type=FlowLog"},
             {"type":"read","mbean":"tcpprobe:type=Settings","attribute":["snmp.listen","http.listen","jmx.listen"]},
             {"type":"exec","mbean":"tcpprobe:type=Flows","operation":"query","arguments":["sendQueue > 0 and not (verdict = app or \
            verdict = idle or verdict = unknown) or receiverVerdict = slowReader or receiverVerdict = rcvbuf","sendQueue",true,0,5,
              "local,remote,process,verdict,verdictShare,advice,receiverVerdict,receiverShare,sendQueue,receiveQueue"]}]""";

    private static final String FLOWS = """
            [{"type":"exec","mbean":"tcpprobe:type=Flows","operation":"query","arguments":["CONDITION","bytesAckedRate",true,0,50,
              "verdict,local,remote,process,state,bytesAckedRate,bytesReceivedRate,srtt,retrans,retransRate,cwnd,sendQueue,\
            verdictShare"]}]""";

    private final URI agent;
    private final int pages;
    private final HttpClient client = HttpClient.newHttpClient();

    /** How many pages have got their first values. */
    private final AtomicInteger shown = new AtomicInteger();

    private PageLoad(URI agent, int pages) {
        this.agent = agent;
        this.pages = pages;
    }

    /** Opens the pages, until the process is ended; prints a line when all of them show values. */
    public static void main(String[] arguments) throws Exception {
        new PageLoad(URI.create("http://127.0.0.1:" + arguments[0]), Integer.parseInt(arguments[1])).run();
    }

    private void run() throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Void>> running = new ArrayList<>();
            for (int i = 0; i < pages; i++) {
                String body = i % 2 == 0 ? OVERVIEW : FLOWS.replace("CONDITION", i % 4 == 1 ? "" : "sport > " + i);
                Duration first = REFRESH.multipliedBy(i).dividedBy(pages);
                running.add(threads.submit(() -> refresh(body, first)));
                running.add(threads.submit(this::read));
            }
            for (Future<Void> page : running) {
                page.get(); // fails if the page fails
            }
        }
    }

    private Void refresh(String body, Duration first) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(agent.resolve("/jolokia"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        Thread.sleep(first);
        for (long round = 0; true; round++) {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200 || answer.body().contains("\"error\"")) {
                System.err.println("the agent answered " + answer.statusCode() + " " + answer.body());
            }
            if (round == 0 && shown.incrementAndGet() == pages) {
                System.out.println("open");
            }
            Thread.sleep(REFRESH);
        }
    }

    private Void read() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(agent.resolve("/events")).build();
        try (InputStream events =
                client.send(request, HttpResponse.BodyHandlers.ofInputStream()).body()) {
            events.transferTo(OutputStream.nullOutputStream());
        }
        return null;
    }
}
