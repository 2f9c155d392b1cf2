package io.tcpprobe.it.bench;

import io.tcpprobe.it.Tools;
import java.util.List;
import java.util.Map;

/** The time that ss uses to print all sockets, for comparison with walks of tables with similar content. */
final class SsTimes {
    private SsTimes() {}

    /** Returns a table with this time. */
    static ReportTable table(BenchPlan plan) {
        ReportTable table = new ReportTable("ss", "", "time");
        row(table, plan, "sockets, as in tcpConnTable", "-tanH");
        row(table, plan, "with processes, as in tcpConnectionTable", "-tanpH");
        row(table, plan, "with tcp_info, as in TCP-ESTATS-MIB", "-tanpiH");
        return table;
    }

    private static void row(ReportTable table, BenchPlan plan, String what, String options) {
        Sample seconds = new Sample();
        List<String> line = List.of("sh", "-c", "ss " + options + " >/dev/null");
        for (int round = 0; round < plan.rounds(); round++) {
            long begin = System.nanoTime();
            Tools.here().run(line, Map.of(), "").expectSuccess();
            seconds.add((System.nanoTime() - begin) / 1e9);
        }
        table.row("ss " + options + ": " + what, ReportTable.figure(seconds.median(), "s"));
    }
}
