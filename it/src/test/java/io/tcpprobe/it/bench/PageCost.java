package io.tcpprobe.it.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What open pages cost the agent, and how they delay SNMP GETs.
 *
 * <pre>
 *   PageCost PID HTTP_PORT SNMP_PORT [ROUNDS [PAGES ...]]
 * </pre>
 *
 * <p>A round is ten seconds with each number of pages: 0, 10 and 50 by default. The pages are those of {@link PageLoad}, in a process of their
 * own with the lowest priority, because browsers are on other machines: what is measured is the agent, not the processor time of its clients.
 * Meanwhile 500 GETs of tcpCurrEstab.0 are sent per second. The first round warms up and does not count.
 */
public final class PageCost {
    private static final long ROUND_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long GET_NANOS = Duration.ofMillis(2).toNanos();

    private final long pid;
    private final int http;
    private final int snmp;

    /**
     * Creates it.
     *
     * @param pid the process id of the agent
     */
    public PageCost(long pid, int http, int snmp) {
        this.pid = pid;
        this.http = http;
        this.snmp = snmp;
    }

    /**
     * What was measured with a number of pages: medians over the rounds.
     *
     * @param percent of one processor, that the agent used
     * @param median of the times of the GETs, in microseconds
     * @param p99 99 % of them took no longer, in microseconds
     */
    public record Result(int pages, double percent, double median, double p99) {}

    /** Runs the benchmark, and prints its results. */
    public static void main(String[] arguments) throws Exception {
        PageCost cost = new PageCost(
                Long.parseLong(arguments[0]), Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
        int rounds = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 5;
        List<Integer> pages = new ArrayList<>();
        for (int i = 4; i < arguments.length; i++) {
            pages.add(Integer.parseInt(arguments[i]));
        }
        for (Result result : cost.measure(rounds, pages.isEmpty() ? List.of(0, 10, 50) : pages)) {
            System.out.printf(
                    Locale.ROOT,
                    "%d pages: %.1f %% of a core; GET p50 %.1f us, p99 %.1f us%n",
                    result.pages,
                    result.percent,
                    result.median,
                    result.p99);
        }
    }

    /** Measures with each of these numbers of pages in turn, after one round that does not count. */
    public List<Result> measure(int rounds, List<Integer> pages) throws Exception {
        List<Sample> shares = new ArrayList<>();
        List<Sample> medians = new ArrayList<>();
        List<Sample> high = new ArrayList<>();
        for (int _ : pages) {
            shares.add(new Sample());
            medians.add(new Sample());
            high.add(new Sample());
        }
        for (int round = -1; round < rounds; round++) {
            for (int i = 0; i < pages.size(); i++) {
                Sample micros = new Sample();
                double share = measure(pages.get(i), micros);
                if (round >= 0) {
                    shares.get(i).add(share * 100);
                    medians.get(i).add(micros.median());
                    high.get(i).add(micros.quantile(0.99));
                }
            }
        }
        List<Result> results = new ArrayList<>();
        for (int i = 0; i < pages.size(); i++) {
            results.add(new Result(
                    pages.get(i),
                    shares.get(i).median(),
                    medians.get(i).median(),
                    high.get(i).median()));
        }
        return results;
    }

    /** Measures for one round; returns how much of one processor the agent used. */
    private double measure(int pages, Sample micros) throws IOException, InterruptedException {
        Process load = pages == 0 ? null : load(pages);
        try {
            if (load != null && load.getInputStream().read() < 0) {
                throw new IOException("the pages have ended");
            }
            double before = ProcessCost.cpuSeconds(pid);
            long begin = System.nanoTime();
            gets(micros);
            if (load != null && !load.isAlive()) {
                throw new IOException("the pages have ended");
            }
            return (ProcessCost.cpuSeconds(pid) - before) / ((System.nanoTime() - begin) / 1e9);
        } finally {
            if (load != null) {
                load.destroy();
                load.waitFor();
            }
        }
    }

    /** Starts a process with open pages, which writes a line when each has got its first values. */
    private Process load(int pages) throws IOException {
        return new ProcessBuilder(
                        "nice",
                        "-n",
                        "19",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PageLoad.class.getName(),
                        Integer.toString(http),
                        Integer.toString(pages))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private void gets(Sample micros) throws IOException, InterruptedException {
        byte[] request = RawSnmp.getCurrEstab();
        try (RawSnmp client = new RawSnmp(snmp)) {
            long first = System.nanoTime();
            for (long due = first; due - first < ROUND_NANOS; due += GET_NANOS) {
                Thread.sleep(Duration.ofNanos(Math.max(0, due - System.nanoTime())));
                long begin = System.nanoTime();
                client.ask(request);
                micros.add((System.nanoTime() - begin) / 1e3);
            }
        }
    }
}
