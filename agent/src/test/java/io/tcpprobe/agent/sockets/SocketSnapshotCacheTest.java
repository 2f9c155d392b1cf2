package io.tcpprobe.agent.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.parts.Connection;
import io.tcpprobe.agent.parts.ServedParts;
import io.tcpprobe.agent.parts.Sockets;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.OwnersOnDemand;
import io.tcpprobe.kernel.flow.SocketColumns;
import io.tcpprobe.kernel.proc.SocketOwners;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketSnapshotCacheTest {
    @TempDir
    Path folder;

    private static boolean has(SocketSnapshot snapshot, String end) {
        SocketColumns sockets = snapshot.sockets();
        for (int row = 0; row < sockets.size(); row++) {
            if (sockets.endpoints(row).local().equals(end)) {
                return true;
            }
        }
        return false;
    }

    @Test
    void shouldReadAgainWhenTheSnapshotIsTooOld() throws Exception {
        try (ServedParts parts = ServedParts.of(folder)) {
            SocketSnapshot first = parts.sockets().current();
            assertSame(first, parts.sockets().current());
            try (Connection opened = Connection.open()) {
                parts.pass(1);
                SocketSnapshot second = parts.sockets().current();
                assertNotSame(first, second);
                assertTrue(has(second, opened.clientEnd()));
            }
        }
    }

    @Test
    void shouldReadAgainAfterAChange() throws Exception {
        try (ServedParts parts = ServedParts.of(folder)) {
            SocketSnapshot first = parts.sockets().current();
            parts.sockets().invalidate();
            assertNotSame(first, parts.sockets().current());
        }
    }

    @Test
    void shouldReadOnceForARequestThatAsksOften() throws Exception {
        try (ServedParts parts = new ServedParts(folder, Path.of("/proc/net"), Map.of(Settings.SNAPSHOTAGE, "0"))) {
            AtomicInteger asked = new AtomicInteger();
            parts.served().requests().run(() -> {
                assertSame(parts.sockets().current(), parts.sockets().current());
                asked.incrementAndGet();
            });
            assertEquals(1, asked.get());
            assertNotSame(parts.sockets().current(), parts.sockets().current());
        }
    }

    @Test
    void shouldBeReadyWhenNothingIsLeftToBeDone() throws Exception {
        try (ServedParts parts = ServedParts.of(folder)) {
            SocketSnapshotCache sockets = parts.sockets();
            assertFalse(sockets.ready(SocketOrder.LISTENERS), "nothing was read");
            sockets.current(SocketOrder.LISTENERS);
            assertTrue(sockets.ready(SocketOrder.LISTENERS), "but for the column of processes");
            assertFalse(sockets.current().processesReady(), "nobody has looked for processes");
            sockets.current(SocketOrder.LISTENERS).findProcesses();
            assertTrue(sockets.ready(SocketOrder.LISTENERS));
            assertTrue(sockets.current().processesReady());
            assertFalse(sockets.ready(SocketOrder.IPV4), "this order was not made");
            sockets.current(SocketOrder.IPV4);
            assertTrue(sockets.ready(SocketOrder.IPV4));
            parts.pass(1);
            assertFalse(sockets.ready(SocketOrder.LISTENERS), "too old");
        }
    }

    @Test
    void shouldPrefetchProcessesForAMinuteAfterARequest() throws Exception {
        try (ServedParts parts = ServedParts.of(folder);
                Connection opened = Connection.open()) {
            SocketSnapshotCache sockets = parts.sockets();
            assertFalse(sockets.current(SocketOrder.LISTENERS).hasProcesses());
            sockets.current().process(0);
            parts.pass(59);
            assertTrue(sockets.current(SocketOrder.LISTENERS).hasProcesses(), "asked 59 s ago");
            parts.pass(61);
            assertFalse(sockets.current(SocketOrder.LISTENERS).hasProcesses(), "not asked since");
            assertTrue(opened.port() > 0);
        }
    }

    @Test
    void shouldKeepTheRequestsSnapshotOnceItWasReady() throws Exception {
        try (ServedParts parts = ServedParts.of(folder)) {
            SocketSnapshotCache sockets = parts.sockets();
            SocketSnapshot first = sockets.current(SocketOrder.LISTENERS);
            first.findProcesses();
            parts.served().requests().run(() -> {
                assertTrue(sockets.ready(SocketOrder.LISTENERS));
                parts.pass(5);
                assertTrue(sockets.ready(SocketOrder.LISTENERS));
                assertSame(first, sockets.current(SocketOrder.LISTENERS));
            });
        }
    }

    @Test
    void shouldSearchForOwnersOnceOnRequest() {
        AtomicInteger looks = new AtomicInteger();
        SocketColumns sockets = new Sockets().listener("10.0.0.1", 80).columns();
        SocketSnapshot snapshot = new SocketSnapshot(sockets, 0, new OwnersOnDemand() {
            @Override
            public SocketOwners get() {
                looks.incrementAndGet();
                return SocketOwners.NONE;
            }

            @Override
            public boolean ready() {
                return false;
            }
        });
        assertFalse(snapshot.processesReady());
        assertEquals(1, snapshot.rows(SocketOrder.LISTENERS).length);
        assertEquals(0, looks.get());
        assertEquals(0, snapshot.process(0));
        assertTrue(snapshot.processesReady());
        assertEquals(0, snapshot.process(0));
        assertEquals(1, looks.get());
    }
}
