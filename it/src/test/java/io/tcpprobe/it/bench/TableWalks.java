package io.tcpprobe.it.bench;

import io.tcpprobe.it.Tools;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Walks the tables of TCP-MIB by {@code snmpbulkwalk -Cr50}, with the agents in turn. Reports the duration, the agent's cost, and if all
 * sockets that ss shows are in the table.
 */
final class TableWalks {
    static final String CONNECTION_TABLE = "1.3.6.1.2.1.6.19";
    static final String CONN_TABLE = "1.3.6.1.2.1.6.13";

    /** Rounds that do not count: the JVM compiles the code of a walk meanwhile. Both agents have the same number. */
    private static final int WARM_UP = 10;

    private final List<Measured> agents;
    private final BenchPlan plan;
    private final Path folder;
    private final boolean ss;

    /** The results of an agent's walks. */
    private static final class Outcome {
        final Sample seconds = new Sample();
        final Sample agentSeconds = new Sample();
        long rows;
        boolean finished = true;

        void add(BulkWalk walk) {
            seconds.add(walk.seconds());
            agentSeconds.add(walk.agentSeconds());
            rows = walk.rows();
            finished &= walk.finished();
        }

        String time() {
            return finished
                    ? ReportTable.figure(seconds.median(), "s")
                    : "unfinished after " + ReportTable.figure(seconds.median(), "s");
        }
    }

    TableWalks(List<Measured> agents, BenchPlan plan, Path folder, boolean ss) {
        this.agents = agents;
        this.plan = plan;
        this.folder = folder;
        this.ss = ss;
    }

    /**
     * Walks tcpConnectionTable and adds rows to the table.
     *
     * @param how the variant, appended to the table's name
     */
    void connectionTable(ReportTable table, String how) throws IOException, InterruptedException {
        String sockets = sockets("state", "connected");
        compare(table, "tcpConnectionTable" + how, CONNECTION_TABLE, CONNECTION_TABLE + ".1.8", sockets);
    }

    /** Walks tcpConnTable and adds rows to the table. */
    void connTable(ReportTable table) throws IOException, InterruptedException {
        compare(table, "tcpConnTable", CONN_TABLE, CONN_TABLE + ".1.5", sockets());
    }

    /** Returns the number of sockets that ss shows; all with the argument -a, otherwise those that match a filter. */
    private String sockets(String... filter) {
        if (!ss) {
            return "ss is missing";
        }
        List<String> line = new ArrayList<>(List.of("ss", "-tanH"));
        line.addAll(List.of(filter));
        long count =
                Tools.here().run(line, Map.of(), "").expectSuccess().lines().count();
        return String.format("%,d", count);
    }

    private void compare(ReportTable table, String name, String root, String column, String sockets)
            throws IOException, InterruptedException {
        Map<Measured, Outcome> outcomes = new HashMap<>();
        agents.forEach(agent -> outcomes.put(agent, new Outcome()));
        for (int round = -WARM_UP; round < plan.rounds(); round++) {
            for (Measured agent : agents) {
                Outcome outcome = Objects.requireNonNull(outcomes.get(agent));
                if (!outcome.finished) {
                    continue; // once is sufficient
                }
                BulkWalk walk = BulkWalk.run(agent, root, column, folder.resolve("walk"), plan.timeout());
                if (round >= 0 || !walk.finished()) {
                    outcome.add(walk);
                }
            }
        }
        report(table, name, sockets, agents.stream().map(outcomes::get).toList());
    }

    private static void report(ReportTable table, String name, String sockets, List<Outcome> of) {
        Outcome ours = of.getFirst();
        Outcome theirs = of.size() > 1 ? of.get(1) : new Outcome();
        boolean both = ours.finished && theirs.finished;
        table.row(
                "snmpbulkwalk -Cr50 " + name,
                ours.time(),
                theirs.time(),
                both ? ReportTable.ratio(ours.seconds.median(), theirs.seconds.median()) : "-");
        table.row(
                "CPU time of the agent",
                ReportTable.figure(ours.agentSeconds.median(), "s"),
                ReportTable.figure(theirs.agentSeconds.median(), "s"),
                both ? ReportTable.ratio(ours.agentSeconds.median(), theirs.agentSeconds.median()) : "-");
        table.row(
                "complete rows (ss: " + sockets + ")",
                String.format("%,d", ours.rows),
                theirs.seconds.size() == 0 ? "-" : String.format("%,d", theirs.rows),
                "");
    }
}
