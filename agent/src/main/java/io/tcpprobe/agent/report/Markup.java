package io.tcpprobe.agent.report;

/** Text inside XML and HTML. */
public final class Markup {
    private Markup() {}

    /**
     * Escapes a text for the content of an element or an attribute in double quotes. Characters that XML 1.0 does not allow, and those that
     * change the direction of text, are replaced: names of processes may contain any character.
     */
    public static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(character -> {
            switch (character) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.appendCodePoint(allowed(character) ? character : '?');
            }
        });
        return escaped.toString();
    }

    private static boolean allowed(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.UNASSIGNED -> false;
            default -> true;
        };
    }
}
