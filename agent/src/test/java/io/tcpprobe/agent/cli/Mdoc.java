package io.tcpprobe.agent.cli;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Builds a manual page in mdoc(7), which man-db and mandoc format. */
final class Mdoc {
    /** The day of the last change of the pages' form. */
    private static final String DATE = "November 27, 2026";

    private static final Pattern OPTION = Pattern.compile("(?<![A-Za-z0-9])--?(?=[A-Za-z])");
    private static final Pattern SENTENCE_END = Pattern.compile("(?<=[A-Za-z0-9)'][.]) (?=[A-Z])");

    private final StringBuilder text = new StringBuilder();

    /**
     * Begins a page.
     *
     * @param name its name, which is that of its file as well
     * @param section of the manual
     * @param summary one line, without a full stop
     */
    Mdoc(String name, int section, String summary) {
        macro("Dd", DATE);
        macro("Dt", name.toUpperCase(Locale.ROOT) + " " + section);
        macro("Os", "tcpprobe");
        section("NAME");
        macro("Nm", name);
        macro("Nd", escaped(summary));
    }

    /** Adds a line with a macro; the arguments are escaped already, if they need it. */
    Mdoc macro(String name, String arguments) {
        text.append('.').append(name);
        if (!arguments.isEmpty()) {
            text.append(' ').append(arguments);
        }
        text.append('\n');
        return this;
    }

    Mdoc macro(String name) {
        return macro(name, "");
    }

    Mdoc section(String title) {
        return macro("Sh", title);
    }

    Mdoc subsection(String title) {
        return macro("Ss", escaped(title));
    }

    /** Adds text, each sentence in a line of its own, as mdoc(7) asks for. */
    Mdoc text(String words) {
        for (String sentence : SENTENCE_END.split(words, -1)) {
            line(sentence);
        }
        return this;
    }

    /** Adds paragraphs. */
    Mdoc paragraphs(List<String> paragraphs) {
        String gap = "";
        for (String paragraph : paragraphs) {
            if (!gap.isEmpty()) {
                macro(gap);
            }
            text(paragraph);
            gap = "Pp";
        }
        return this;
    }

    private void line(String words) {
        String safe = escaped(words);
        text.append(safe.startsWith(".") ? "\\&" : "").append(safe).append('\n');
    }

    /** Adds lines as they are, indented: commands and what they print. */
    Mdoc example(String lines) {
        macro("Bd", "-literal -offset indent");
        lines.strip().lines().forEach(this::line);
        return macro("Ed");
    }

    Mdoc beginList() {
        return macro("Bl", "-tag -width Ds");
    }

    /** Adds an item whose tag is this word. */
    Mdoc item(String macros, String words) {
        return macro("It", macros).text(words);
    }

    Mdoc endList() {
        return macro("El");
    }

    /** Adds references to pages: "tcpprobe 1". */
    Mdoc seeAlso(List<String> pages) {
        section("SEE ALSO");
        text.append(pages.stream().map(page -> ".Xr " + page).collect(Collectors.joining(" ,\n", "", "\n")));
        return this;
    }

    /** Returns text in which no character is a request or turns into a typographic one. */
    static String escaped(String words) {
        String plain = words.replace("\\", "\\e")
                .replace("'", "\\(aq")
                .replace("^", "\\(ha")
                .replace("~", "\\(ti")
                .replace("`", "\\(ga");
        return OPTION.matcher(plain)
                .replaceAll(match ->
                        Matcher.quoteReplacement("\\-".repeat(match.group().length())));
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
