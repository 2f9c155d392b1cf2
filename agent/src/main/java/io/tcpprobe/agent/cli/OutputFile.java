package io.tcpprobe.agent.cli;

import io.tcpprobe.config.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The file that the option --out names. */
final class OutputFile {
    private OutputFile() {}

    /**
     * Writes lines to a file; existing content is overwritten.
     *
     * @param command for the message of a failure
     */
    static void write(String command, Path file, List<String> lines) throws CommandException {
        try {
            Files.write(file, lines);
        } catch (IOException failed) {
            throw new CommandException(Commands.FAILED, failure(command, file, failed));
        }
    }

    /** Returns the message of a file that cannot be written. */
    static String failure(String command, Path file, IOException failed) {
        return command + " --out " + file + ": " + Problem.cause(failed) + "; name a file that can be written";
    }
}
