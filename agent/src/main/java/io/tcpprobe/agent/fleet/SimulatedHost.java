package io.tcpprobe.agent.fleet;

import io.tcpprobe.agent.push.PushOrigin;
import io.tcpprobe.config.AddressText;
import java.util.List;
import java.util.Locale;

/**
 * A simulated host. It is the server of one service, and a client of the others.
 *
 * @param number its number, from 0
 * @param service its service
 * @param passMillis when its agent sends the records of live flows, after the beginning of each minute
 */
record SimulatedHost(int number, Service service, long passMillis) {
    static final int MAX_HOSTS = 1 << 22;

    /** Client ports are used one after the other: none twice in two minutes. */
    static final int MAX_OPENED = 15_000;

    private static final int FIRST_PORT = 20_000;
    private static final int PORTS = 40_000;
    private static final int WITHOUT_ID = 10;
    private static final int OCTET = 256;
    private static final int NETWORK = 10;
    private static final int MULTIPLIER = 0x9E3779B1; // 2^32 divided by the golden ratio: spreads neighbours

    /** Services: their port, and the process that serves it. */
    record Service(int port, String process) {}

    private static final List<Service> SERVICES = List.of(
            new Service(443, "nginx"),
            new Service(5432, "postgres"),
            new Service(6379, "redis-server"),
            new Service(9092, "java"),
            new Service(8080, "java"));

    static SimulatedHost of(int number) {
        long mixed = Integer.toUnsignedLong(number * MULTIPLIER);
        return new SimulatedHost(number, SERVICES.get(number % SERVICES.size()), mixed % FleetPlan.MINUTE_MILLIS);
    }

    byte[] address() {
        return new byte[] {NETWORK, (byte) (number / OCTET / OCTET), (byte) (number / OCTET), (byte) number};
    }

    String addressText() {
        return AddressText.of(address());
    }

    /** Some hosts have no id, as those without /etc/machine-id. */
    PushOrigin origin() {
        return new PushOrigin(
                String.format(Locale.ROOT, "host-%05d", number),
                number % WITHOUT_ID == 3 ? "" : String.format(Locale.ROOT, "%08x%024x", number * MULTIPLIER, number));
    }

    /** Returns the client port of its n-th connection. */
    int port(long n) {
        return FIRST_PORT + (int) (n % PORTS);
    }

    /** Returns true if segments to and from this host are lost more often than on other paths. */
    boolean lossy() {
        return number % 50 == 7;
    }
}
