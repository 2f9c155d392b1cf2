package io.tcpprobe.it.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntConsumer;

/**
 * The program of {@code ./tcpprobe bench}: measures the agent and other programs of the machine, in one run and alternating, so that other
 * load affects both. What cannot be measured here is skipped, with the reason.
 *
 * <p>The launcher starts it in separate namespaces: a network namespace, so that the tables contain nothing else, and a process namespace,
 * so that the kernel ends all started processes when this one ends for any reason.
 */
public final class SystemBench {
    private static final int MINUTES = 5;
    private static final PrintStream OUT = System.out;

    private final BenchPlan plan;
    private final BenchMachine machine;
    private final Path folder;

    private SystemBench(BenchPlan plan, BenchMachine machine, Path folder) {
        this.plan = plan;
        this.machine = machine;
        this.folder = folder;
    }

    /** A measurement. */
    @FunctionalInterface
    private interface Measurement {
        void measure() throws Exception;
    }

    /**
     * Runs the benchmark. The first argument is a folder for the agents' files; the others are described in {@link BenchPlan#USAGE}. The
     * exit status is 1 if a part failed or timed out, 2 if an argument is invalid; a skipped part is not a failure.
     */
    public static void main(String[] arguments) throws IOException {
        List<String> given = List.of(arguments);
        try {
            BenchPlan plan = BenchPlan.of(given.subList(1, given.size()));
            if (!new SystemBench(plan, BenchMachine.here(), Path.of(given.getFirst())).run()) {
                System.exit(1);
            }
        } catch (IllegalArgumentException wrong) {
            System.err.println("tcpprobe: " + wrong.getMessage() + "\n" + BenchPlan.USAGE);
            System.exit(2);
        }
    }

    /** Measures all parts; returns false if one failed. */
    private boolean run() throws IOException {
        machine.prepare(folder);
        OUT.println(machine.describe());
        boolean good = true;
        for (BenchPlan.Part part : plan.parts()) {
            good &= switch (part) {
                case COMPARED ->
                    part("Side by side", machine.missingFor("a network namespace", "snmpbulkwalk"), this::sideBySide);
                case SYNTHETIC -> part("A synthetic table", "", this::synthetic);
                case MANY -> part("Many flows", machine.missingFor("a network namespace"), this::manyFlows);
                case HUGE ->
                    part(
                            "Hundreds of thousands of flows",
                            machine.missingFor("a network namespace", "snmpbulkwalk"),
                            this::hugeTables);
            };
        }
        return good;
    }

    /** Measures one part, unless one of its requirements is missing. Reports a failure and returns false; the next part continues. */
    private static boolean part(String name, String missing, Measurement part) {
        if (!missing.isEmpty()) {
            OUT.printf("%n%s: skipped, needs %s%n", name, missing);
            return true;
        }
        System.err.println("tcpprobe: " + name + " ...");
        FutureTask<Void> done = new FutureTask<>(() -> {
            part.measure();
            return null;
        });
        Thread.ofPlatform().daemon().start(done);
        try {
            done.get(MINUTES, TimeUnit.MINUTES);
            return true;
        } catch (TimeoutException late) {
            done.cancel(true); // closes what the measurement waits for
            OUT.printf("%n%s: given up after %d minutes%n", name, MINUTES);
        } catch (ExecutionException failed) {
            OUT.printf("%n%s: failed: %s%n", name, failed.getCause());
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException("interrupted while measuring " + name, interrupted);
        }
        return false;
    }

    private void sideBySide() throws Exception {
        try (ConnectionHolders _ = ConnectionHolders.open(plan.sockets() / 2);
                LaunchedAgent ours = LaunchedAgent.start(folder.resolve("compared"), plan.sockets() + 1_000)) {
            List<Measured> agents = new ArrayList<>(List.of(ours));
            String without = machine.missingFor("snmpd");
            if (!without.isEmpty()) {
                OUT.printf("%nThere is nothing to compare with: needs %s%n", without);
                compare(ours, agents, _ -> {});
                return;
            }
            try (SnmpDaemon theirs = SnmpDaemon.start(Files.createDirectories(folder.resolve("snmpd")))) {
                agents.add(theirs);
                compare(ours, agents, theirs::cacheConnections);
            }
        }
    }

    private void compare(LaunchedAgent ours, List<Measured> agents, IntConsumer cacheSeconds) throws Exception {
        String title = String.format("With %,d connections, %,d sockets", plan.sockets() / 2, plan.sockets());
        ReportTable table = new ReportTable(title, "", "tcpprobe", "snmpd", "tcpprobe : snmpd");
        TableWalks walks =
                new TableWalks(agents, plan, folder, machine.missingFor("ss").isEmpty());
        cacheSeconds.accept(1);
        walks.connectionTable(table, ", both at most 1 s old");
        cacheSeconds.accept(60);
        walks.connectionTable(table, ", snmpd's up to 60 s old");
        walks.connTable(table);
        new GetTimes(agents, plan).measure(table);
        table.print(OUT);
        if (machine.missingFor("ss").isEmpty()) {
            SsTimes.table(plan).print(OUT);
        }
        ReportTable rates = BindingRates.table("Walks by a minimal client");
        BindingRates bindings = new BindingRates(plan);
        bindings.measure(rates, "tcpprobe, flow table", ours, ManyFlows.FLOW_TABLE);
        for (Measured agent : agents) {
            bindings.measure(rates, agent.name() + ", tcpConnectionTable", agent, TableWalks.CONNECTION_TABLE);
        }
        rates.print(OUT);
    }

    private void synthetic() throws Exception {
        ReportTable table = BindingRates.table("A large table without kernel access");
        new BindingRates(plan).measureSynthetic(table);
        table.print(OUT);
    }

    private void manyFlows() throws Exception {
        try (ConnectionHolders _ = ConnectionHolders.open(plan.manySockets() / 2);
                LaunchedAgent agent = LaunchedAgent.start(folder.resolve("many"), plan.manySockets() + 1_000)) {
            ReportTable table = new ReportTable(String.format("With %,d flows", plan.manySockets()), "", "tcpprobe");
            new ManyFlows(agent, plan).measure(table);
            table.print(OUT);
        }
    }

    private void hugeTables() throws Exception {
        try (ConnectionHolders _ = ConnectionHolders.open(plan.hugeSockets() / 2)) {
            HugeTables.table(plan, Files.createDirectories(folder.resolve("huge")))
                    .print(OUT);
        }
    }
}
