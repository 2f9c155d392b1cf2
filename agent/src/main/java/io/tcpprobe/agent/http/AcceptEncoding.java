package io.tcpprobe.agent.http;

import java.util.Arrays;
import java.util.Locale;

/** The header Accept-Encoding of a request (RFC 9110, 12.5.3). */
final class AcceptEncoding {
    /** The only coding that the server uses. */
    static final String GZIP = "gzip";

    private AcceptEncoding() {}

    /** Returns true if a client with this header accepts gzip. */
    static boolean gzip(String accepted) {
        return Arrays.stream(accepted.toLowerCase(Locale.ROOT).split(",", -1))
                .map(String::strip)
                .anyMatch(coding -> coding.equals(GZIP)
                        || coding.startsWith(GZIP + ";")
                                && !coding.replace(" ", "").matches("gzip;q=0(\\.0*)?"));
    }
}
