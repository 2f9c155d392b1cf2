package io.tcpprobe.agent.jmx;

import io.tcpprobe.agent.users.Caller;
import io.tcpprobe.agent.users.User;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanServer;
import javax.management.MBeanServerDelegate;
import javax.management.ObjectInstance;
import javax.management.ObjectName;
import javax.management.remote.MBeanServerForwarder;
import javax.security.auth.Subject;
import org.jspecify.annotations.Nullable;

/**
 * Access control of remote clients: everything is forbidden unless listed here. Users read {@code tcpprobe:*},
 * {@code java.lang:*} and the MBean server's delegate, whose notifications consoles need, and run those operations of
 * {@code tcpprobe:*} that only return information; users with write access also write {@code tcpprobe:*}. Other MBeans are
 * hidden.
 */
final class RemoteAccess implements InvocationHandler {
    private static final String OWN = "tcpprobe";
    private static final Set<String> DOMAINS = Set.of(OWN, "java.lang", MBeanServerDelegate.DELEGATE_NAME.getDomain());

    /** Methods that read one MBean, whose name is the first argument. */
    private static final Set<String> READS = Set.of(
            "getAttribute",
            "getAttributes",
            "getMBeanInfo",
            "getObjectInstance",
            "isInstanceOf",
            "addNotificationListener",
            "removeNotificationListener");

    private static final Set<String> WRITES = Set.of("setAttribute", "setAttributes");

    /** Methods of the server whose results are not secret. The class loaders are used by the RMI connector itself. */
    private static final Set<String> FREE = Set.of(
            "getDefaultDomain", "getMBeanCount", "getClassLoaderFor", "getClassLoader", "getClassLoaderRepository");

    private final RemoteUsers users;
    private final Runnable onAccess;
    private @Nullable MBeanServer server;

    private RemoteAccess(RemoteUsers users, Runnable onAccess) {
        this.users = users;
        this.onAccess = onAccess;
    }

    /**
     * Creates the forwarder between the RMI connector and an MBean server.
     *
     * @param onAccess is run when a client asks which MBeans there are
     */
    static MBeanServerForwarder of(RemoteUsers users, Runnable onAccess) {
        return (MBeanServerForwarder) Proxy.newProxyInstance(
                RemoteAccess.class.getClassLoader(),
                new Class<?>[] {MBeanServerForwarder.class},
                new RemoteAccess(users, onAccess));
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // a proxy has no other identity
    public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        Object[] given = arguments == null ? new Object[0] : arguments;
        return switch (method.getName()) {
            case "setMBeanServer" -> {
                server = (MBeanServer) given[0];
                yield null;
            }
            case "getMBeanServer" -> server;
            case "toString" -> "remote access to " + server;
            case "hashCode" -> System.identityHashCode(proxy);
            case "equals" -> proxy == given[0];
            default -> guarded(method, given);
        };
    }

    private @Nullable Object guarded(Method method, Object[] arguments) throws Throwable {
        String name = method.getName();
        Subject client = RemoteUsers.client();
        if (client == null || FREE.contains(name)) {
            return pass(method, arguments);
        }
        User user = users.user(client).orElseThrow(() -> new SecurityException(name + ": the user no longer exists"));
        return Caller.as(RemoteUsers.who(user), () -> {
            if (name.equals("queryNames") || name.equals("queryMBeans") || name.equals("getDomains")) {
                onAccess.run();
                return visible(pass(method, arguments));
            }
            ObjectName target = arguments.length > 0 && arguments[0] instanceof ObjectName named ? named : null;
            if (name.equals("isRegistered") && target != null) {
                return DOMAINS.contains(target.getDomain()) && (boolean) pass(method, arguments);
            }
            if (target == null || !allowed(name, target, arguments, user)) {
                throw new SecurityException(name + " " + (target == null ? "" : target) + ": not allowed to user "
                        + user.name() + "; only users who may write change tcpprobe:*");
            }
            return pass(method, arguments);
        });
    }

    private boolean allowed(String name, ObjectName target, Object[] arguments, User user) throws JMException {
        boolean own = target.getDomain().equals(OWN);
        return READS.contains(name) && DOMAINS.contains(target.getDomain())
                || WRITES.contains(name) && own && user.write()
                || name.equals("invoke") && own && (user.write() || informs(target, String.valueOf(arguments[1])));
    }

    private boolean informs(ObjectName target, String operation) throws JMException {
        MBeanServer real = server;
        return real != null
                && Arrays.stream(real.getMBeanInfo(target).getOperations())
                        .filter(info -> info.getName().equals(operation))
                        .allMatch(info -> info.getImpact() == MBeanOperationInfo.INFO);
    }

    private static @Nullable Object visible(@Nullable Object answer) {
        return switch (answer) {
            case Set<?> found ->
                found.stream()
                        .filter(one -> DOMAINS.contains(
                                (one instanceof ObjectInstance instance ? instance.getObjectName() : (ObjectName) one)
                                        .getDomain()))
                        .collect(Collectors.toSet());
            case String[] domains ->
                Stream.of(domains).filter(DOMAINS::contains).toArray(String[]::new);
            case null, default -> answer;
        };
    }

    private Object pass(Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(server, arguments);
        } catch (InvocationTargetException failed) {
            throw failed.getCause() == null ? failed : failed.getCause();
        }
    }
}
