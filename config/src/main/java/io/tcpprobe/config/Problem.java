package io.tcpprobe.config;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;

/**
 * An error message with all that its reader needs to correct the error.
 *
 * @param step the operation that failed: "set", "listen", "read"
 * @param object the object of the operation: "probetime", "127.0.0.1:1161"
 * @param cause why it failed
 * @param remedy how to correct it
 */
public record Problem(String step, String object, String cause, String remedy) {
    private static final int MAX_QUOTE = 80;

    @Override
    public String toString() {
        return step + " " + object + ": " + cause + "; " + remedy;
    }

    /** Returns the same problem with settings written as options of -javaagent: KEY=VALUE. */
    public Problem forJavaagent() {
        return new Problem(step, object, withoutOptions(cause), withoutOptions(remedy));
    }

    private static String withoutOptions(String text) {
        return text.replace("--set ", "").replace("with --config", "in -javaagent");
    }

    /** Quotes a text of the user for a message: on one line, and shortened if it is long. */
    public static String quote(String text) {
        String visible = text.codePoints()
                .limit(MAX_QUOTE)
                .map(character -> Character.isISOControl(character) ? '?' : character)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return "'" + visible + (visible.length() < text.length() ? "..." : "") + "'";
    }

    /** Returns the cause of a failed file operation. The message of some of these exceptions is only the file's name. */
    public static String cause(IOException failed) {
        return switch (failed) {
            case NoSuchFileException missing -> missing.getFile() + " does not exist";
            case AccessDeniedException denied -> "permission denied for " + denied.getFile();
            case FileAlreadyExistsException there -> there.getFile() + " already exists";
            default -> String.valueOf(failed.getMessage());
        };
    }
}
