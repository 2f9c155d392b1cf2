package io.tcpprobe.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** nfcapd, which collects flow records at a UDP port of loopback, and nfdump, which reads what it has written every two seconds. */
final class FlowCollector implements AutoCloseable {
    private final Path folder;
    private final DaemonProcess process;
    private Read last = new Read(List.of(), "", List.of());

    /** What was read of some files with a filter. */
    private record Read(List<Path> files, String filter, List<Row> rows) {}

    private FlowCollector(Path folder, DaemonProcess process) {
        this.folder = folder;
        this.process = process;
    }

    /** A row of nfdump's output: a flow record. */
    record Row(Map<String, String> columns) {
        String text(String column) {
            String text = columns.get(column);
            if (text == null) {
                throw new AssertionError("no column " + column + " in " + columns);
            }
            return text;
        }

        long number(String column) {
            return Long.parseLong(text(column));
        }
    }

    /**
     * Starts nfcapd and waits until it has its port.
     *
     * @param parent a folder for its files
     */
    static FlowCollector start(Path parent, int port) throws IOException {
        Path folder = Files.createTempDirectory(parent, "nfcapd-");
        Path files = Files.createDirectory(folder.resolve("flows"));
        DaemonProcess process = DaemonProcess.start(
                folder,
                Map.of(),
                List.of("nfcapd", "-b", "127.0.0.1", "-p", String.valueOf(port), "-t", "2", "-w", files.toString()));
        return new FlowCollector(files, process.awaitUdpPort(port));
    }

    /** Returns the records so far that have these ports, in one or the other direction. */
    List<Row> rows(int onePort, int otherPort) {
        List<Path> files = files();
        String filter = "port " + onePort + " and port " + otherPort;
        if (!files.equals(last.files) || !filter.equals(last.filter)) {
            last = new Read(files, filter, files.isEmpty() ? List.of() : read(filter));
        }
        return last.rows;
    }

    private List<Row> read(String filter) {
        String csv = Tools.here()
                .run("nfdump", "-R", folder.toString(), "-o", "csv", "-O", "tstart", filter)
                .expectSuccess();
        List<Row> rows = new ArrayList<>();
        List<String> names = List.of();
        for (String line :
                csv.lines().takeWhile(line -> !line.startsWith("Summary")).toList()) {
            List<String> cells = List.of(line.split(",", -1));
            if (line.startsWith("ts,")) {
                names = cells;
            } else if (cells.size() == names.size()) {
                Map<String, String> row = new HashMap<>();
                for (int i = 0; i < cells.size(); i++) {
                    row.put(names.get(i), cells.get(i).strip());
                }
                rows.add(new Row(row));
            }
        }
        return rows;
    }

    /** Returns the files that nfcapd has completed. */
    private List<Path> files() {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().matches("nfcapd\\.\\d+"))
                    .sorted()
                    .toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Ends nfcapd, which writes what it has. */
    @Override
    public void close() {
        process.close();
    }
}
