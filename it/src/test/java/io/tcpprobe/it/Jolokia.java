package io.tcpprobe.it;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jolokia.json.JSONArray;
import org.jolokia.json.JSONObject;
import org.jolokia.json.parser.JSONParser;

/** A client of the HTTP connector. */
final class Jolokia {
    private final URI connector;
    private final Map<String, String> headers;

    /** Creates a client without a user. */
    Jolokia(URI connector) {
        this(connector, Map.of());
    }

    private Jolokia(URI connector, Map<String, String> headers) {
        this.connector = connector;
        this.headers = headers;
    }

    /** Returns the same client with an additional header. */
    Jolokia with(String header, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(header, value);
        return new Jolokia(connector, more);
    }

    /** Returns the same client with a user's name and passphrase. */
    Jolokia as(String user, String passphrase) {
        String pair = user + ":" + passphrase;
        return with(
                "Authorization", "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * A response.
     *
     * @param http the HTTP status
     * @param body the text
     */
    record Answer(int http, String body) {
        /** Returns Jolokia's status: it responds to many refusals with 200, and has the status in the body. */
        int status() throws Exception {
            return http == 200 && json().get("status") instanceof Number inside ? inside.intValue() : http;
        }

        JSONObject json() throws Exception {
            return new JSONParser().parse(body, JSONObject.class);
        }
    }

    /** Sends a GET of a path. */
    Answer get(String path) throws Exception {
        return send(HttpRequest.newBuilder(connector.resolve(path)).GET());
    }

    /** Returns the value of a series of /metrics, as a whole number. */
    long metric(String series) throws Exception {
        String text = get("/metrics").body();
        return text.lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(series.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError(series + " is not in\n" + text));
    }

    /** Sends a POST of a Jolokia request. */
    Answer post(Map<String, Object> request) throws Exception {
        JSONObject json = new JSONObject();
        json.putAll(request);
        return send(HttpRequest.newBuilder(connector.resolve("/jolokia"))
                .POST(HttpRequest.BodyPublishers.ofString(json.toJSONString())));
    }

    private Answer send(HttpRequest.Builder request) throws Exception {
        headers.forEach(request::header);
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(answer.statusCode(), answer.body());
        }
    }

    /** Reads an attribute's value. */
    Object read(String bean, String attribute) throws Exception {
        Answer answer = post(Map.of("type", "read", "mbean", bean, "attribute", attribute));
        if (answer.status() != 200) {
            throw new AssertionError("read " + bean + " " + attribute + ": " + answer);
        }
        return answer.json().get("value");
    }

    /** Writes an attribute; does not check the result. */
    Answer write(String bean, String attribute, Object value) throws Exception {
        return post(Map.of("type", "write", "mbean", bean, "attribute", attribute, "value", value));
    }

    /** Calls an operation; does not check the result. */
    Answer execute(String bean, String operation, Object... arguments) throws Exception {
        return post(Map.of(
                "type",
                "exec",
                "mbean",
                bean,
                "operation",
                operation,
                "arguments",
                new JSONArray(Arrays.asList(arguments))));
    }
}
