package io.tcpprobe.agent.http;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.management.JMException;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jolokia.server.core.service.api.Restrictor;
import org.jolokia.server.core.util.HttpMethod;
import org.jolokia.server.core.util.RequestType;
import org.jspecify.annotations.Nullable;

/**
 * Access control of Jolokia: everything is forbidden unless listed here. Every client reads {@code tcpprobe:*} and
 * {@code java.lang:*} and runs operations of impact INFO of {@code tcpprobe:*}; a user with write access also writes
 * {@code tcpprobe:*} and runs its other operations. The JVM's arguments and system properties, in which applications keep
 * passwords, are for users only.
 */
final class DomainRestrictor implements Restrictor {
    private static final String OWN = "tcpprobe";
    private static final String JVM = "java.lang";
    private static final Set<String> FOR_USERS = Set.of("systemproperties", "inputarguments");

    private final MBeanServer server;

    /** Creates a restrictor for the MBeans of this server. */
    DomainRestrictor(MBeanServer server) {
        this.server = server;
    }

    @Override
    public boolean isHttpMethodAllowed(HttpMethod method) {
        return switch (method) {
            case GET, POST -> true;
        };
    }

    @Override
    public boolean isTypeAllowed(RequestType type) {
        return switch (type) {
            case READ, LIST, SEARCH, VERSION -> true;
            case EXEC -> true; // depends on the operation
            case WRITE -> Principal.currentWrites();
            case CONFIG, NOTIFICATION -> false;
        };
    }

    @Override
    public boolean isAttributeReadAllowed(ObjectName name, @Nullable String attribute) {
        return !isObjectNameHidden(name)
                && (attribute == null
                        || !name.getDomain().equals(JVM)
                        || !FOR_USERS.contains(attribute.toLowerCase(Locale.ROOT))
                        || Principal.currentIsKnown());
    }

    @Override
    public boolean isAttributeWriteAllowed(ObjectName name, String attribute) {
        return name.getDomain().equals(OWN) && Principal.currentWrites();
    }

    @Override
    public boolean isOperationAllowed(ObjectName name, String operation) {
        return name.getDomain().equals(OWN) && (Principal.currentWrites() || informs(name, operation));
    }

    /**
     * Returns true if an operation only returns information.
     *
     * @param operation its name, or its name and signature: "top(java.lang.String,int)"
     */
    private boolean informs(ObjectName name, String operation) {
        int end = operation.indexOf('(');
        String bare = end < 0 ? operation : operation.substring(0, end);
        try {
            List<MBeanOperationInfo> called = Arrays.stream(
                            server.getMBeanInfo(name).getOperations())
                    .filter(info -> info.getName().equals(bare))
                    .toList();
            return !called.isEmpty() && called.stream().allMatch(info -> info.getImpact() == MBeanOperationInfo.INFO);
        } catch (JMException unknown) {
            return false;
        }
    }

    /** Allows every client address: the listening addresses limit who can connect. */
    @Override
    public boolean isRemoteAccessAllowed(String... hostOrAddress) {
        return true;
    }

    /** Allows requests without Origin only: {@link RequestGuard} has already checked the origin. */
    @Override
    public boolean isOriginAllowed(@Nullable String origin, boolean strict) {
        return origin == null;
    }

    @Override
    public boolean isObjectNameHidden(ObjectName name) {
        return !name.getDomain().equals(OWN) && !name.getDomain().equals(JVM);
    }
}
