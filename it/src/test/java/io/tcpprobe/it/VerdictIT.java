package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.test.Waiting;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Known truths: connections that are limited on purpose, and the verdicts about both of their ends. */
class VerdictIT {
    private static final boolean ALL = Boolean.getBoolean("tcpprobe.all");
    private static final int WINDOWS = ALL ? 10 : 3;
    private static final long SETTLE_MILLIS = 1500;
    private static final long WINDOW_MILLIS = 1050;
    private static final int FIRST_PORT = 7101;
    private static final double LEAST_BY_DEFAULT = ALL ? 0.93 : 0.80;
    private static final double LEAST_OF_EVERY_SEGMENT = ALL ? 0.97 : 0.85;
    private static final double LEAST_OF_RECEIVERS = ALL ? 0.99 : 0.95;
    private static final String FLOWS = "tcpprobe:type=Flows";
    private static final String COLUMNS =
            "local,remote,remotePort,verdict,verdictShare,networkCause,verdictConfidence,verdictWindow,receiverVerdict,receiverShare,"
                    + "appShare,rwndShare,sndbufShare,netShare,pacingShare,recoveryShare,localShare,evidence";

    @RegisterExtension
    final Agents agents = Agents.ofTest();

    @TempDir
    Path folder;

    /** What was right and what was found: how often. */
    private static final class Confusion {
        private final String about;
        private final Map<String, Map<String, Integer>> counts = new TreeMap<>();
        private int windows;
        private int right;

        Confusion(String about) {
            this.about = about;
        }

        void add(String truth, String found) {
            counts.computeIfAbsent(truth, _ -> new TreeMap<>()).merge(found, 1, Integer::sum);
            windows++;
            right += truth.equals(found) ? 1 : 0;
        }

        double share() {
            return (double) right / windows;
        }

        @Override
        public String toString() {
            TreeSet<String> columns = new TreeSet<>();
            counts.values().forEach(row -> columns.addAll(row.keySet()));
            StringBuilder text = new StringBuilder(
                    "%s: %d of %d right, %.1f %%%n%12s".formatted(about, right, windows, 100 * share(), "truth"));
            columns.forEach(column -> text.append("%12s".formatted(column)));
            counts.forEach((truth, row) -> {
                text.append("%n%12s".formatted(truth));
                columns.forEach(column -> text.append("%12s".formatted(row.getOrDefault(column, 0))));
            });
            return text.append('\n').toString();
        }
    }

    /** An agent with certain settings, and how often its verdicts were right. */
    private record Judge(Jolokia client, double leastOfSenders, Confusion senders, Confusion receivers) {
        /** Returns the rows of both ends, with verdicts over a window that began when the limit was already there. */
        List<Map<?, ?>> rowsSince(long trueSince, int port) {
            AtomicLong askedNanos = new AtomicLong();
            return Waiting.until(
                    "a window that began after the limit",
                    () -> {
                        askedNanos.set(System.nanoTime());
                        return VerdictIT.rows(client, port);
                    },
                    rows -> rows.stream().allMatch(row -> beganSince(askedNanos.get() - trueSince, row)));
        }

        /** True if the window is not longer than the time since the limit. Without a verdict it has no length. */
        private static boolean beganSince(long elapsedNanos, Map<?, ?> row) {
            long elapsedMillis = TimeUnit.NANOSECONDS.toMillis(elapsedNanos);
            return row.get("verdictWindow") instanceof Number length
                    ? length.longValue() <= elapsedMillis
                    : elapsedMillis >= 2 * WINDOW_MILLIS;
        }

        void print() {
            System.out.println(senders + "\n" + receivers);
        }

        void check() {
            assertTrue(senders.share() >= leastOfSenders, senders::toString);
            assertTrue(receivers.share() >= LEAST_OF_RECEIVERS, receivers::toString);
        }
    }

    private Judge judge(int full, int probetime, double leastOfSenders) {
        String settings = "full=" + full + " probetime=" + probetime;
        AgentProcess agent = agents.start(AgentOptions.in(folder.resolve("state-" + full))
                .set("probe.source", "bpf")
                .set("full", full)
                .set("probetime", probetime));
        return new Judge(
                new Jolokia(agent.http()),
                leastOfSenders,
                new Confusion("senders, " + settings),
                new Confusion("receivers, " + settings));
    }

    @Test
    @Needs({"netns", "bpf", "nft", "python3"})
    void shouldFindWhatLimitsEachFlow() throws Exception {
        List<Judge> judges = List.of(judge(0, 500, LEAST_BY_DEFAULT), judge(1, 0, LEAST_OF_EVERY_SEGMENT));
        int port = FIRST_PORT;
        for (VerdictCase known : VerdictCase.all()) {
            if (known.quick() || ALL) {
                run(known, port++, judges);
            }
        }
        judges.forEach(Judge::print); // all of them, whatever the first one was
        judges.forEach(Judge::check);
    }

    private void run(VerdictCase known, int port, List<Judge> judges) throws Exception {
        try (VerdictNetwork network = VerdictNetwork.open(folder, known.delayMillis())) {
            known.before().accept(network, port);
            if (known.local()) {
                network.connectLocally(port, known.server(), known.client());
            } else {
                network.connect(port, known.server(), known.client());
            }
            Thread.sleep(SETTLE_MILLIS);
            known.after().accept(network, port);
            Thread.sleep(WINDOW_MILLIS);
            long trueSince = System.nanoTime();
            for (int i = 0; i < WINDOWS; i++) {
                Thread.sleep(WINDOW_MILLIS);
                for (Judge judge : judges) {
                    judge(known, port, judge.rowsSince(trueSince, port), judge.senders, judge.receivers);
                }
            }
        }
    }

    private static void judge(
            VerdictCase known, int port, List<Map<?, ?>> rows, Confusion senders, Confusion receivers) {
        for (Map<?, ?> row : rows) {
            boolean sends = row.get("remotePort") instanceof Number remote && remote.intValue() == port;
            String found = String.valueOf(row.get(sends ? "verdict" : "receiverVerdict"));
            String truth = sends ? known.sender() : known.receiver();
            (sends ? senders : receivers).add(truth, found);
            if (!truth.equals(found) || ALL) {
                System.out.println(known.name() + (sends ? ", sender: " : ", receiver: ") + found + " instead of "
                        + truth + "; " + row);
            }
        }
    }

    /** Returns the rows of both ends. While the agent reads the flows for another client, it answers from its last snapshot. */
    private static List<Map<?, ?>> rows(Jolokia client, int port) {
        return Waiting.until(
                "both ends of the connection to port " + port, () -> find(client, port), rows -> rows.size() == 2);
    }

    private static List<Map<?, ?>> find(Jolokia client, int port) {
        try {
            String where = "sport = " + port + " or dport = " + port;
            Map<?, ?> page = (Map<?, ?>) client.execute(FLOWS, "query", where, "", false, 0, 10, COLUMNS)
                    .json()
                    .get("value");
            return ((Map<?, ?>) page.get("flows"))
                    .values().stream().<Map<?, ?>>map(row -> (Map<?, ?>) row).toList();
        } catch (Exception failed) {
            throw new AssertionError("find the connection to port " + port, failed);
        }
    }
}
