package io.tcpprobe.it.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Response times of a GET of tcpCurrEstab.0 by one client, alone and while another one walks the agent; the agents take turns. */
final class GetTimes {
    private static final int WARM_UP = 2;
    private static final int LOAD_ROUNDS = 2;
    private static final Duration WITHOUT_END = Duration.ofDays(1);

    private final List<Measured> agents;
    private final BenchPlan plan;

    GetTimes(List<Measured> agents, BenchPlan plan) {
        this.agents = agents;
        this.plan = plan;
    }

    /** Measures and adds rows to the table. */
    void measure(ReportTable table) throws IOException {
        report(table, "GET tcpCurrEstab.0", alone());
        report(table, "GET while tcpConnectionTable is walked", walked(TableWalks.CONNECTION_TABLE));
        report(table, "GET while tcpConnTable is walked", walked(TableWalks.CONN_TABLE));
    }

    private Map<Measured, Sample> alone() throws IOException {
        Map<Measured, Sample> micros = samples();
        for (int round = -WARM_UP; round < plan.rounds(); round++) {
            for (Measured agent : agents) {
                Sample sample = round < 0 ? new Sample() : Objects.requireNonNull(micros.get(agent));
                gets(agent, sample, plan.gets(), WITHOUT_END);
            }
        }
        return micros;
    }

    private Map<Measured, Sample> walked(String root) throws IOException {
        Map<Measured, Sample> micros = samples();
        for (int round = 0; round < LOAD_ROUNDS; round++) {
            for (Measured agent : agents) {
                try (WalkLoad _ = WalkLoad.start(agent, root)) {
                    gets(agent, Objects.requireNonNull(micros.get(agent)), Integer.MAX_VALUE, plan.span());
                }
            }
        }
        return micros;
    }

    private Map<Measured, Sample> samples() {
        Map<Measured, Sample> samples = new HashMap<>();
        agents.forEach(agent -> samples.put(agent, new Sample()));
        return samples;
    }

    private static void gets(Measured agent, Sample micros, int max, Duration span) throws IOException {
        byte[] request = RawSnmp.getCurrEstab();
        try (RawSnmp client = new RawSnmp(agent.port())) {
            long first = System.nanoTime();
            for (int i = 0; i < max && System.nanoTime() - first < span.toNanos(); i++) {
                long begin = System.nanoTime();
                client.ask(request);
                micros.add((System.nanoTime() - begin) / 1e3);
            }
        }
    }

    private void report(ReportTable table, String what, Map<Measured, Sample> micros) {
        Sample ours = Objects.requireNonNull(micros.get(agents.getFirst()));
        Sample theirs = agents.size() > 1 ? Objects.requireNonNull(micros.get(agents.get(1))) : new Sample();
        for (int percent : new int[] {50, 99}) {
            double one = ours.quantile(percent / 100.0);
            double other = theirs.quantile(percent / 100.0);
            table.row(
                    what + ", p" + percent,
                    ReportTable.figure(one, "us"),
                    ReportTable.figure(other, "us"),
                    ReportTable.ratio(one, other));
        }
    }
}
