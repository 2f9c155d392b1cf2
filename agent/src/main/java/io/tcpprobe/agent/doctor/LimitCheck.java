package io.tcpprobe.agent.doctor;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The limits of open files and locked memory (getrlimit(2)). */
record LimitCheck(HostFiles host) implements Check {
    private static final String NAME = "limits";
    private static final long ENOUGH_FILES = 1024;
    private static final Pattern FILES = Pattern.compile("Max open files +(\\S+)");
    private static final Pattern LOCKED = Pattern.compile("Max locked memory +(\\S+)");

    @Override
    public List<Finding> run() {
        String limits = host.text("proc/self/limits").orElse("");
        String files = value(FILES, limits);
        String text = "open files: " + files + ", locked memory in bytes: " + value(LOCKED, limits);
        if (files.matches("\\d{1,9}") && Long.parseLong(files) < ENOUGH_FILES) {
            return List.of(Finding.warning(
                    NAME,
                    text,
                    "allow at least " + ENOUGH_FILES + " open files: ulimit -n, LimitNOFILE= of the service"));
        }
        return List.of(Finding.ok(NAME, text));
    }

    private static String value(Pattern pattern, String limits) {
        Matcher found = pattern.matcher(limits);
        return found.find() ? found.group(1) : "unknown";
    }
}
