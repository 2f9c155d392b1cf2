package io.tcpprobe.agent.doctor;

import io.tcpprobe.config.Problem;

/**
 * What a check has found.
 *
 * @param level how bad it is
 * @param check the name of the check: "kernel"
 * @param fact what was found
 * @param remedy what to do about it; empty if nothing needs to be done
 */
public record Finding(Level level, String check, String fact, String remedy) {
    /** How bad a finding is. */
    public enum Level {
        /** It works. */
        OK("ok"),
        /** The agent works, but provides less than it could. */
        WARNING("warning"),
        /** Something that was asked for does not work. */
        FAILS("fails");

        private final String label;

        Level(String label) {
            this.label = label;
        }

        /** Returns the word for it. */
        public String label() {
            return label;
        }
    }

    static Finding ok(String check, String fact) {
        return new Finding(Level.OK, check, fact, "");
    }

    static Finding warning(String check, String fact, String remedy) {
        return new Finding(Level.WARNING, check, fact, remedy);
    }

    static Finding fails(String check, String fact, String remedy) {
        return new Finding(Level.FAILS, check, fact, remedy);
    }

    static Finding of(Level level, String check, Problem problem) {
        return new Finding(
                level, check, problem.step() + " " + problem.object() + ": " + problem.cause(), problem.remedy());
    }
}
