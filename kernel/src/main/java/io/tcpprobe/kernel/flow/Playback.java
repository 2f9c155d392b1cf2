package io.tcpprobe.kernel.flow;

import java.io.IOException;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/** Control of a source that plays a recording. All methods but {@link #moveTo} may be called by any thread; none of these blocks. */
public interface Playback {
    /**
     * What is played now.
     *
     * @param positionNanos the recorded time, in nanoseconds since the first record
     * @param originNanos the time of the first record, in the clock of the rows
     * @param lengthNanos the time of the last record; empty while it is not known
     * @param playing true if the recorded time goes on
     * @param speed factor of the recorded speed
     * @param ended true if the last record has been played
     */
    record State(
            long positionNanos,
            long originNanos,
            OptionalLong lengthNanos,
            boolean playing,
            double speed,
            boolean ended) {}

    /** Returns the state now. */
    State state();

    /** Returns true if {@link #moveTo} is possible; false for a pipe, which can be read only once. */
    boolean seekable();

    /** Lets the recorded time go on from the position. */
    void play();

    /** Stops the recorded time at the position. */
    void pause();

    /** Sets the factor of the recorded speed, which is positive; the position stays. */
    void speed(double factor);

    /**
     * Plays all records up to a position at once, from the beginning if the position is before the present one. The flows have
     * the ids then that they have whenever this position is played. To be called by the thread that uses the source.
     *
     * @param positionNanos nanoseconds since the first record; beyond the last record, it is that of the last record
     * @param stopped checked repeatedly; if it is true, the method returns early
     * @throws IOException if the file cannot be read again; nothing has changed then
     */
    void moveTo(long positionNanos, BooleanSupplier stopped) throws IOException;
}
