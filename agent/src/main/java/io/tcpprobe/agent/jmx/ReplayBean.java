package io.tcpprobe.agent.jmx;

import io.tcpprobe.agent.flows.Replay;
import io.tcpprobe.agent.logging.Logging;
import io.tcpprobe.agent.users.Caller;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.management.MBeanException;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.ReflectionException;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.SimpleType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code type=Replay}: the recording that the source replay plays. Readers see the position; its operations change what all
 * readers see, so only users who may write run them.
 */
final class ReplayBean extends ReadMBean<Replay.State> {
    private static final Logger AUDIT = LoggerFactory.getLogger(Logging.AUDIT);
    private static final String ATTACHED = "jmx";
    private static final double SECOND = 1e9;

    /** The type of numbers: Jolokia converts no whole number of JSON to double. */
    private static final String NUMBER = "java.lang.String";

    private final Map<String, AttributeSpec<Replay.State>> items = new LinkedHashMap<>();
    private final Replay replay;

    ReplayBean(Replay replay) {
        super("The recording that the source replay plays.");
        this.replay = replay;
        seconds(
                "Position",
                "Recorded time since the first record; during a seek, the wanted one.",
                state -> state.positionNanos() / SECOND);
        seconds(
                "Length",
                "Time of the last record; null until it is known, and for a pipe.",
                state -> state.lengthNanos().isPresent() ? state.lengthNanos().getAsLong() / SECOND : null);
        put("Playing", SimpleType.BOOLEAN, "True if the recorded time goes on.", Replay.State::playing);
        put("Speed", SimpleType.DOUBLE, "Multiple of the recorded speed.", Replay.State::speed);
        put("Seeking", SimpleType.BOOLEAN, "True if a seek has not been completed.", Replay.State::seeking);
        put("Seeks", SimpleType.LONG, "Number of seeks that were completed.", Replay.State::seeks);
        put(
                "BeganNanos",
                SimpleType.LONG,
                "The time of the first record in the clock of the flows, as takenNanos of groups.",
                Replay.State::beganNanos);
        put(
                "Began",
                SimpleType.DATE,
                "The time of the first record, as the times of flows show it.",
                state -> Date.from(Instant.ofEpochMilli(state.beganMillis())));
    }

    private void seconds(String name, String doc, AttributeSpec.Value<Replay.State> value) {
        items.put(name, new AttributeSpec<>(name, SimpleType.DOUBLE, "seconds", "", doc, value));
    }

    private void put(String name, OpenType<?> type, String doc, AttributeSpec.Value<Replay.State> value) {
        items.put(name, new AttributeSpec<>(name, type, "", "", doc, value));
    }

    @Override
    Replay.State read() {
        return replay.state();
    }

    @Override
    Collection<AttributeSpec<Replay.State>> items(Replay.State reading) {
        return items.values();
    }

    @Override
    @Nullable
    AttributeSpec<Replay.State> item(Replay.State reading, String name) {
        return items.get(name);
    }

    @Override
    MBeanOperationInfo[] operations() {
        return new MBeanOperationInfo[] {
            operation("play", "Lets the recorded time go on; from the beginning if all has been played."),
            operation("pause", "Stops the recorded time: all values stay as they are."),
            operation(
                    "seek",
                    "Begins to move to a position; Seeking is true until it is reached. Of several seeks, the last one counts.",
                    new MBeanParameterInfo("seconds", NUMBER, "Seconds since the first record: 660 or 660.5.")),
            operation(
                    "speed",
                    "Sets the speed; the position stays.",
                    new MBeanParameterInfo("factor", NUMBER, "Multiple of the recorded speed, 0.001 to 999999."))
        };
    }

    private static MBeanOperationInfo operation(String name, String doc, MBeanParameterInfo... parameters) {
        return new MBeanOperationInfo(name, doc, parameters, "void", MBeanOperationInfo.ACTION);
    }

    @Override
    public @Nullable Object invoke(
            String operation, @Nullable Object @Nullable [] arguments, String @Nullable [] signature)
            throws MBeanException, ReflectionException {
        @Nullable Object[] given = arguments == null ? new Object[0] : arguments; // JMX allows null for none
        switch (operation) {
            case "play" -> {
                none(operation, given);
                replay.play();
            }
            case "pause" -> {
                none(operation, given);
                replay.pause();
            }
            case "seek" -> replay.seek(nanos(number(operation, given)));
            case "speed" -> replay.speed(number(operation, given));
            default -> throw noSuchOperation(operation);
        }
        AUDIT.info(
                "replay: {}{} by {}",
                operation,
                given.length == 0 ? "" : " " + given[0],
                Caller.current().orElse(ATTACHED));
        return null;
    }

    private static long nanos(double seconds) {
        return (long) (seconds * SECOND);
    }

    private static void none(String operation, @Nullable Object[] arguments) {
        if (arguments.length != 0) {
            throw new IllegalArgumentException("invoke " + operation + ": needs no argument");
        }
    }

    private static double number(String operation, @Nullable Object[] arguments) {
        if (arguments.length != 1) {
            throw new IllegalArgumentException("invoke " + operation + ": needs 1 argument");
        }
        String text = String.valueOf(arguments[0]).strip();
        try {
            double number = Double.parseDouble(text);
            if (Double.isFinite(number)) {
                return number;
            }
        } catch (NumberFormatException _) {
            // reported below
        }
        throw new IllegalArgumentException("invoke " + operation + ": '" + text + "' is not a number");
    }
}
