package io.tcpprobe.config;

import java.util.regex.Pattern;

/**
 * The environment variables that Kubernetes sets in every pod for each Service of its namespace ("service links"; Docker's
 * links have the same names). A Service named {@code tcpprobe} or {@code tcpprobe-snmp} has variables with the prefix of ours.
 *
 * <pre>
 *   TCPPROBE_SERVICE_HOST=10.96.0.12
 *   TCPPROBE_SERVICE_PORT=8778            TCPPROBE_SERVICE_PORT_HTTP=8778
 *   TCPPROBE_PORT=tcp://10.96.0.12:8778
 *   TCPPROBE_PORT_8778_TCP=tcp://10.96.0.12:8778
 *   TCPPROBE_PORT_8778_TCP_PROTO=tcp      ..._PORT=8778      ..._ADDR=10.96.0.12
 * </pre>
 */
final class ServiceLinks {
    private static final String SERVICE = Settings.ENVIRONMENT_PREFIX + "(?:[A-Z0-9_]+_)?";
    private static final Pattern NAME = Pattern.compile(
            SERVICE + "(?:SERVICE_HOST|SERVICE_PORT(?:_\\w+)?|PORT_\\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)");
    private static final Pattern PORT = Pattern.compile(SERVICE + "PORT");
    private static final Pattern URL = Pattern.compile("(?:tcp|udp|sctp)://.*");

    private ServiceLinks() {}

    /** Returns true if a variable is a service link, by its name and, where the name is ambiguous, by its value. */
    static boolean contain(String name, String value) {
        return NAME.matcher(name).matches()
                || PORT.matcher(name).matches() && URL.matcher(value).matches();
    }
}
