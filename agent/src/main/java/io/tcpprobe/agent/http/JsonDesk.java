package io.tcpprobe.agent.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.management.MBeanServer;
import javax.management.RuntimeMBeanException;
import org.jolokia.json.JSONArray;
import org.jolokia.json.JSONObject;
import org.jolokia.json.JSONStructure;
import org.jolokia.json.parser.JSONParser;
import org.jolokia.json.parser.ParseException;
import org.jolokia.server.core.config.ConfigKey;
import org.jolokia.server.core.config.StaticConfiguration;
import org.jolokia.server.core.http.HttpRequestHandler;
import org.jolokia.server.core.request.BadRequestException;
import org.jolokia.server.core.request.EmptyResponseException;
import org.jolokia.server.core.service.JolokiaServiceManagerFactory;
import org.jolokia.server.core.service.api.JolokiaServiceManager;
import org.jolokia.service.jmx.LocalRequestHandler;

/**
 * Jolokia, with the services that reading, writing and running operations need and no others.
 *
 * <p>By Jolokia's protocol an error is an answer of HTTP status 200 with the error's own status inside. Only what is
 * forbidden is 403 for HTTP too, and what is no request at all is 400.
 */
final class JsonDesk implements AutoCloseable {
    private static final int MOST_REQUESTS = 50;
    private static final int OK = 200;
    private static final int FORBIDDEN = 403;

    private final JolokiaServiceManager manager;
    private final HttpRequestHandler requests;

    /**
     * Starts Jolokia; takes a quarter of a second.
     *
     * @param server where our MBeans are
     * @param id tells this instance from others in the JVM
     */
    JsonDesk(MBeanServer server, String id) {
        var configuration = new StaticConfiguration(Map.of(
                ConfigKey.AGENT_ID.getKeyValue(),
                id,
                ConfigKey.AGENT_CONTEXT.getKeyValue(),
                HttpDoor.JOLOKIA,
                ConfigKey.INCLUDE_STACKTRACE.getKeyValue(),
                "false",
                ConfigKey.ALLOW_ERROR_DETAILS.getKeyValue(),
                "true"));
        DomainRestrictor restrictor = new DomainRestrictor();
        manager = JolokiaServiceManagerFactory.createJolokiaServiceManager(
                configuration, new LogToSlf4j(), restrictor, _ -> new TreeSet<>(Set.of(new OwnServer(server))));
        manager.addService(new LocalRequestHandler(1000));
        manager.addService(new ExactSerializer());
        manager.addService(new Refusals(restrictor));
        requests = new HttpRequestHandler(manager.start());
    }

    /** Answers a request whose path and parameters say all. */
    Answer get(URI uri) {
        return answer(() -> requests.handleGetRequest(uri.toString(), pathInfo(uri), parameters(uri)));
    }

    /** Answers a request of one or several JSON objects. */
    Answer post(URI uri, byte[] body) {
        if (count(body) > MOST_REQUESTS) {
            return Answer.error(413, "too many requests in one; send " + MOST_REQUESTS + " or fewer");
        }
        return answer(() -> requests.handlePostRequest(
                uri.toString(), new ByteArrayInputStream(body), StandardCharsets.UTF_8.name(), parameters(uri)));
    }

    /** How many requests a body holds: their answers are made whole before the first byte is sent. */
    private static int count(byte[] body) {
        try {
            Object parsed = new JSONParser().parse(new String(body, StandardCharsets.UTF_8));
            return parsed instanceof JSONArray all ? all.size() : 1;
        } catch (ParseException | IOException | RuntimeException _) {
            return 0; // no JSON: Jolokia says so
        }
    }

    @FunctionalInterface
    private interface Request {
        JSONStructure handle() throws IOException, BadRequestException, EmptyResponseException;
    }

    private Answer answer(Request request) {
        JSONStructure json;
        int status = OK;
        try {
            json = request.handle();
            if (json instanceof JSONObject one && one.get("status") instanceof Number number) {
                status = number.intValue() == FORBIDDEN ? FORBIDDEN : OK;
            }
        } catch (EmptyResponseException _) {
            return Answer.error(FORBIDDEN, "notifications are not sent by HTTP");
        } catch (BadRequestException | IOException | IllegalArgumentException | IllegalStateException bad) {
            return Answer.error(400, "this is no request: " + bad.getMessage());
        } catch (RuntimeMBeanException failed) {
            json = requests.handleThrowable(failed.getTargetException());
        } catch (RuntimeException failed) {
            json = requests.handleThrowable(failed);
        }
        return Answer.of(status, Answer.JSON, json.toJSONString());
    }

    private static String pathInfo(URI uri) {
        String path = uri.getPath();
        return path.length() <= HttpDoor.JOLOKIA.length() ? "" : path.substring(HttpDoor.JOLOKIA.length() + 1);
    }

    private static Map<String, String[]> parameters(URI uri) {
        Map<String, String[]> parameters = new HashMap<>();
        String query = uri.getRawQuery();
        for (String pair : query == null ? new String[0] : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                parameters.put(
                        URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
                        new String[] {URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8)});
            }
        }
        return parameters;
    }

    @Override
    public void close() {
        manager.stop();
    }
}
