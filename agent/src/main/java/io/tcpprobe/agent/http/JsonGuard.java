package io.tcpprobe.agent.http;

/**
 * Looks through JSON before it is parsed: parsers call themselves for every level and make an object for every value, and both
 * are bounded here.
 */
final class JsonGuard {
    /** Most levels of arrays and objects. */
    static final int MOST_LEVELS = 32;

    /** Most values, roughly: brackets, braces, commas and colons outside of texts. */
    static final int MOST_VALUES = 10_000;

    private JsonGuard() {}

    /** Checks JSON in UTF-8; what is no JSON at all is left to the parser. */
    static void check(byte[] json) throws RequestRefusedException {
        int level = 0;
        int values = 0;
        boolean text = false;
        for (int i = 0; i < json.length; i++) {
            byte c = json[i];
            if (text) {
                if (c == '\\') {
                    i++;
                } else if (c == '"') {
                    text = false;
                }
                continue;
            }
            switch (c) {
                case '"' -> text = true;
                case '[', '{' -> {
                    level++;
                    values++;
                }
                case ']', '}' -> level--;
                case ',', ':' -> values++;
                default -> {}
            }
            if (level > MOST_LEVELS) {
                throw new RequestRefusedException(400, "JSON is nested more than " + MOST_LEVELS + " levels deep");
            }
            if (values > MOST_VALUES) {
                throw new RequestRefusedException(413, "JSON has more than " + MOST_VALUES + " values");
            }
        }
    }
}
