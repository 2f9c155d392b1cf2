package io.tcpprobe.it.bench;

import io.tcpprobe.config.Settings;
import io.tcpprobe.mibs.Oid;
import io.tcpprobe.mibs.TcpProbeMib;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Memory and maximum response times with many flows. */
final class ManyFlows {
    /** Our flow table at its default object id. */
    static final String FLOW_TABLE = new TcpProbeMib(Oid.parse(Settings.SNMP_BASEOID.defaultText()))
            .flowEntry()
            .toString();

    private static final double MEGABYTE = 1e6;
    private static final double MILLI = 1e3;

    private final LaunchedAgent agent;
    private final BenchPlan plan;
    private volatile boolean walking = true;

    ManyFlows(LaunchedAgent agent, BenchPlan plan) {
        this.agent = agent;
        this.plan = plan;
    }

    /** Walks all objects with one client while another sends GETs, and adds rows to the table. */
    void measure(ReportTable table) throws IOException, InterruptedException, ExecutionException {
        try (ExecutorService getter = Executors.newSingleThreadExecutor()) {
            Future<Sample> gets = getter.submit(this::gets);
            try {
                walk(table, "tcpConnectionTable", TableWalks.CONNECTION_TABLE);
                walk(table, "flow table", FLOW_TABLE);
                walk(table, "TCP-ESTATS-MIB", "1.3.6.1.2.1.156");
            } finally {
                walking = false;
            }
            Sample micros = gets.get();
            longest(table, "GET tcpCurrEstab.0 meanwhile", micros);
        }
        double flows = agent.json("tcpprobe:type=Flows/Count", "value");
        table.row("flows", ReportTable.figure(flows, ""));
        table.row("heap committed", ReportTable.figure(agent.committedHeapBytes() / MEGABYTE, "MB"));
        double live = agent.liveHeapBytes();
        table.row("heap in use after a collection", ReportTable.figure(live / MEGABYTE, "MB"));
        table.row("resident", ReportTable.figure(ProcessCost.residentBytes(agent.pid()) / MEGABYTE, "MB"));
    }

    /** The first request waits until the kernel has been read, because there was no recent request; the following ones should not wait. */
    private void walk(ReportTable table, String what, String root) throws IOException {
        Sample micros = new Sample();
        try (RawSnmp client = new RawSnmp(agent.port())) {
            EndlessWalk walk = new EndlessWalk(client, RawSnmp.objectId(root), 50);
            double first = step(walk);
            Duration span = plan.span().multipliedBy(2);
            for (long begin = System.nanoTime(); System.nanoTime() - begin < span.toNanos(); ) {
                micros.add(step(walk));
            }
            table.row("GETBULK of 50, " + what + ": the first", ReportTable.figure(first / MILLI, "ms"));
        }
        longest(table, "GETBULK of 50, " + what, micros);
    }

    /** Returns the duration of a step in microseconds. */
    private static double step(EndlessWalk walk) throws IOException {
        long begin = System.nanoTime();
        walk.step();
        return (System.nanoTime() - begin) / 1e3;
    }

    private Sample gets() throws IOException {
        byte[] request = RawSnmp.getCurrEstab();
        Sample micros = new Sample();
        try (RawSnmp client = new RawSnmp(agent.port())) {
            while (walking) {
                long begin = System.nanoTime();
                client.ask(request);
                micros.add((System.nanoTime() - begin) / 1e3);
            }
        }
        return micros;
    }

    private static void longest(ReportTable table, String what, Sample micros) {
        table.row(
                what + ": longest (p99.9) of " + ReportTable.figure(micros.size(), ""),
                ReportTable.figure(micros.max() / MILLI, "ms") + " ("
                        + ReportTable.figure(micros.quantile(0.999) / MILLI, "ms") + ")");
    }
}
