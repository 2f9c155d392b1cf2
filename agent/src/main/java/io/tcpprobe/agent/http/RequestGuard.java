package io.tcpprobe.agent.http;

import io.tcpprobe.agent.http.server.HttpRequest;
import io.tcpprobe.agent.logging.BoundedLog;
import io.tcpprobe.agent.users.FailedLogins;
import io.tcpprobe.agent.users.User;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Decides which requests are served. Pages of other sites can make browsers send requests: those are refused.
 *
 * <ul>
 *   <li>Origin (RFC 6454), if present, must be this server.
 *   <li>Sec-Fetch-Site (W3C Fetch Metadata), if present, must be same-origin or none: images and scripts carry no Origin.
 *   <li>Host must be an address or localhost when the request was received by loopback: any other name is that of another site
 *       which was made to resolve to this host (DNS rebinding).
 *   <li>A change by GET must not be one that an image of such a page can make a browser send, with credentials that it has
 *       stored: browsers then send no Origin, and do not send Sec-Fetch-Site to every address. So a browser's GET needs one of
 *       both for a change, or a header that an image request cannot have.
 * </ul>
 *
 * <p>The setting {@code http.origins} names more hosts and origins of this server.
 */
final class RequestGuard {
    static final String CHALLENGE = "Basic realm=\"tcpprobe\", charset=\"UTF-8\"";

    private static final Pattern HOST = Pattern.compile("(?:\\[([0-9A-Fa-f:.]+)\\]|([^:\\[\\]]*))(?::\\d{1,5})?");
    private static final List<String> OWN_SITE = List.of("same-origin", "none");

    /** Headers by which a browser is recognized: browsers send them, and a page cannot prevent that. */
    private static final List<String> OF_BROWSERS =
            List.of("accept-language", "sec-fetch-mode", "sec-fetch-dest", "referer");

    private static final String OF_SCRIPTS = "x-requested-with";

    private final Credentials credentials;
    private final Origins origins;
    private final FailedLogins failedLogins;

    RequestGuard(Credentials credentials, Origins origins, BoundedLog log) {
        this.credentials = credentials;
        this.origins = origins;
        this.failedLogins = new FailedLogins("http", log);
    }

    /** The decision: a principal, or an answer with the reason for the refusal. */
    sealed interface Verdict {
        /** The request is served. */
        record In(Principal principal) implements Verdict {}

        /** The request is refused. */
        record Out(Answer answer) implements Verdict {}
    }

    /** Checks a request for data. */
    Verdict check(HttpRequest request) {
        if (!hasAllowedHost(request)) {
            return out(403, "Host is not this server's address; see the setting http.origins");
        }
        Optional<String> origin = request.header("Origin");
        Optional<String> site = request.header("Sec-Fetch-Site");
        if (origin.isPresent() && !isOwn(origin.get(), request) || site.isPresent() && !OWN_SITE.contains(site.get())) {
            return out(403, "requests from pages of other sites are refused");
        }
        String from = request.remote().getAddress().getHostAddress();
        Optional<String> authorization = request.header("Authorization");
        if (authorization.isEmpty()) {
            return new Verdict.In(new Principal("http from " + from, false, false, false));
        }
        Optional<User> user;
        try {
            user = credentials.check(authorization.get(), request.client());
        } catch (PassphraseChecks.BusyException _) {
            return new Verdict.Out(Answer.BUSY);
        }
        if (user.isEmpty()) {
            failedLogins.add(from, FailedLogins.WRONG);
            return new Verdict.Out(Answer.jsonError(401, FailedLogins.WRONG).with("WWW-Authenticate", CHALLENGE));
        }
        return new Verdict.In(new Principal(
                "http user " + user.get().name() + " from " + from,
                true,
                user.get().write(),
                request.method().equals("POST")
                        || origin.isPresent()
                        || site.isPresent()
                        || request.header(OF_SCRIPTS).isPresent()
                        || !isOfBrowser(request)));
    }

    private boolean isOwn(String origin, HttpRequest request) {
        return origin.equalsIgnoreCase("http://" + request.header("Host").orElse("")) || origins.has(origin);
    }

    private static boolean isOfBrowser(HttpRequest request) {
        return OF_BROWSERS.stream().anyMatch(name -> request.header(name).isPresent())
                || request.header("User-Agent").orElse("").startsWith("Mozilla/")
                || request.header("Accept").orElse("").contains("image/");
    }

    private static Verdict out(int status, String why) {
        return new Verdict.Out(Answer.jsonError(status, why));
    }

    /** Returns true if the Host header names this server; HTTP/1.0 clients send none. */
    boolean hasAllowedHost(HttpRequest request) {
        Optional<String> host = request.header("Host");
        boolean anyName = !request.local().getAddress().isLoopbackAddress() && origins.isEmpty();
        if (host.isEmpty() || anyName) {
            return true;
        }
        Matcher match = HOST.matcher(host.get());
        if (!match.matches()) {
            return false;
        }
        String name = match.group(2);
        return name == null || name.equalsIgnoreCase("localhost") || isAddress(name) || origins.hasHost(name);
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
