package io.tcpprobe.agent.http.server;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The request line and fields of a request (RFC 9112, sections 3 and 5). Strict: refuses whatever two servers in a chain could
 * interpret differently.
 *
 * @param method as sent
 * @param target path and query
 * @param headers by name in lower case
 * @param keepAlive true if the connection can be used again
 * @param chunked true if the content is chunked
 * @param length length of the content in bytes if it is not chunked
 * @param expectsContinue true if the client waits for a 100 (Continue) before it sends the content
 */
record RequestHead(
        String method,
        Target target,
        Map<String, List<String>> headers,
        boolean keepAlive,
        boolean chunked,
        int length,
        boolean expectsContinue) {
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final Pattern LINE = Pattern.compile("(" + TOKEN + ") ([!-~]+) HTTP/(\\d)\\.(\\d)");
    private static final Pattern FIELD = Pattern.compile("(" + TOKEN + "):[ \\t]*+([^\\x00-\\x08\\x0a-\\x1f\\x7f]*+)");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._~%!$&'()*+,;=:\\[\\]-]*");
    private static final Pattern DIGITS = Pattern.compile("\\d{1,18}");
    private static final int MAX_FIELDS = 100;

    /** Parses a head, without the empty line that ends it. */
    static RequestHead parse(String text) throws BadRequestException {
        String[] lines = text.split("\r\n", -1);
        Matcher line = LINE.matcher(lines[0]);
        if (!line.matches()) {
            throw new BadRequestException(400, "not a request line of HTTP/1.1");
        }
        if (!line.group(3).equals("1")) {
            throw new BadRequestException(505, "use HTTP/1.1");
        }
        boolean old = line.group(4).equals("0");
        Map<String, List<String>> headers = fields(lines);
        List<String> hosts = headers.getOrDefault("host", List.of());
        if (hosts.size() > 1 || hosts.isEmpty() && !old) {
            throw new BadRequestException(400, "a request must have exactly one Host field");
        }
        if (!hosts.isEmpty() && !HOST.matcher(hosts.getFirst()).matches()) {
            throw new BadRequestException(400, "Host is not a valid host");
        }
        boolean chunked = chunked(headers, old);
        return new RequestHead(
                line.group(1),
                target(line.group(2), hosts),
                headers,
                old ? has(headers, "connection", "keep-alive") : !has(headers, "connection", "close"),
                chunked,
                chunked ? 0 : length(headers),
                expectsContinue(headers) && !old);
    }

    private static Map<String, List<String>> fields(String[] lines) throws BadRequestException {
        if (lines.length - 1 > MAX_FIELDS) {
            throw new BadRequestException(431, "too many header fields; send " + MAX_FIELDS + " or fewer");
        }
        Map<String, List<String>> headers = new LinkedHashMap<>();
        for (int i = 1; i < lines.length; i++) {
            Matcher field = FIELD.matcher(lines[i]);
            if (!field.matches()) {
                throw new BadRequestException(400, "a header field is malformed");
            }
            headers.computeIfAbsent(field.group(1).toLowerCase(Locale.ROOT), _ -> new ArrayList<>(1))
                    .add(field.group(2).strip());
        }
        return headers;
    }

    private static boolean has(Map<String, List<String>> headers, String name, String token) {
        for (String value : headers.getOrDefault(name, List.of())) {
            for (String one : value.split(",", -1)) {
                if (one.strip().equalsIgnoreCase(token)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean chunked(Map<String, List<String>> headers, boolean old) throws BadRequestException {
        List<String> codings = headers.get("transfer-encoding");
        if (codings == null) {
            return false;
        }
        if (old || headers.containsKey("content-length")) {
            throw new BadRequestException(400, "Transfer-Encoding is not allowed in this request");
        }
        if (codings.size() != 1 || !codings.getFirst().equalsIgnoreCase("chunked")) {
            throw new BadRequestException(501, "the only supported transfer coding is chunked");
        }
        return true;
    }

    private static int length(Map<String, List<String>> headers) throws BadRequestException {
        List<String> lengths = headers.getOrDefault("content-length", List.of("0"));
        if (lengths.size() != 1 || !DIGITS.matcher(lengths.getFirst()).matches()) {
            throw new BadRequestException(400, "Content-Length must be one number");
        }
        long length = Long.parseLong(lengths.getFirst());
        if (length > HttpLimits.BODY_BYTES) {
            throw tooLarge();
        }
        return (int) length;
    }

    static BadRequestException tooLarge() {
        return new BadRequestException(
                413, "the request is too large; send " + HttpLimits.BODY_BYTES + " bytes or less");
    }

    private static boolean expectsContinue(Map<String, List<String>> headers) throws BadRequestException {
        List<String> expected = headers.getOrDefault("expect", List.of());
        if (expected.isEmpty()) {
            return false;
        }
        if (expected.size() != 1 || !expected.getFirst().equalsIgnoreCase("100-continue")) {
            throw new BadRequestException(417, "the only supported expectation is 100-continue");
        }
        return true;
    }

    /**
     * The target of a request.
     *
     * @param path the decoded path
     * @param query the query as sent; "" if there is none
     */
    record Target(String path, String query) {}

    /** Parses the target: a path, "*", or an absolute URI, whose authority must equal Host. */
    private static Target target(String text, List<String> hosts) throws BadRequestException {
        try {
            boolean path = text.startsWith("/"); // "//x/y" too is a path here, not a host
            URI uri = new URI(path ? "http://tcpprobe" + text : text);
            if (!path
                    && uri.isAbsolute()
                    && (hosts.isEmpty() || !hosts.getFirst().equalsIgnoreCase(uri.getRawAuthority()))) {
                throw new BadRequestException(400, "Host differs from the host of the request target");
            }
            return new Target(
                    uri.getPath() == null ? "" : uri.getPath(), uri.getRawQuery() == null ? "" : uri.getRawQuery());
        } catch (URISyntaxException _) {
            throw new BadRequestException(400, "the request target is not a URI");
        }
    }
}
