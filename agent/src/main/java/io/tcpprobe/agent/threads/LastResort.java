package io.tcpprobe.agent.threads;

import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Handles a connector whose receiving thread fails repeatedly. */
@FunctionalInterface
public interface LastResort {
    /** Exit status of an agent that ends because a connector has failed for good. */
    int EXIT_STATUS = 3;

    /**
     * Handles a connector that has given up. Called once for a connector, by the thread that gave up.
     *
     * @param connector its name: "http", "snmp"
     * @param cause the last failure
     * @param close closes the connector and nothing else
     */
    void failed(String connector, Throwable cause, Runnable close);

    /**
     * Returns a handler that logs a message and exits, for an agent with its own JVM: a supervisor such as systemd can restart it.
     *
     * @param exit exits the process with a status
     */
    static LastResort ending(IntConsumer exit) {
        Logger log = LoggerFactory.getLogger(LastResort.class);
        return (connector, cause, _) -> {
            try { // the heap may be full
                log.error(
                        "{} cannot continue: {}; the agent exits with status {}",
                        connector,
                        cause.toString(),
                        EXIT_STATUS);
            } finally {
                exit.accept(EXIT_STATUS);
            }
        };
    }

    /** Returns a handler that logs a message and closes the connector, for an agent inside an application, which continues. */
    static LastResort closing() {
        Logger log = LoggerFactory.getLogger(LastResort.class);
        return (connector, cause, close) -> {
            try { // the heap may be full
                log.error(
                        "{} cannot continue: {}; it is closed; the application and the agent's other connectors continue",
                        connector,
                        cause.toString());
            } finally {
                close.run();
            }
        };
    }
}
