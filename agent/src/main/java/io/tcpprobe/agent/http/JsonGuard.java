package io.tcpprobe.agent.http;

/** Checks JSON before it is parsed: parsers recurse at every level and create an object for every value; this limits both. */
final class JsonGuard {
    /** Maximum levels of arrays and objects. */
    static final int MAX_LEVELS = 32;

    /** Maximum values, approximately: opening brackets and braces, commas and colons outside of strings. */
    static final int MAX_VALUES = 10_000;

    private JsonGuard() {}

    /** Checks JSON in UTF-8; leaves syntax errors to the parser. */
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
            if (level > MAX_LEVELS) {
                throw new RequestRefusedException(400, "JSON is nested more than " + MAX_LEVELS + " levels deep");
            }
            if (values > MAX_VALUES) {
                throw new RequestRefusedException(413, "JSON has more than " + MAX_VALUES + " values");
            }
        }
    }
}
