package io.tcpprobe.agent.threads;

import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happens to a connector whose receiving thread fails again and again. */
@FunctionalInterface
public interface LastResort {
    /** Exit status of an agent that ends because a connector cannot go on. */
    int EXIT_STATUS = 3;

    /**
     * A connector has given up. Called once for a connector, by the thread that gave up.
     *
     * @param connector its name: "http", "snmp"
     * @param cause the last failure
     * @param close closes the connector and nothing else
     */
    void failed(String connector, Throwable cause, Runnable close);

    /**
     * Ends the process with a message, for an agent that has the JVM to itself: whoever watches the process starts it anew.
     *
     * @param exit ends the process with a status
     */
    static LastResort ending(IntConsumer exit) {
        Logger log = LoggerFactory.getLogger(LastResort.class);
        return (connector, cause, _) -> {
            try { // the heap may be full
                log.error(
                        "{} cannot go on: {}; the agent ends with status {}", connector, cause.toString(), EXIT_STATUS);
            } finally {
                exit.accept(EXIT_STATUS);
            }
        };
    }

    /** Closes the connector with a message, for an agent inside an application, which goes on. */
    static LastResort closing() {
        Logger log = LoggerFactory.getLogger(LastResort.class);
        return (connector, cause, close) -> {
            try { // the heap may be full
                log.error(
                        "{} cannot go on: {}; it is closed, the application and what else the agent serves go on",
                        connector,
                        cause.toString());
            } finally {
                close.run();
            }
        };
    }
}
