package io.tcpprobe.agent.cli;

import io.tcpprobe.kernel.ffi.Libc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * Signals of the operating system. The JDK offers them only in sun.misc (module jdk.unsupported), for which the compiler warns; so they are
 * called by reflection.
 */
final class Signals {
    private static final String STOP = "TSTP";

    private Signals() {}

    /**
     * Runs an action, on a separate thread, whenever a signal arrives, instead of the JVM's default action.
     *
     * @param name without SIG: "TERM"
     * @throws IllegalStateException if the JVM has no such signal, or reserves it (option -Xrs)
     */
    static void handle(String name, Runnable action) {
        Object _ = install(name, handler(name, action));
    }

    /**
     * Runs an action before a terminal's SIGTSTP (Ctrl-Z) stops the process, and another one when the process is continued. As POSIX
     * requires of programs that catch SIGTSTP, the signal's default action stops the process; it does nothing where no shell could continue
     * the process. Has no effect if SIGTSTP is ignored, as in the child of a shell without job control.
     *
     * @throws IllegalStateException as {@link #handle}
     */
    static void onStop(Runnable before, Runnable after) {
        Object[] ours = new Object[1];
        ours[0] = handler(STOP, () -> {
            before.run();
            Object _ = install(STOP, constant("SIG_DFL"));
            try {
                Libc.raiseStop(); // returns after SIGCONT; sun.misc.Signal raises only signals that it handles
            } catch (IOException failed) {
                throw new UncheckedIOException("stop the process", failed);
            } finally {
                Object _ = install(STOP, ours[0]);
                after.run();
            }
        });
        Object ignored = constant("SIG_IGN");
        if (ignored.equals(install(STOP, ours[0]))) {
            Object _ = install(STOP, ignored);
        }
    }

    @SuppressWarnings("ReferenceEquality") // a proxy is equal only to itself
    private static Object handler(String name, Runnable action) {
        return Proxy.newProxyInstance(
                Signals.class.getClassLoader(),
                new Class<?>[] {type("sun.misc.SignalHandler")},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "handle" -> {
                        action.run();
                        yield null;
                    }
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    default -> name;
                });
    }

    /** Calls {@code Signal.handle(new Signal(name), handler)}; returns the previous handler. */
    private static Object install(String name, Object handler) {
        try {
            Class<?> signal = type("sun.misc.Signal");
            return signal.getMethod("handle", signal, type("sun.misc.SignalHandler"))
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), handler);
        } catch (InvocationTargetException refused) {
            throw new IllegalStateException("handle SIG" + name, refused.getCause());
        } catch (ReflectiveOperationException missing) {
            throw missing(name, missing);
        }
    }

    private static Object constant(String name) {
        try {
            return type("sun.misc.SignalHandler").getField(name).get(null);
        } catch (ReflectiveOperationException missing) {
            throw missing(name, missing);
        }
    }

    private static Class<?> type(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException missing) {
            throw missing(name, missing);
        }
    }

    private static IllegalStateException missing(String what, ReflectiveOperationException cause) {
        return new IllegalStateException("handle signals: this Java has no sun.misc.Signal for " + what, cause);
    }
}
