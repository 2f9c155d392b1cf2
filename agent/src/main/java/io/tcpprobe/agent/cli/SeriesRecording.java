package io.tcpprobe.agent.cli;

import io.tcpprobe.agent.core.JsonText;
import io.tcpprobe.agent.series.SampleSeries;
import io.tcpprobe.agent.series.SeriesFlow;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.TcpState;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes the samples of a watch to a file, compressed by gzip, in the JSON of {@code tcpprobe records}: so reports and plots of it are made as
 * those of any recording.
 */
final class SeriesRecording {
    /** Maximum number of samples: a gigabyte of text before it is compressed. */
    static final long MAX_SAMPLES = 1_000_000;

    private static final long PAUSE_MILLIS = 100;
    private static final long SECOND = 1_000_000_000L;
    private static final int FLOW = SampleSeries.COLUMNS.indexOf(SampleSeries.FLOW);
    private static final int TIME = SampleSeries.COLUMNS.indexOf(SampleSeries.TIME);
    private static final int FIRST_FIELD = 3;
    private static final Pattern NOT_PRINTABLE = Pattern.compile("[^ -~]");

    /**
     * What was recorded.
     *
     * @param samples number of samples
     * @param lost number of samples that are missing between them
     * @param flows the flows
     * @param complete false if the recording was stopped because it had {@link #MAX_SAMPLES} samples
     * @param silent for how long the samples could not be read, in all
     */
    record Summary(long samples, long lost, List<SeriesFlow> flows, boolean complete, Duration silent) {}

    private final WatchedSeries series;
    private final Map<Long, String> flowTexts = new HashMap<>();
    private long samples;
    private long missed;
    private long silentNanos;

    SeriesRecording(WatchedSeries series) {
        this.series = series;
    }

    /**
     * Records until the time has passed or the flows have ended. If the samples cannot be read, it tries again until the time has passed: the
     * watch keeps them meanwhile, as many as there is room for.
     *
     * @throws IOException if the watch is refused, if not one page of samples could be read, or if the file cannot be written
     */
    Summary record(Path file, Duration time) throws IOException, InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        SampleSeries page = null;
        try (BufferedWriter out = new BufferedWriter(
                new OutputStreamWriter(new GZIPOutputStream(Files.newOutputStream(file)), StandardCharsets.US_ASCII))) {
            while (true) {
                boolean last = System.nanoTime() - end >= 0;
                SampleSeries read = read(page == null ? 0 : page.next(), page == null && last);
                if (read == null) {
                    if (last && page != null) {
                        return summary(page);
                    }
                    Thread.sleep(PAUSE_MILLIS);
                    continue;
                }
                page = read;
                write(page, out);
                if (samples >= MAX_SAMPLES || !page.more() && (last || over(page))) {
                    return summary(page);
                }
                if (!page.more()) {
                    Thread.sleep(PAUSE_MILLIS);
                }
            }
        }
    }

    /**
     * Returns the next samples; null if they could not be read.
     *
     * @param must true if a failure is final
     */
    private @Nullable SampleSeries read(long from, boolean must) throws IOException {
        long began = System.nanoTime();
        try {
            return series.read(from);
        } catch (AgentClient.RefusedException refused) {
            throw refused;
        } catch (IOException silent) {
            if (must) {
                throw silent;
            }
            silentNanos += System.nanoTime() - began + TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS);
            return null;
        }
    }

    /** Returns true if flows were watched and all have ended. */
    private static boolean over(SampleSeries page) {
        return !page.flows().isEmpty()
                && page.flows().stream().noneMatch(flow -> flow.state() == SeriesFlow.State.LIVE);
    }

    private Summary summary(SampleSeries page) {
        long lost = page.flows().stream().mapToLong(SeriesFlow::lost).sum();
        return new Summary(samples, missed + lost, page.flows(), samples < MAX_SAMPLES, Duration.ofNanos(silentNanos));
    }

    private void write(SampleSeries page, BufferedWriter out) throws IOException {
        missed += page.missed();
        for (SeriesFlow flow : page.flows()) {
            flowTexts.computeIfAbsent(flow.id(), _ -> text(flow));
        }
        StringBuilder line = new StringBuilder();
        for (@Nullable Long[] sample : page.samples()) {
            line.setLength(0);
            if (append(sample, page.state().beganNanos(), line)) {
                out.append(line);
                samples++;
            }
        }
    }

    /** Appends a line; returns false if its flow is not known any more. */
    private boolean append(@Nullable Long[] sample, long beganNanos, StringBuilder line) {
        Long flow = sample[FLOW];
        Long time = sample[TIME];
        String flowText = flow == null ? null : flowTexts.get(flow);
        if (flowText == null || time == null) {
            return false;
        }
        long nanos = Math.max(0, time);
        line.append("{\"time\":").append(nanos / SECOND).append('.');
        line.append(String.format(Locale.ROOT, "%09d", nanos % SECOND));
        line.append(",\"flow\":").append(flow).append(flowText);
        number(line, FlowField.SAMPLED.label(), beganNanos + time);
        for (int i = FIRST_FIELD; i < sample.length; i++) {
            Long value = sample[i];
            if (value != null) {
                value(line, SampleSeries.COLUMNS.get(i), value);
            }
        }
        line.append("}\n");
        return true;
    }

    private static void value(StringBuilder line, String label, long value) {
        if (label.equals(FlowField.STATE.label())) {
            TcpState state = TcpState.ofMib((int) value);
            string(line, label, state == null ? "?" : state.label());
        } else {
            number(line, label, value);
        }
    }

    private static String text(SeriesFlow flow) {
        StringBuilder text = new StringBuilder();
        endpoint(text, flow.local(), FlowField.LOCAL_ADDRESS, FlowField.LOCAL_PORT);
        endpoint(text, flow.remote(), FlowField.REMOTE_ADDRESS, FlowField.REMOTE_PORT);
        number(text, FlowField.FIRST_SEEN.label(), flow.firstSeenNanos());
        number(text, FlowField.NETWORK_NAMESPACE.label(), flow.networkNamespace());
        number(text, FlowField.COOKIE.label(), flow.cookie());
        if (!flow.congestionControl().isEmpty()) {
            string(text, FlowField.CONGESTION_CONTROL.label(), flow.congestionControl());
        }
        if (!flow.command().isEmpty()) {
            string(text, FlowField.COMMAND.label(), flow.command());
        }
        return text.toString();
    }

    /** Appends "[::1]:80" as address and port. */
    private static void endpoint(StringBuilder to, String endpoint, FlowField address, FlowField port) {
        int colon = endpoint.lastIndexOf(':');
        String host = endpoint.substring(0, colon);
        string(to, address.label(), host.startsWith("[") ? host.substring(1, host.length() - 1) : host);
        to.append(",\"").append(port.label()).append("\":").append(endpoint, colon + 1, endpoint.length());
    }

    private static void number(StringBuilder to, String label, long value) {
        to.append(",\"").append(label).append("\":").append(Long.toUnsignedString(value));
    }

    /** Appends a text. The name of a process may contain any character: what is not printable ASCII becomes "?", one byte, as in records. */
    private static void string(StringBuilder to, String label, String value) {
        to.append(",\"").append(label).append("\":");
        to.append(JsonText.of(NOT_PRINTABLE.matcher(value).replaceAll("?")));
    }
}
