package io.tcpprobe.agent.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import io.tcpprobe.agent.users.FailedLogins;
import io.tcpprobe.agent.users.User;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who may come in at all. Browsers are made to do things by pages of other sites: what such a page causes is refused.
 *
 * <ul>
 *   <li>Origin (RFC 6454), if there is one, must be this very server.
 *   <li>Sec-Fetch-Site (W3C Fetch Metadata), if there is one, must be same-origin or none: images and scripts carry no Origin.
 *   <li>Host must be an address or localhost when the request came in by loopback: any other name is another site's that was
 *       made to point here (DNS rebinding).
 * </ul>
 */
final class Gate {
    static final String CHALLENGE = "Basic realm=\"tcpprobe\", charset=\"UTF-8\"";

    private static final Pattern HOST = Pattern.compile("(?:\\[([0-9A-Fa-f:.]+)\\]|([^:\\[\\]]*))(?::\\d{1,5})?");
    private static final List<String> OWN_SITE = List.of("same-origin", "none");

    private final Credentials credentials;
    private final FailedLogins strangers = new FailedLogins("http", System::nanoTime);

    Gate(Credentials credentials) {
        this.credentials = credentials;
    }

    /** What the gate says: a visitor, or why there is none. */
    sealed interface Verdict {
        /** May come in. */
        record In(Visitor visitor) implements Verdict {}

        /** May not. */
        record Out(Answer answer) implements Verdict {}
    }

    /** Checks a request for data. */
    Verdict check(HttpExchange exchange) {
        Headers headers = exchange.getRequestHeaders();
        String host = headers.getFirst("Host");
        if (!rightHost(exchange, host)) {
            return out(403, "Host is not this server's address");
        }
        String origin = headers.getFirst("Origin");
        if (origin != null && !origin.equalsIgnoreCase("http://" + host)) {
            return out(403, "requests of pages of other sites are refused");
        }
        String site = headers.getFirst("Sec-Fetch-Site");
        if (site != null && !OWN_SITE.contains(site)) {
            return out(403, "requests of pages of other sites are refused");
        }
        String from = exchange.getRemoteAddress().getAddress().getHostAddress();
        String authorization = headers.getFirst("Authorization");
        if (authorization == null) {
            return new Verdict.In(new Visitor("http from " + from, false, false));
        }
        Optional<User> user = credentials.check(authorization);
        if (user.isEmpty()) {
            strangers.add(from, FailedLogins.WRONG);
            return new Verdict.Out(Answer.error(401, FailedLogins.WRONG).with("WWW-Authenticate", CHALLENGE));
        }
        return new Verdict.In(new Visitor(
                "http user " + user.get().name() + " from " + from,
                true,
                user.get().write()));
    }

    private static Verdict out(int status, String why) {
        return new Verdict.Out(Answer.error(status, why));
    }

    /** Whether the name that the client has for us is right; HTTP/1.0 clients have none. */
    static boolean rightHost(HttpExchange exchange, @Nullable String host) {
        if (host == null || !exchange.getLocalAddress().getAddress().isLoopbackAddress()) {
            return true;
        }
        Matcher match = HOST.matcher(host.strip());
        if (!match.matches()) {
            return false;
        }
        String name = match.group(2);
        return name == null || name.equalsIgnoreCase("localhost") || isAddress(name);
    }

    private static boolean isAddress(String name) {
        try {
            InetAddress.ofLiteral(name);
            return true;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
