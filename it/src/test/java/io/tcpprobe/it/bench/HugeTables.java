package io.tcpprobe.it.bench;

import io.tcpprobe.kernel.flow.FlowField;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** The start, memory and walks with hundreds of thousands of flows: shows costs that grow faster than their number. */
final class HugeTables {
    private static final double MEGABYTE = 1e6;
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int ROUNDS = 3;

    private final LaunchedAgent agent;
    private final Path folder;
    private final ReportTable table;

    private HugeTables(LaunchedAgent agent, Path folder, ReportTable table) {
        this.agent = agent;
        this.folder = folder;
        this.table = table;
    }

    /** Starts an agent with the existing sockets and measures it. */
    static ReportTable table(BenchPlan plan, Path folder) throws IOException, InterruptedException {
        ReportTable table = new ReportTable(String.format("With %,d flows", plan.hugeSockets()), "", "tcpprobe");
        long begin = System.nanoTime();
        try (LaunchedAgent agent = LaunchedAgent.start(folder, 1_000_000)) {
            table.row("from the launcher to ready", ReportTable.figure((System.nanoTime() - begin) / 1e9, "s"));
            table.row("CPU time until then", ReportTable.figure(ProcessCost.cpuSeconds(agent.pid()), "s"));
            new HugeTables(agent, folder, table).measure();
        }
        return table;
    }

    private void measure() throws IOException, InterruptedException {
        table.row("flows", String.format("%,d", agent.json("tcpprobe:type=Flows/Count", "value")));
        table.row("rows and state in the kernel", megabytes(agent.json("tcpprobe:type=Flows/memory", "value")));
        table.row("resident when ready", megabytes(ProcessCost.residentBytes(agent.pid())));
        try (RawSnmp client = new RawSnmp(agent.port())) {
            long begin = System.nanoTime();
            new EndlessWalk(client, RawSnmp.objectId(TableWalks.CONNECTION_TABLE), 50).step();
            table.row(
                    "the first GETBULK of tcpConnectionTable",
                    ReportTable.figure((System.nanoTime() - begin) / 1e6, "ms"));
        }
        String srtt = ManyFlows.FLOW_TABLE + "." + FlowField.SRTT.id();
        walks("srtt of all flows", srtt, srtt);
        walks("tcpConnectionTable", TableWalks.CONNECTION_TABLE, TableWalks.CONNECTION_TABLE + ".1.8");
        table.row("resident after the walks", megabytes(ProcessCost.residentBytes(agent.pid())));
        table.row("heap in use after a collection", megabytes(agent.liveHeapBytes()));
    }

    private void walks(String what, String root, String counted) throws IOException, InterruptedException {
        Sample seconds = new Sample();
        Sample agentSeconds = new Sample();
        Sample clientSeconds = new Sample();
        BulkWalk walk = BulkWalk.run(agent, root, counted, folder.resolve("walk"), TIMEOUT); // warms up
        for (int round = 0; round < ROUNDS && walk.finished(); round++) {
            walk = BulkWalk.run(agent, root, counted, folder.resolve("walk"), TIMEOUT);
            seconds.add(walk.seconds());
            agentSeconds.add(walk.agentSeconds());
            clientSeconds.add(walk.clientSeconds());
        }
        if (!walk.finished()) {
            table.row("snmpbulkwalk -Cr50 " + what, "unfinished after " + ReportTable.figure(walk.seconds(), "s"));
            return;
        }
        String rows = String.format(" (%,d rows)", walk.rows());
        table.row("snmpbulkwalk -Cr50 " + what + rows, ReportTable.figure(seconds.median(), "s"));
        table.row("CPU time of snmpbulkwalk", ReportTable.figure(clientSeconds.median(), "s"));
        table.row("CPU time of the agent", ReportTable.figure(agentSeconds.median(), "s"));
        table.row(
                "elapsed time / CPU time of snmpbulkwalk", ReportTable.ratio(seconds.median(), clientSeconds.median()));
    }

    private static String megabytes(long bytes) {
        return ReportTable.figure(bytes / MEGABYTE, "MB");
    }
}
