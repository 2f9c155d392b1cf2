package io.tcpprobe.config;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;

/**
 * Something that is wrong, said so that its reader can mend it.
 *
 * @param step what was being done: "set", "listen", "read"
 * @param object what it was done to: "probetime", "127.0.0.1:1161"
 * @param cause why it failed
 * @param remedy what to do about it
 */
public record Problem(String step, String object, String cause, String remedy) {
    private static final int GREATEST_QUOTE = 80;

    @Override
    public String toString() {
        return step + " " + object + ": " + cause + "; " + remedy;
    }

    /** The same problem, for whoever gives settings as options of -javaagent: they are written KEY=VALUE there. */
    public Problem forJavaagent() {
        return new Problem(step, object, withoutOptions(cause), withoutOptions(remedy));
    }

    private static String withoutOptions(String text) {
        return text.replace("--set ", "").replace("with --config", "behind -javaagent");
    }

    /** A text that somebody gave, as a problem names it: in quotes, on one line, and not too long. */
    public static String quote(String text) {
        String visible = text.codePoints()
                .limit(GREATEST_QUOTE)
                .map(character -> Character.isISOControl(character) ? '?' : character)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return "'" + visible + (visible.length() < text.length() ? "..." : "") + "'";
    }

    /** Why a file could not be used, as a cause: the message of some of these exceptions is nothing but the file's name. */
    public static String cause(IOException failed) {
        return switch (failed) {
            case NoSuchFileException missing -> missing.getFile() + " does not exist";
            case AccessDeniedException denied -> "permission denied for " + denied.getFile();
            case FileAlreadyExistsException there -> there.getFile() + " is there already";
            default -> String.valueOf(failed.getMessage());
        };
    }
}
