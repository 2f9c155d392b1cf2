package io.tcpprobe.agent.cli;

import io.tcpprobe.agent.flows.SocketOwnerCache;
import io.tcpprobe.agent.state.StartException;
import io.tcpprobe.config.Problem;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.SourceRefusal;
import io.tcpprobe.kernel.records.RecordFormat;
import io.tcpprobe.kernel.records.RecordPrinter;
import io.tcpprobe.kernel.records.RecordStream;
import io.tcpprobe.kernel.source.RecordStreams;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints every sample as a record. Needs no running agent: this process does the sampling. */
@Command(
        name = "records",
        mixinStandardHelpOptions = true,
        description = {
            "Print every sample as a record, until Ctrl-C: the 19 fields of /proc/net/tcpprobe, or JSON.",
            "The settings probetime and full select the samples: --set probetime=0 --set full=1 prints every ACK that TCP processes."
        })
final class RecordsCommand implements Callable<Integer> {
    private static final long PAUSE_MILLIS = 10;

    /** Maximum age of the owners of sockets. */
    private static final long OWNERS_NANOS = 1_000_000_000;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private ConfigurationOptions configuration = new ConfigurationOptions();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "Output format: tcpprobe or json (default: tcpprobe).")
    private String format = "tcpprobe";

    @Option(names = "--port", paramLabel = "P", description = "Only flows with this local or remote port.")
    private @Nullable Integer port;

    @Option(names = "--out", paramLabel = "FILE", description = "Write to this file; existing content is overwritten.")
    private @Nullable Path file;

    @Override
    public Integer call() throws StartException, CommandException, InterruptedException {
        RecordFormat wanted = format(format);
        SettingStore settings =
                configuration.settings(port == null ? List.of() : List.of(Settings.PORT.name() + "=" + checked(port)));
        try (OutputStream out = open(file)) {
            RecordPrinter printer = new RecordPrinter(wanted, out, System.nanoTime());
            List<Problem> problems = new ArrayList<>();
            RecordStream stream = RecordStreams.open(settings, System::nanoTime, printer, problems)
                    .orElseThrow(() -> new StartException(problems));
            SocketOwnerCache owners = new SocketOwnerCache(stream::owners, System::nanoTime, Runnable::run);
            printer.owners(() -> owners.of(System.nanoTime() - OWNERS_NANOS));
            stream.refusals().stream()
                    .filter(SourceRefusal::unexpected)
                    .forEach(refusal -> err("warning: source " + refusal));
            err("records from source " + stream.source() + ", probetime " + settings.get(Settings.PROBETIME)
                    + " ms, full " + settings.get(Settings.FULL) + "; stop with Ctrl-C");
            try (RecordRun run = new RecordRun(stream, printer, PAUSE_MILLIS, this::err)) {
                empty(file);
                run.untilStopped();
            }
        } catch (IOException | UncheckedIOException failed) {
            throw new CommandException(Commands.FAILED, "records: " + failed.getMessage());
        }
        return 0;
    }

    private void err(String line) {
        Commands.err(spec, line);
    }

    private static RecordFormat format(String name) throws CommandException {
        for (RecordFormat known : RecordFormat.values()) {
            if (known.name().toLowerCase(Locale.ROOT).equals(name)) {
                return known;
            }
        }
        throw new CommandException(
                Commands.USAGE, "records --format " + name + ": unknown format; use tcpprobe or json");
    }

    private static int checked(int port) throws CommandException {
        try {
            Settings.PORT.syntax().check((long) port);
            return port;
        } catch (IllegalArgumentException wrong) {
            throw new CommandException(
                    Commands.USAGE,
                    "records --port " + port + ": it " + wrong.getMessage() + "; give "
                            + Settings.PORT.syntax().rule());
        }
    }

    /**
     * Opens the output unbuffered and without changes; failures are reported, which a PrintStream would hide. An existing file is not
     * truncated.
     */
    private static OutputStream open(@Nullable Path file) throws CommandException {
        try {
            return file == null
                    ? new FileOutputStream(FileDescriptor.out)
                    : Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException failed) {
            throw new CommandException(
                    Commands.FAILED,
                    "records --out " + file + ": " + Problem.cause(failed) + "; name a file that can be written");
        }
    }

    /**
     * Truncates the file only when records are about to be written: a failed start must not destroy an earlier recording. Pipes are left as
     * they are.
     */
    private static void empty(@Nullable Path file) throws IOException {
        if (file != null && Files.isRegularFile(file)) {
            Files.newOutputStream(file, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)
                    .close();
        }
    }
}
