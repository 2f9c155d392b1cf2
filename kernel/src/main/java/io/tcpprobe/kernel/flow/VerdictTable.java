package io.tcpprobe.kernel.flow;

/** The computed columns of the flows of one snapshot, at the same indexes. Immutable. */
public interface VerdictTable {
    /** A table without any values. */
    VerdictTable EMPTY = new VerdictTable() {
        @Override
        public boolean has(VerdictField field, int index) {
            return false;
        }

        @Override
        public long number(VerdictField field, int index) {
            return 0;
        }

        @Override
        public String text(VerdictField field, int index) {
            return "";
        }
    };

    /** Returns true if a flow has a value. */
    boolean has(VerdictField field, int index);

    /** Returns true if a value can be read without computing it for all flows first. */
    default boolean computed(VerdictField field) {
        return true;
    }

    /** Returns a number: of a verdict or a cause, its number. Undefined if absent. */
    long number(VerdictField field, int index);

    /**
     * Counts the flows by the number that a field has.
     *
     * @param flows the flows with indexes below this
     * @param counts receives the result: the element at n is increased for each flow that has the number n
     */
    default void count(VerdictField field, int flows, int[] counts) {
        for (int i = 0; i < flows; i++) {
            if (has(field, i)) {
                counts[(int) number(field, i)]++;
            }
        }
    }

    /** Returns how the counters of the flows grew in the window of the verdicts. */
    default GrowthTable growth() {
        return GrowthTable.EMPTY;
    }

    /** Returns a text; of a verdict or a cause, its name; of a number, its digits. Empty if absent. */
    String text(VerdictField field, int index);
}
