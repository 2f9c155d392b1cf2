package io.tcpprobe.it.bench;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * What is measured, and for how long.
 *
 * @param parts what is measured
 * @param sockets sockets that are held while the agents are compared; a connection over loopback has two
 * @param manySockets sockets that are held while memory is measured
 * @param hugeSockets sockets that are held while the growth of costs is measured
 * @param rounds how often each agent has its turn
 * @param gets GETs in a round
 * @param span how long a rate or a load is measured
 * @param timeout timeout of a walk
 * @param syntheticRows rows of the large table
 */
record BenchPlan(
        Set<Part> parts,
        int sockets,
        int manySockets,
        int hugeSockets,
        int rounds,
        int gets,
        Duration span,
        Duration timeout,
        int syntheticRows) {
    /** A part that can be measured separately. */
    enum Part {
        /** The agent compared with snmpd and ss. */
        COMPARED,
        /** A large table without any kernel data. */
        SYNTHETIC,
        /** Memory, and maximum response times, with many flows. */
        MANY,
        /** The start, memory and walks with hundreds of thousands of flows; uses 5 GB and a minute or two, so only on request. */
        HUGE
    }

    static final String USAGE = """
            usage: ./tcpprobe bench [--all] [--quick] [--sockets N] [--only PART]

              --all        also the part huge: 600,000 flows, 5 GB of memory
              --quick      few sockets and short rounds, as a smoke test
              --sockets N  number of sockets of the comparison (60000: both endpoints of 30,000 connections)
              --only PART  run one part only: compared, synthetic, many or huge
            """;

    private static final Set<Part> USUAL = EnumSet.complementOf(EnumSet.of(Part.HUGE));

    private static final BenchPlan WHOLE = new BenchPlan(
            USUAL, 60_000, 100_000, 600_000, 5, 2_000, Duration.ofSeconds(3), Duration.ofSeconds(15), 2_000_000);
    private static final BenchPlan QUICK =
            new BenchPlan(USUAL, 4_000, 6_000, 40_000, 2, 500, Duration.ofMillis(500), Duration.ofSeconds(3), 100_000);

    /**
     * Parses the command's arguments.
     *
     * @throws IllegalArgumentException if one is unknown or invalid; the message names it
     */
    static BenchPlan of(List<String> arguments) {
        BenchPlan plan = arguments.contains("--quick") ? QUICK : WHOLE;
        for (Iterator<String> rest = arguments.iterator(); rest.hasNext(); ) {
            String argument = rest.next();
            if (argument.equals("--sockets")) {
                plan = plan.withSockets(rest.hasNext() ? rest.next() : "");
            } else if (argument.equals("--only")) {
                plan = plan.only(rest.hasNext() ? rest.next() : "");
            } else if (argument.equals("--all")) {
                plan = plan.with(EnumSet.allOf(Part.class));
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
        return new BenchPlan(
                parts, Integer.parseInt(text), manySockets, hugeSockets, rounds, gets, span, timeout, syntheticRows);
    }

    private BenchPlan with(Set<Part> some) {
        return new BenchPlan(some, sockets, manySockets, hugeSockets, rounds, gets, span, timeout, syntheticRows);
    }

    private BenchPlan only(String name) {
        Part part = Arrays.stream(Part.values())
                .filter(known -> known.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "--only needs one of compared, synthetic, many and huge, not '" + name + "'"));
        return with(EnumSet.of(part));
    }
}
