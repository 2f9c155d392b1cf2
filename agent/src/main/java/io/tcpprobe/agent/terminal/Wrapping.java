package io.tcpprobe.agent.terminal;

import java.util.ArrayList;
import java.util.List;

/** Wraps text into lines of a given width. */
public final class Wrapping {
    /** The width of lines without a terminal, or if its width is unknown. */
    public static final int DEFAULT_COLUMNS = 80;

    /** The minimum width of lines. */
    static final int MIN_COLUMNS = 20;

    private Wrapping() {}

    /** Returns the terminal's width in columns as determined by the launcher, or else {@link #DEFAULT_COLUMNS}. */
    public static int columns(String variable) {
        try {
            return Math.max(MIN_COLUMNS, Integer.parseInt(variable));
        } catch (NumberFormatException _) {
            return DEFAULT_COLUMNS;
        }
    }

    /**
     * Breaks a text at spaces; if there are none, after a comma; if there is neither, within the word.
     *
     * @param text one paragraph
     * @param width maximum columns of a line, including its indent
     * @param first the indent of the first line
     * @param next the indent of all others
     */
    public static List<String> lines(String text, int width, String first, String next) {
        List<String> lines = new ArrayList<>();
        String indent = first;
        String rest = text.strip();
        while (indent.length() + rest.length() > width) {
            int end = lineEnd(rest, width - indent.length());
            lines.add(indent + rest.substring(0, end).stripTrailing());
            rest = rest.substring(end).stripLeading();
            indent = next;
        }
        lines.add(indent + rest);
        return lines;
    }

    private static int lineEnd(String text, int room) {
        int space = text.lastIndexOf(' ', room);
        if (space > 0) {
            return space;
        }
        int comma = text.lastIndexOf(',', room - 1);
        return comma > 0 ? comma + 1 : room;
    }
}
