package io.tcpprobe.agent.http;

import io.tcpprobe.agent.http.server.HttpRequest;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jolokia.json.JSONArray;
import org.jolokia.json.JSONObject;
import org.jolokia.json.parser.JSONParser;
import org.jolokia.json.parser.ParseException;
import org.jspecify.annotations.Nullable;

/**
 * A request to Jolokia.
 *
 * @param path the rest of the path of a GET, without leading "/"; null for a POST
 * @param elements the requests of a POST
 * @param bulk true if the requests came as an array
 * @param parameters the parameters of the query string
 */
record Query(@Nullable String path, List<?> elements, boolean bulk, Map<String, String[]> parameters) {
    /** Maximum requests in an array. */
    static final int MAX_REQUESTS = 50;

    /** Maximum requests in an array that ask for the names of all MBeans. */
    static final int MAX_LISTS = 2;

    /** The parameter that replaces the path if the path is empty. */
    private static final String PATH = "p";

    /** The parameters that make Jolokia include more than a message in errors: for authenticated users only. */
    private static final List<String> FOR_USERS = List.of("includestacktrace", "serializeexception");

    /** The kind of a request, as far as limits depend on it. */
    private enum Kind {
        ONE,
        PATTERN,
        LIST,
        OPERATION
    }

    /**
     * Parses a request.
     *
     * @param known true if an authenticated user sent it
     * @throws RequestRefusedException if it is too large, or not JSON
     */
    static Query of(HttpRequest request, boolean known) throws RequestRefusedException {
        Map<String, String[]> parameters = parameters(request.query());
        if (!known) {
            parameters.keySet().removeIf(name -> FOR_USERS.contains(name.toLowerCase(Locale.ROOT)));
        }
        if (!request.method().equals("POST")) {
            String path = withoutSlashes(request.path().substring(HttpConnector.JOLOKIA.length()));
            String[] instead = parameters.remove(PATH);
            return new Query(
                    path.isEmpty() && instead != null ? withoutSlashes(instead[0]) : path,
                    List.of(),
                    false,
                    parameters);
        }
        JsonGuard.check(request.body());
        Query query = posted(parse(request.body()), parameters);
        if (!known) {
            query.elements.forEach(Query::removeWhatIsForUsers);
        }
        return query;
    }

    private static Query posted(@Nullable Object json, Map<String, String[]> parameters)
            throws RequestRefusedException {
        if (json instanceof JSONObject one) {
            return new Query(null, List.of(one), false, parameters);
        }
        if (!(json instanceof JSONArray all)) {
            throw new RequestRefusedException(400, "invalid request: neither an object nor an array of objects");
        }
        if (all.size() > MAX_REQUESTS) {
            throw new RequestRefusedException(
                    413, "too many requests in one message; send " + MAX_REQUESTS + " or fewer");
        }
        if (all.stream().filter(element -> kind(element) == Kind.LIST).count() > MAX_LISTS) {
            throw new RequestRefusedException(
                    413, "too many requests of type list or search in one message; send " + MAX_LISTS + " or fewer");
        }
        return new Query(null, all, true, parameters);
    }

    private static @Nullable Object parse(byte[] body) throws RequestRefusedException {
        try {
            return new JSONParser().parse(new String(body, StandardCharsets.UTF_8));
        } catch (ParseException | IOException | RuntimeException bad) {
            throw new RequestRefusedException(400, "invalid JSON: " + bad.getMessage());
        }
    }

    private static void removeWhatIsForUsers(@Nullable Object element) {
        if (element instanceof JSONObject one && one.get("config") instanceof Map<?, ?> config) {
            config.keySet()
                    .removeIf(name -> FOR_USERS.contains(String.valueOf(name).toLowerCase(Locale.ROOT)));
        }
    }

    private static String withoutSlashes(String path) {
        return path.replaceFirst("^/+", "");
    }

    /** Returns the decoded parameters of a query string, the last value of each name. */
    static Map<String, String[]> parameters(String query) throws RequestRefusedException {
        Map<String, String[]> parameters = new HashMap<>();
        try {
            for (String pair : query.isEmpty() ? new String[0] : query.split("&", -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0) {
                    parameters.put(
                            URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
                            new String[] {URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8)});
                }
            }
        } catch (IllegalArgumentException bad) {
            throw new RequestRefusedException(400, "invalid query: " + bad.getMessage());
        }
        return parameters;
    }

    /** Returns true if the answer may be large or slow to build: only a few of these are processed at once. */
    boolean isLarge() {
        return path == null ? elements.stream().anyMatch(element -> kind(element) != Kind.ONE) : kind(path) != Kind.ONE;
    }

    /** Returns true if it asks which MBeans there are. */
    boolean needsNames() {
        return path == null ? elements.stream().map(Query::kind).anyMatch(Query::names) : names(kind(path));
    }

    private static boolean names(Kind kind) {
        return switch (kind) {
            case LIST, PATTERN -> true;
            case ONE, OPERATION -> false;
        };
    }

    private static Kind kind(@Nullable Object element) {
        return element instanceof JSONObject one
                ? kind(String.valueOf(one.get("type")), String.valueOf(one.get("mbean")))
                : Kind.ONE;
    }

    private static Kind kind(String path) {
        if (path.indexOf('!') >= 0) {
            return Kind.PATTERN; // Jolokia's escape: the decoded path may be anything
        }
        String[] parts = path.split("/+", 3);
        return kind(parts[0], parts.length > 1 ? parts[1] : "");
    }

    private static Kind kind(String type, String mbean) {
        return switch (type.toLowerCase(Locale.ROOT)) {
            case "list", "search" -> Kind.LIST;
            case "exec" -> Kind.OPERATION;
            default -> mbean.indexOf('*') >= 0 || mbean.indexOf('?') >= 0 ? Kind.PATTERN : Kind.ONE;
        };
    }
}
