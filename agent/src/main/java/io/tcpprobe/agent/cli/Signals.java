package io.tcpprobe.agent.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * Signals of the operating system. The JDK has them in sun.misc (module jdk.unsupported) only, whose use the compiler warns of; so
 * it is called by reflection.
 */
final class Signals {
    private Signals() {}

    /**
     * Runs an action, on a thread of its own, whenever a signal arrives, in the place of what the JVM would do.
     *
     * @param name without SIG: "TERM"
     * @throws IllegalStateException if the JVM has no such signal, or keeps it for itself (option -Xrs)
     */
    @SuppressWarnings("ReferenceEquality") // a proxy is equal to itself only
    static void handle(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object ours = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(),
                    new Class<?>[] {handler},
                    (proxy, method, arguments) -> switch (method.getName()) {
                        case "handle" -> {
                            action.run();
                            yield null;
                        }
                        case "equals" -> proxy == arguments[0];
                        case "hashCode" -> System.identityHashCode(proxy);
                        default -> name;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), ours);
        } catch (InvocationTargetException refused) {
            throw new IllegalStateException("handle SIG" + name, refused.getCause());
        } catch (ReflectiveOperationException missing) {
            throw new IllegalStateException("handle SIG" + name + ": this Java has no sun.misc.Signal", missing);
        }
    }
}
