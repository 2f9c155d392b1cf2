package io.tcpprobe.agent.cli;

import io.tcpprobe.agent.series.SampleSeries;
import io.tcpprobe.agent.series.SeriesFlow;
import io.tcpprobe.kernel.flow.EndReason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jolokia.json.JSONArray;
import org.jolokia.json.JSONObject;
import org.jspecify.annotations.Nullable;

/** Reads what the operation {@code series} of the MBean {@code type=Watches} returns as JSON. */
final class SeriesJson {
    private SeriesJson() {}

    /**
     * Reads a series. Columns that this version does not know are left out, and those that the agent does not have are absent.
     *
     * @throws IOException if it is not a series
     */
    static SampleSeries parse(@Nullable Object json) throws IOException {
        try {
            return series((JSONObject) required(json));
        } catch (ClassCastException | IllegalArgumentException unexpected) {
            throw new IOException("the agent does not return a series of samples", unexpected);
        }
    }

    private static Object required(@Nullable Object value) {
        if (value == null) {
            throw new IllegalArgumentException("a value is missing");
        }
        return value;
    }

    private static SampleSeries series(JSONObject json) {
        JSONObject watch = (JSONObject) required(json.get("watch"));
        List<SeriesFlow> flows = new ArrayList<>();
        for (Object flow : (JSONArray) required(json.get("flows"))) {
            flows.add(flow((JSONObject) required(flow)));
        }
        int[] places = places((JSONArray) required(json.get("columns")));
        List<@Nullable Long[]> samples = new ArrayList<>();
        for (Object sample : (JSONArray) required(json.get("samples"))) {
            samples.add(values((JSONArray) required(sample), places));
        }
        return new SampleSeries(
                new SampleSeries.State(
                        number(watch, "watch"),
                        text(watch, "target"),
                        0,
                        number(watch, "beganNanos"),
                        (int) number(watch, "live"),
                        number(watch, "left"),
                        number(watch, "samples")),
                number(json, "first"),
                number(json, "next"),
                number(json, "missed"),
                (Boolean) required(json.get("more")),
                flows,
                samples);
    }

    /** Returns the place of each of our columns in a sample; -1 if it has none. */
    private static int[] places(JSONArray columns) {
        return SampleSeries.COLUMNS.stream().mapToInt(columns::indexOf).toArray();
    }

    private static @Nullable Long[] values(JSONArray sample, int[] places) {
        @Nullable Long[] values = new Long[places.length];
        for (int i = 0; i < places.length; i++) {
            Object value = places[i] < 0 || places[i] >= sample.size() ? null : sample.get(places[i]);
            values[i] = value == null ? null : ((Number) value).longValue();
        }
        return values;
    }

    private static SeriesFlow flow(JSONObject json) {
        String state = text(json, "state");
        Object reason = json.get("endReason");
        return new SeriesFlow(
                number(json, "flowId"),
                text(json, "local"),
                text(json, "remote"),
                number(json, "networkNamespace"),
                number(json, "cookie"),
                number(json, "firstSeen"),
                text(json, "congestionControl"),
                text(json, "command"),
                number(json, "samples"),
                number(json, "lost"),
                Arrays.stream(SeriesFlow.State.values())
                        .filter(known -> known.label().equals(state))
                        .findFirst()
                        .orElse(SeriesFlow.State.EVICTED),
                Arrays.stream(EndReason.values())
                        .filter(known -> known.label().equals(reason))
                        .findFirst()
                        .orElse(EndReason.UNKNOWN));
    }

    private static long number(JSONObject json, String name) {
        return ((Number) required(json.get(name))).longValue();
    }

    private static String text(JSONObject json, String name) {
        return (String) required(json.get(name));
    }
}
