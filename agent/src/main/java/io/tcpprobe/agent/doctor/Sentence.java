package io.tcpprobe.agent.doctor;

/**
 * A message of an exception with cause and remedy, divided at its last semicolon.
 *
 * @param fact the cause
 * @param remedy the remedy; empty if there is none
 */
record Sentence(String fact, String remedy) {
    private static final String BETWEEN = "; ";

    static Sentence of(String message) {
        int end = message.lastIndexOf(BETWEEN);
        return end < 0
                ? new Sentence(message, "")
                : new Sentence(message.substring(0, end), message.substring(end + BETWEEN.length()));
    }
}
