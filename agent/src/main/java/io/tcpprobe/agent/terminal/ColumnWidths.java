package io.tcpprobe.agent.terminal;

import java.util.List;

/** Shares the width of the terminal among columns. */
final class ColumnWidths {
    /** The columns that are shown, if only with their minimum, before another one gets more than its minimum. */
    private static final int CORE = 6;

    private final int[] full;
    private final int[] minimum;
    private final int[] widths;
    private int left;

    private ColumnWidths(int[] full, int[] minimum, int width) {
        this.full = full;
        this.minimum = minimum;
        this.widths = new int[full.length];
        this.left = width + 1; // the last column has no gap
    }

    /**
     * Returns the width of each column, 0 if it is not shown. First the most important columns get their minimum, then what they can use;
     * each other column gets what it can use, or its minimum, or nothing.
     *
     * @param full the width that each column can use
     * @param minimum the width that it needs
     * @param importance indexes of the columns, the most important first
     * @param always number of columns that are shown even if they have less than their minimum
     * @param width the width of all, with a gap of one column between two
     */
    static int[] of(int[] full, int[] minimum, List<Integer> importance, int always, int width) {
        ColumnWidths shared = new ColumnWidths(full, minimum, width);
        int core = Math.min(CORE, importance.size());
        shared.add(importance.subList(0, always), true);
        shared.add(importance.subList(always, core), false);
        shared.grow(importance.subList(0, core));
        shared.addOthers(importance.subList(core, importance.size()));
        shared.grow(importance);
        return shared.widths;
    }

    private void add(List<Integer> columns, boolean always) {
        for (int column : columns) {
            if (minimum[column] + 1 <= left) {
                set(column, minimum[column]);
            } else if (always && left > 1) {
                set(column, left - 1);
            }
        }
    }

    private void addOthers(List<Integer> columns) {
        for (int column : columns) {
            if (full[column] + 1 <= left) {
                set(column, full[column]);
            } else if (minimum[column] + 1 <= left) {
                set(column, minimum[column]);
            }
        }
    }

    private void set(int column, int width) {
        widths[column] = width;
        left -= width + 1;
    }

    private void grow(List<Integer> columns) {
        for (int column : columns) {
            if (widths[column] > 0) {
                int more = Math.clamp(full[column] - widths[column], 0, left);
                widths[column] += more;
                left -= more;
            }
        }
    }
}
