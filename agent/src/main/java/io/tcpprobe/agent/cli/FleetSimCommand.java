package io.tcpprobe.agent.cli;

import io.tcpprobe.agent.fleet.FleetPlan;
import io.tcpprobe.agent.fleet.FleetSimulation;
import io.tcpprobe.agent.fleet.FleetTruth;
import io.tcpprobe.agent.fleet.RecordOutput;
import io.tcpprobe.agent.state.StartException;
import io.tcpprobe.config.ProblemException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes the flow records that many agents would send, to try and to size what reads them. */
@Command(
        name = "fleet-sim",
        mixinStandardHelpOptions = true,
        description = {
            "Make the flow records of many simulated hosts, and what a job that reads them must compute.",
            "The records go to --out, or to the Kafka brokers of the setting kafka.servers. The same options result in"
                    + " the same records."
        })
final class FleetSimCommand implements Callable<Integer> {
    private static final double NANOS_PER_SECOND = 1e9;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private ConfigurationOptions configuration = new ConfigurationOptions();

    @Option(names = "--hosts", paramLabel = "N", description = "Number of hosts (default: ${DEFAULT-VALUE}).")
    private int hosts = 100;

    @Option(
            names = "--minutes",
            paramLabel = "N",
            description =
                    "Minutes in which connections are opened (default: ${DEFAULT-VALUE}). Their records last a few"
                            + " minutes longer.")
    private int minutes = 3;

    @Option(
            names = "--opened",
            paramLabel = "N",
            description = "Connections that each host opens a minute (default: ${DEFAULT-VALUE}).")
    private int opened = 10;

    @Option(
            names = "--start",
            paramLabel = "TIME",
            description = "Time of the first records, such as 2026-03-05T12:00:00Z (default: ten minutes ago).")
    private @Nullable Instant start;

    @Option(
            names = "--lost",
            paramLabel = "N",
            description = "Records in a thousand that are lost on their way (default: ${DEFAULT-VALUE}).")
    private int lost = 0;

    @Option(
            names = "--repeated",
            paramLabel = "N",
            description = "Records in a thousand that are sent twice (default: ${DEFAULT-VALUE}).")
    private int repeated = 0;

    @Option(names = "--seed", paramLabel = "N", description = "Selects the random numbers (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(names = "--rate", paramLabel = "N", description = "Records a second (default: as many as possible).")
    private int rate = 0;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Write the records to a file, an object of JSON a line.")
    private @Nullable Path out;

    @Option(
            names = "--truth",
            paramLabel = "FOLDER",
            required = true,
            description =
                    "Write the rows that must be computed to services.json, paths.json and ends.json in this folder.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path truth;

    @Override
    public Integer call() throws CommandException, StartException {
        FleetPlan plan = plan();
        long began = System.nanoTime();
        try (RecordOutput output = out == null
                        ? RecordOutput.toKafka(configuration.settings(List.of()))
                        : RecordOutput.toFile(out);
                FleetTruth rows = FleetTruth.in(truth)) {
            output.limit(rate);
            new FleetSimulation(plan).run(output, rows);
            output.finish();
            report(output.records(), System.nanoTime() - began);
        } catch (ProblemException refused) {
            throw new CommandException(Commands.FAILED, refused.problem().toString());
        } catch (RecordOutput.NotSentException failed) {
            throw new CommandException(
                    Commands.FAILED,
                    "fleet-sim: send to kafka: " + failed.getMessage()
                            + "; see that the brokers of kafka.servers run, and that"
                            + " kafka.config logs in as one who may write to the topics of kafka.topics");
        } catch (IOException failed) {
            throw new CommandException(
                    Commands.FAILED,
                    "fleet-sim: " + failed.getMessage() + "; name a file and a folder that can be written");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new CommandException(Commands.FAILED, "fleet-sim: interrupted");
        }
        return 0;
    }

    private void report(long records, long nanos) {
        spec.commandLine()
                .getOut()
                .println(String.format(
                        Locale.ROOT,
                        "%d records in %.1f s; what must be computed from them is in %s",
                        records,
                        nanos / NANOS_PER_SECOND,
                        truth));
        spec.commandLine().getOut().flush();
    }

    private FleetPlan plan() throws CommandException {
        if (rate < 0) {
            throw new CommandException(Commands.USAGE, "fleet-sim: rate: at least 0, which is no limit");
        }
        Instant first = start == null ? Instant.now().minus(10, ChronoUnit.MINUTES) : start;
        try {
            return new FleetPlan(
                    hosts,
                    minutes,
                    opened,
                    first.truncatedTo(ChronoUnit.MINUTES).toEpochMilli(),
                    lost,
                    repeated,
                    seed);
        } catch (IllegalArgumentException wrong) {
            throw new CommandException(Commands.USAGE, "fleet-sim: " + wrong.getMessage());
        }
    }
}
