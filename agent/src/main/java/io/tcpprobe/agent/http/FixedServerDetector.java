package io.tcpprobe.agent.http;

import java.lang.instrument.Instrumentation;
import java.util.Map;
import java.util.Set;
import javax.management.MBeanServer;
import javax.management.MBeanServerConnection;
import org.jolokia.core.api.LogHandler;
import org.jolokia.server.core.detector.ServerDetector;
import org.jolokia.server.core.service.api.AbstractJolokiaService;
import org.jolokia.server.core.service.api.ServerHandle;
import org.jolokia.server.core.service.container.ContainerLocator;
import org.jolokia.server.core.service.request.RequestInterceptor;
import org.jolokia.server.core.util.jmx.MBeanServerAccess;
import org.jspecify.annotations.Nullable;

/** Registers the agent's MBean server with Jolokia, which by itself finds only the platform's. Detects no product. */
final class FixedServerDetector extends AbstractJolokiaService<ServerDetector> implements ServerDetector {
    private final MBeanServer server;

    FixedServerDetector(MBeanServer server) {
        super(ServerDetector.class, 0);
        this.server = server;
    }

    @Override
    public Set<MBeanServerConnection> getMBeanServers() {
        return Set.of(server);
    }

    @Override
    public String getName() {
        return "tcpprobe";
    }

    @Override
    public Class<ServerDetector> getType() {
        return ServerDetector.class;
    }

    @Override
    public void init(@Nullable Map<String, Object> options) {
        // has none
    }

    @Override
    public @Nullable ServerHandle detect(MBeanServerAccess servers) {
        return null;
    }

    @Override
    public @Nullable RequestInterceptor getRequestInterceptor(MBeanServerAccess servers) {
        return null;
    }

    @Override
    public @Nullable ClassLoader jvmAgentStartup(Instrumentation instrumentation) {
        return null;
    }

    @Override
    public @Nullable ContainerLocator getContainerLocator(LogHandler log) {
        return null;
    }
}
