package io.tcpprobe.agent.metrics;

/** Text as the value of a label. Names of processes and containers are chosen by their users. */
final class LabelText {
    /** Maximum number of characters. */
    static final int MAX = 128;

    private static final char REPLACEMENT = '\ufffd';

    private LabelText() {}

    /** Returns the text without control characters and invalid UTF-16, at most {@value #MAX} characters of it. */
    static String of(String text) {
        if (text.length() <= MAX && isClean(text)) {
            return text;
        }
        StringBuilder clean = new StringBuilder();
        text.codePoints()
                .map(character -> isHarmless(character) ? character : REPLACEMENT)
                .limit(MAX)
                .forEach(clean::appendCodePoint);
        return clean.toString();
    }

    private static boolean isClean(String text) {
        return text.codePoints().allMatch(LabelText::isHarmless);
    }

    /** Returns true unless it is a control character, half a surrogate pair, a line separator, or changes the direction of text. */
    private static boolean isHarmless(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.SURROGATE,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }
}
