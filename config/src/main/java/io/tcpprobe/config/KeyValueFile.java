package io.tcpprobe.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A UTF-8 text file of lines "key = value". Empty lines and lines that begin with # are ignored. */
public final class KeyValueFile {
    private KeyValueFile() {}

    /**
     * Reads a file.
     *
     * @param problems receives one problem for every malformed line, with its line number
     * @return the values by key, in the order of the file
     * @throws IOException if the file cannot be read
     */
    public static Map<String, String> read(Path file, List<Problem> problems) throws IOException {
        return read(file, Files::readAllLines, problems);
    }

    /** Reads a file of the state folder without following symbolic links; see {@link #read}. */
    public static Map<String, String> readState(Path file, List<Problem> problems) throws IOException {
        return read(file, StateFiles::lines, problems);
    }

    private interface Reader {
        List<String> lines(Path file) throws IOException;
    }

    private static Map<String, String> read(Path file, Reader reader, List<Problem> problems) throws IOException {
        List<String> lines;
        try {
            lines = reader.lines(file);
        } catch (CharacterCodingException _) {
            problems.add(new Problem(
                    "read", file.toString(), "it is not text in UTF-8", "write lines of the form KEY = VALUE"));
            return Map.of();
        }
        Map<String, String> values = new LinkedHashMap<>();
        int number = 0;
        for (String line : lines) {
            number++;
            String text = line.strip();
            int equals = text.indexOf('=');
            if (text.isEmpty() || text.startsWith("#")) {
                continue;
            }
            if (equals <= 0) {
                problems.add(new Problem(
                        "read",
                        file + ":" + number,
                        Problem.quote(text) + " is not an assignment",
                        "write KEY = VALUE"));
            } else if (values.put(
                            text.substring(0, equals).strip(),
                            text.substring(equals + 1).strip())
                    != null) {
                problems.add(
                        new Problem("read", file + ":" + number, "the key occurs twice", "remove one of the lines"));
            }
        }
        return values;
    }
}
