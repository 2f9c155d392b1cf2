package io.tcpprobe.it.bench;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;

/**
 * How much is measured.
 *
 * @param sockets sockets that are held while the agents are compared; a connection over loopback has two
 * @param manySockets sockets that are held while memory is looked at
 * @param rounds how often each agent has its turn
 * @param gets GETs in a round
 * @param span how long a rate or a load is measured
 * @param patience after what time a walk is given up
 * @param syntheticRows rows of the great table
 */
record BenchPlan(
        int sockets, int manySockets, int rounds, int gets, Duration span, Duration patience, int syntheticRows) {
    static final String USAGE = """
            usage: ./tcpprobe bench [--quick] [--sockets N]

              --quick      few sockets and short rounds, to see that it works
              --sockets N  compare the agents with so many sockets (60000: both ends of 30,000 connections)
            """;

    private static final BenchPlan WHOLE =
            new BenchPlan(60_000, 100_000, 5, 2_000, Duration.ofSeconds(3), Duration.ofSeconds(15), 2_000_000);
    private static final BenchPlan QUICK =
            new BenchPlan(4_000, 6_000, 2, 500, Duration.ofMillis(500), Duration.ofSeconds(3), 100_000);

    /**
     * Reads the command's arguments.
     *
     * @throws IllegalArgumentException if one is unknown or wrong; the message says which
     */
    static BenchPlan of(List<String> arguments) {
        BenchPlan plan = arguments.contains("--quick") ? QUICK : WHOLE;
        for (Iterator<String> rest = arguments.iterator(); rest.hasNext(); ) {
            String argument = rest.next();
            if (argument.equals("--sockets")) {
                plan = plan.withSockets(rest.hasNext() ? rest.next() : "");
            } else if (!argument.equals("--quick")) {
                throw new IllegalArgumentException("unknown argument " + argument);
            }
        }
        return plan;
    }

    private BenchPlan withSockets(String text) {
        if (!text.matches("[0-9]{1,7}") || Integer.parseInt(text) < 2) {
            throw new IllegalArgumentException("--sockets needs a number from 2 to 9999999, not '" + text + "'");
        }
        return new BenchPlan(Integer.parseInt(text), manySockets, rounds, gets, span, patience, syntheticRows);
    }
}
