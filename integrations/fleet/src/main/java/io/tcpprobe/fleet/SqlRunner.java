package io.tcpprobe.fleet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.TableResult;

/**
 * Runs SQL files as one Flink job and waits for its end: {@code SqlRunner [NAME=VALUE ...] FILE ...}.
 *
 * <p>A statement ends with a semicolon at the end of a line; {@code EXECUTE STATEMENT SET} ends with {@code END;}. The text
 * {@code ${NAME=DEFAULT}} stands for the argument NAME, or else for the default. An argument {@code SET:KEY=VALUE} sets an option of Flink.
 */
public final class SqlRunner {
    private static final Pattern PARAMETER = Pattern.compile("\\$\\{([\\w.]+)=([^}]*)}");
    private static final Pattern COMMENT = Pattern.compile("(?m)^\\s*--.*$");
    private static final Pattern END = Pattern.compile("(?m);[ \\t]*$");
    private static final Pattern SET = Pattern.compile("SET '([^']+)' = '([^']*)'", Pattern.DOTALL);
    private static final String OPTION = "SET:";

    private SqlRunner() {}

    /** Runs the job; exits when it ends. */
    public static void main(String[] arguments) throws Exception {
        Map<String, String> parameters = new HashMap<>();
        Configuration options = new Configuration();
        List<String> statements = new ArrayList<>();
        for (String argument : arguments) {
            String[] pair = argument.split("=", 2);
            if (argument.startsWith(OPTION) && pair.length == 2) {
                options.setString(pair[0].substring(OPTION.length()), pair[1]);
            } else if (pair.length == 2) {
                parameters.put(pair[0], pair[1]);
            } else {
                statements.addAll(statements(Path.of(argument), parameters));
            }
        }
        run(statements, options);
    }

    static List<String> statements(Path file, Map<String, String> parameters) throws IOException {
        String text = COMMENT.matcher(Files.readString(file)).replaceAll("");
        Matcher places = PARAMETER.matcher(text);
        String filled = places.replaceAll(
                place -> Matcher.quoteReplacement(parameters.getOrDefault(place.group(1), place.group(2))));
        List<String> statements = new ArrayList<>();
        String open = ""; // the beginning of a statement set
        for (String part : END.split(filled)) {
            String statement = (open + part).strip();
            if (statement.startsWith("EXECUTE STATEMENT SET") && !statement.endsWith("END")) {
                open = statement + ";\n";
            } else if (!statement.isEmpty()) {
                statements.add(statement);
                open = "";
            }
        }
        return statements;
    }

    private static void run(List<String> statements, Configuration options) throws Exception {
        TableEnvironment tables = TableEnvironment.create(EnvironmentSettings.newInstance()
                .inStreamingMode()
                .withConfiguration(options)
                .build());
        List<TableResult> jobs = new ArrayList<>();
        for (String statement : statements) {
            Matcher set = SET.matcher(statement);
            if (set.matches()) {
                // What an argument sets has precedence.
                if (!options.containsKey(set.group(1))) {
                    tables.getConfig().set(set.group(1), set.group(2));
                }
                continue;
            }
            TableResult result = tables.executeSql(statement);
            if (result.getJobClient().isPresent()) {
                jobs.add(result);
            }
        }
        for (TableResult job : jobs) {
            job.await();
        }
    }
}
