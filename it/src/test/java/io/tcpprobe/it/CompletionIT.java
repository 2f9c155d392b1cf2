package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The completion that packages install, in real shells. */
class CompletionIT {
    private static final Pattern PRINTED = Pattern.compile("\\n<(.*)> finished");
    private static final Path FOLDER =
            Path.of("../packaging/rendered/completion").toAbsolutePath().normalize();

    @Test
    @Needs("bash")
    void shouldCompleteInBash() {
        assertEquals(List.of("records", "report"), bash("re"));
        assertEquals(List.of("--since"), bash("history", "--si"));
        assertEquals(List.of("probetime="), bash("run", "--set", "probet"));
        assertEquals(List.of("remove"), bash("user", "r"));
    }

    /** Returns what bash offers for the last of these words, as it calls the function of the script. */
    private static List<String> bash(String... words) {
        String script =
                "source '%s/tcpprobe.bash'; COMP_WORDS=(tcpprobe %s); COMP_CWORD=%d; _tcpprobe tcpprobe; printf '%%s\\n' \"${COMPREPLY[@]}\""
                        .formatted(FOLDER, String.join(" ", words), words.length);
        return lines(Tools.here().run("bash", "--norc", "-c", script));
    }

    @Test
    @Needs("fish")
    void shouldCompleteInFish() {
        assertEquals(List.of("records", "report"), fish("re"));
        assertEquals(List.of("--since"), fish("history --si"));
        assertEquals(List.of("probetime="), fish("run --set probet"));
        assertEquals(List.of("remove"), fish("user r"));
    }

    private static List<String> fish(String words) {
        String script = "source '%s/tcpprobe.fish'; complete -C 'tcpprobe %s'".formatted(FOLDER, words);
        return lines(Tools.here().run("fish", "--no-config", "-c", script)).stream()
                .map(line -> line.split("\t", 2)[0])
                .sorted()
                .toList();
    }

    @Test
    @Needs("zsh")
    void shouldCompleteInZsh() {
        assertEquals("tcpprobe history", zsh("tcpprobe hist"));
        assertEquals("tcpprobe history --since", zsh("tcpprobe history --si"));
        assertEquals("tcpprobe run --set probetime=", zsh("tcpprobe run --set probet"));
        assertEquals("tcpprobe user remove", zsh("tcpprobe user rem"));
    }

    /** Returns what these words are after the key Tab, in a pseudo-terminal, because zsh completes only there. */
    private static String zsh(String words) {
        String script = """
                zmodload zsh/zpty
                zpty shell 'TERM=vt100 zsh -f -i'
                wait_for() { local part; shown=; while zpty -r shell part; do shown+=$part; [[ $shown == *$~1* ]] && return; done }
                zpty -w shell 'unset zle_bracketed_paste; fpath=(%s $fpath); autoload -Uz compinit; compinit -D -u; print rea""dy'
                wait_for ready
                # Control-A and Control-E, the begin and end of the line: print it
                zpty -w -n shell %s$'\\t\\x01'"print -r -- '<"$'\\x05'">' fin\\"\\"ished"$'\\n'
                wait_for finished
                print -r -- $shown
                zpty -d shell
                """.formatted(FOLDER, "'" + words + "'");
        String shown = Tools.here().run("zsh", "-f", "-c", script).all();
        Matcher printed = PRINTED.matcher(shown);
        assertTrue(printed.find(), shown);
        return printed.group(1);
    }

    private static List<String> lines(Tools.Result result) {
        return result.expectSuccess().lines().map(String::strip).sorted().toList();
    }
}
