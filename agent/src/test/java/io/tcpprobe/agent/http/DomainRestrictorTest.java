package io.tcpprobe.agent.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.jmx.JmxConnector;
import io.tcpprobe.agent.parts.ServedParts;
import java.nio.file.Path;
import javax.management.ObjectName;
import org.jolokia.server.core.util.RequestType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a request without a user may do. */
class DomainRestrictorTest {
    @TempDir
    private Path folder;

    @Test
    void shouldLetUnknownClientsRunInfoOperationsOnly() throws Exception {
        try (ServedParts parts = ServedParts.of(folder);
                JmxConnector _ = parts.jmx()) {
            DomainRestrictor restrictor = new DomainRestrictor(parts.server());
            ObjectName flows = ObjectName.getInstance("tcpprobe:type=Flows");
            ObjectName memory = ObjectName.getInstance("java.lang:type=Memory");
            assertTrue(restrictor.isTypeAllowed(RequestType.EXEC), "the operation decides");
            assertTrue(restrictor.isOperationAllowed(flows, "top(java.lang.String,int)"));
            assertFalse(restrictor.isOperationAllowed(flows, "deleteFlow(long,boolean)"));
            assertFalse(restrictor.isOperationAllowed(flows, "deleteFlow"));
            assertFalse(restrictor.isOperationAllowed(flows, "noSuchOperation"));
            assertFalse(restrictor.isOperationAllowed(memory, "gc"));
            assertFalse(
                    restrictor.isAttributeWriteAllowed(ObjectName.getInstance("tcpprobe:type=Settings"), "probetime"));
            assertFalse(restrictor.isTypeAllowed(RequestType.WRITE));
            assertEquals(
                    false,
                    restrictor.isAttributeReadAllowed(
                            ObjectName.getInstance("java.lang:type=Runtime"), "SystemProperties"));
            assertFalse(restrictor.isAttributeReadAllowed(ObjectName.getInstance("other:type=App"), "password"));
        }
    }
}
