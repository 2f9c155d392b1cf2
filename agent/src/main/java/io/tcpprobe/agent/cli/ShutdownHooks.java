package io.tcpprobe.agent.cli;

import java.util.function.Consumer;

/** Adds shutdown hooks of the JVM, also when it is being shut down already. */
final class ShutdownHooks {
    private ShutdownHooks() {}

    /**
     * Runs an action when the JVM is shut down. If a signal has begun that already, the action runs now, on this thread, and may be cut
     * off by the end of the JVM, which waits for hooks only.
     *
     * @param name the name of the thread that runs it
     * @return false if the JVM is being shut down
     */
    static boolean add(String name, Runnable action) {
        return add(new Thread(action, name));
    }

    /** Runs a thread that is not started as {@link #add(String, Runnable)} runs an action. */
    static boolean add(Thread hook) {
        return add(hook, Runtime.getRuntime()::addShutdownHook);
    }

    @SuppressWarnings("DoNotCall") // it cannot be started any more
    static boolean add(Thread hook, Consumer<Thread> hooks) {
        try {
            hooks.accept(hook);
            return true;
        } catch (IllegalStateException _) { // the JVM starts no further hook
            hook.run();
            return false;
        }
    }
}
