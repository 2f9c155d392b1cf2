package io.tcpprobe.agent.terminal;

/** Shortens text that has less room than it needs. */
final class ShortText {
    private ShortText() {}

    /** Shortens an endpoint in the middle; its port remains, as long as there is room for it. */
    static String middle(String text, int width, Glyphs glyphs) {
        if (text.length() <= width) {
            return text;
        }
        if (width <= 0) {
            return "";
        }
        int port = text.length() - Math.max(0, text.lastIndexOf(':'));
        int tail = Math.min(Math.max((width - 1) / 2, port), width - 1);
        return text.substring(0, width - 1 - tail) + glyphs.ellipsis() + text.substring(text.length() - tail);
    }

    /** Shortens a text at its end. */
    static String end(String text, int width, Glyphs glyphs) {
        if (text.length() <= width) {
            return text;
        }
        return width <= 0 ? "" : text.substring(0, width - 1) + glyphs.ellipsis();
    }
}
