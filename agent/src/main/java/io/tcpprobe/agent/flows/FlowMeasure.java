package io.tcpprobe.agent.flows;

import io.tcpprobe.config.Unit;
import io.tcpprobe.kernel.flow.CounterRate;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.GrowthTable;
import io.tcpprobe.kernel.flow.VerdictField;
import io.tcpprobe.kernel.flow.VerdictTable;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A number that flows can be ranked by: a field, a computed value, or the rate of a counter. */
public sealed interface FlowMeasure {
    /** The values of a measure in one snapshot, by the index of the flow. */
    interface Values {
        /** Returns true if a flow has a value. */
        boolean has(int index);

        /** Returns the value; undefined if absent. */
        long number(int index);

        /** Returns a number that orders the flows as the measure does, unsigned; it may be finer than the value. */
        default long order(int index) {
            return number(index);
        }
    }

    /** Returns all measures, in the order of their ids. */
    static List<FlowMeasure> all() {
        return Stream.of(
                        FlowField.all().stream().filter(FlowField::rankable).<FlowMeasure>map(Field::new),
                        VerdictField.all().stream()
                                .filter(VerdictField::rankable)
                                .<FlowMeasure>map(Computed::new),
                        CounterRate.all().stream().<FlowMeasure>map(Rate::new))
                .flatMap(measures -> measures)
                .toList();
    }

    /** Returns the measure of this name, in any case. */
    static Optional<FlowMeasure> find(String label) {
        return all().stream()
                .filter(measure -> measure.label().equalsIgnoreCase(label))
                .findFirst();
    }

    /** Returns its id, which never changes: a column of the flow table, or {@link CounterRate#id}. */
    int id();

    /** Returns its name. */
    String label();

    /** Returns its unit. */
    Unit unit();

    /** Returns its values in a snapshot. */
    Values in(FlowSnapshot snapshot);

    /** Returns what the rate, if it has one, is the rate of: of a rate its counter, else the measure itself. */
    default FlowMeasure total() {
        return this;
    }

    /** Returns the growth per second over the last window; empty if the measure is not a counter. */
    default Optional<Rate> rate() {
        return Optional.empty();
    }

    /**
     * A field of the row.
     *
     * @param field a rankable field
     */
    record Field(FlowField field) implements FlowMeasure {
        /** Checks that flows can be ranked by the field. */
        public Field {
            if (!field.rankable()) {
                throw new IllegalArgumentException(field.label() + " is not a field that flows can be ranked by");
            }
        }

        @Override
        public int id() {
            return field.id();
        }

        @Override
        public String label() {
            return field.label();
        }

        @Override
        public Unit unit() {
            return field.unit();
        }

        @Override
        public Values in(FlowSnapshot snapshot) {
            FlowColumns flows = snapshot.flows();
            return new Values() {
                @Override
                public boolean has(int index) {
                    return flows.has(field, index);
                }

                @Override
                public long number(int index) {
                    return flows.number(field, index);
                }
            };
        }

        @Override
        public Optional<Rate> rate() {
            return field.isCounter() ? Optional.of(new Rate(new CounterRate(field))) : Optional.empty();
        }
    }

    /**
     * A computed value.
     *
     * @param field the value
     */
    record Computed(VerdictField field) implements FlowMeasure {
        @Override
        public int id() {
            return field.id();
        }

        @Override
        public String label() {
            return field.label();
        }

        @Override
        public Unit unit() {
            return field.unit();
        }

        @Override
        public Values in(FlowSnapshot snapshot) {
            VerdictTable verdicts = snapshot.verdicts().get();
            return new Values() {
                @Override
                public boolean has(int index) {
                    return verdicts.has(field, index);
                }

                @Override
                public long number(int index) {
                    return verdicts.number(field, index);
                }
            };
        }
    }

    /**
     * The rate of a counter over the last window.
     *
     * @param counterRate the rate
     */
    record Rate(CounterRate counterRate) implements FlowMeasure {
        @Override
        public int id() {
            return counterRate.id();
        }

        @Override
        public String label() {
            return counterRate.label();
        }

        @Override
        public Unit unit() {
            return counterRate.unit();
        }

        @Override
        public RateValues in(FlowSnapshot snapshot) {
            GrowthTable table = snapshot.verdicts().get().growth();
            return new RateValues(table, table.of(counterRate.counter()));
        }

        @Override
        public FlowMeasure total() {
            return new Field(counterRate.counter());
        }

        @Override
        public Optional<Rate> rate() {
            return Optional.of(this);
        }
    }

    /**
     * The rates of a counter in one snapshot. As numbers they are rounded; flows are ordered by the exact rates.
     *
     * @param table has the windows
     * @param growth the growth of the counter in it
     */
    record RateValues(GrowthTable table, GrowthTable.Growth growth) implements Values {
        @Override
        public boolean has(int index) {
            return growth.has(index);
        }

        @Override
        public long number(int index) {
            return Math.round(perSecond(index));
        }

        /** Returns the bits of the exact rate: of numbers that are not negative, they have the order of the numbers. */
        @Override
        public long order(int index) {
            return Double.doubleToRawLongBits(perSecond(index));
        }

        /** Returns the rate, not rounded. */
        public double perSecond(int index) {
            return table.perSecond(growth.number(index), index);
        }
    }
}
