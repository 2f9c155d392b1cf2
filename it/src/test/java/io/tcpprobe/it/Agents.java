package io.tcpprobe.it;

import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Starts agents for tests, stops them afterwards, and prints their output if a test failed. Registered as a static field it applies to all
 * tests of a class, otherwise to one test.
 */
final class Agents implements AfterEachCallback, AfterAllCallback {
    private final Deque<AgentProcess> running = new ArrayDeque<>();
    private final boolean shared;

    private Agents(boolean shared) {
        this.shared = shared;
    }

    /** Returns an extension for one test. */
    static Agents ofTest() {
        return new Agents(false);
    }

    /** Returns an extension for all tests of a class. */
    static Agents ofClass() {
        return new Agents(true);
    }

    /** Starts an agent. */
    AgentProcess start(AgentOptions options) {
        AgentProcess started = AgentProcess.start(options);
        running.push(started);
        return started;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (context.getExecutionException().isPresent()) {
            running.forEach(agent ->
                    System.err.println("Output of the agent of " + context.getDisplayName() + ":\n" + agent.output()));
        }
        if (!shared) {
            closeAll();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        closeAll();
    }

    private void closeAll() {
        while (!running.isEmpty()) {
            running.pop().close();
        }
    }
}
