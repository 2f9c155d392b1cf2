package io.tcpprobe.it.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** Variable bindings per second that a client receives if it does next to nothing with them. */
final class BindingRates {
    /** A table of the synthetic agent. */
    static final String SYNTHETIC_TABLE = "1.3.6.1.4.1.8072.9999.9999.99.1";

    private static final int SYNTHETIC_PORT = 12_161;

    private final BenchPlan plan;

    BindingRates(BenchPlan plan) {
        this.plan = plan;
    }

    /** Adds a row for each number of repetitions. */
    void measure(ReportTable table, String what, Measured agent, String root) throws IOException {
        measure(table, what, agent.port(), root);
    }

    private void measure(ReportTable table, String what, int port, String root) throws IOException {
        for (int repetitions : new int[] {50, 500}) {
            try (RawSnmp client = new RawSnmp(port)) {
                EndlessWalk walk = new EndlessWalk(client, RawSnmp.objectId(root), repetitions);
                rate(walk, plan.span());
                double rate = rate(walk, plan.span());
                table.row(
                        what,
                        Integer.toString(repetitions),
                        ReportTable.figure(rate, ""),
                        ReportTable.figure(walk.max(), ""));
            }
        }
    }

    private static double rate(EndlessWalk walk, Duration span) throws IOException {
        long begin = System.nanoTime();
        long bindings = 0;
        while (System.nanoTime() - begin < span.toNanos()) {
            bindings += walk.step();
        }
        return bindings * 1e9 / (System.nanoTime() - begin);
    }

    /** Measures the same of an agent with the real one's responder and one large table. */
    void measureSynthetic(ReportTable table) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(
                        java,
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.tcpprobe.it.bench.SyntheticAgent",
                        Integer.toString(SYNTHETIC_PORT),
                        Integer.toString(plan.syntheticRows()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            var output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            if (!"listening".equals(output.readLine())) {
                throw new IOException("start the synthetic agent on 127.0.0.1:" + SYNTHETIC_PORT + ": it ended");
            }
            String what = String.format("a synthetic table of %,d rows, 20 columns", plan.syntheticRows());
            measure(table, what, SYNTHETIC_PORT, SYNTHETIC_TABLE);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /** Creates a table for such rates. */
    static ReportTable table(String title) {
        return new ReportTable(title, "table", "max-repetitions", "bindings/s", "bytes per response");
    }
}
