package io.tcpprobe.agent.terminal;

import java.util.List;

/** What the keys do. */
final class HelpPage {
    /** The lines, of at most 49 columns. */
    static final List<Line> LINES = List.of(
                    "Up Down PgUp PgDn   move; the cursor follows its",
                    "Home End            flow, except at the top",
                    "Enter               all values, what limits the",
                    "                    flow, and what to do",
                    "< >                 rank by the column to the",
                    "                    left or to the right",
                    "s                   choose what to rank by",
                    "r                   reverse the order",
                    "/                   filter",
                    "c                   choose columns",
                    "space               pause, go on",
                    "k                   delete the connection, after",
                    "                    a question",
                    "q Esc               back; q in the table: quit",
                    "Ctrl-Z              stop; fg continues",
                    "",
                    "A filter compares fields, as ss does:",
                    "  dport = 443 and (retrans > 10 or srtt > 200ms)",
                    "  dst in 192.0.2.0/24",
                    "  command ~ nginx and verdict = rwnd",
                    "",
                    "Names are those of docs/fields.md, docs/insight.md",
                    "and of the menus s and c. acked/s is the column",
                    "bytesAckedRate, the growth per second over the",
                    "last second or more. 'limited by' is the verdict:",
                    "as sender or, if nothing is sent, as receiver.")
            .stream()
            .map(Line::of)
            .toList();

    private HelpPage() {}
}
