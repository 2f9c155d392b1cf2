package io.tcpprobe.agent.jmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.events.Event;
import io.tcpprobe.agent.events.EventListener.Change;
import io.tcpprobe.agent.events.EventSubject;
import io.tcpprobe.agent.events.Events;
import io.tcpprobe.kernel.flow.EventRule;
import io.tcpprobe.kernel.flow.Verdict;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.management.Notification;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventsBeanTest {
    private static final Event EVENT = new Event(
            4711,
            EventRule.BLACKHOLE,
            new EventSubject(EventRule.Subject.PEER_PREFIX, "10.4.5.0/24"),
            Instant.ofEpochMilli(1234),
            Optional.of(Instant.ofEpochMilli(5678)),
            97,
            80,
            "33 of 34 flows silent",
            Optional.of(Verdict.RECOVERY));

    private final Events events = new Events();
    private final EventsBean bean = new EventsBean(events, ObjectNames.of("Events"));

    @AfterEach
    void close() {
        bean.close();
    }

    @Test
    void shouldSendTheEventAsUserData() throws Exception {
        BlockingQueue<Notification> heard = new LinkedBlockingQueue<>();
        bean.addNotificationListener((notification, _) -> heard.add(notification), null, null);
        bean.happened(Change.CLEARED, EVENT);
        Notification notification = heard.poll(30, TimeUnit.SECONDS);
        assertEquals(EventsBean.CLEARED, notification.getType());
        assertEquals("blackhole of peerPrefix 10.4.5.0/24: 33 of 34 flows silent", notification.getMessage());
        CompositeData data = assertInstanceOf(CompositeData.class, notification.getUserData());
        assertEquals(4711L, data.get("id"));
        assertEquals("critical", data.get("severity"));
        assertEquals(Date.from(Instant.ofEpochMilli(5678)), data.get("cleared"));
        assertEquals("recovery", data.get("verdict"));
        assertEquals(1, bean.getMBeanInfo().getNotifications().length);
    }

    @Test
    void shouldNotWaitForASlowListener() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        bean.addNotificationListener(
                (_, _) -> {
                    try {
                        end.await();
                    } catch (InterruptedException closed) {
                        Thread.currentThread().interrupt();
                    }
                },
                null,
                null);
        for (int i = 0; i < 3000; i++) {
            bean.happened(Change.RAISED, EVENT);
        }
        assertTrue(bean.dropped() >= 1900, () -> bean.dropped() + " dropped");
        end.countDown();
    }

    @Test
    void shouldHaveTablesOfEvents() throws Exception {
        TabularData none = (TabularData) bean.getAttribute("Active");
        assertEquals(0, none.size());
        assertEquals(0L, bean.getAttribute("Suppressed"));
        TabularData one = EventTableType.of(List.of(EVENT));
        assertEquals("10.4.5.0/24", one.get(new Object[] {4711L}).get("subject"));
    }
}
