package io.tcpprobe.agent.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.AbstractMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AnswerTest {
    /** Header fields that there is no memory to copy. */
    private static final class FullHeap extends AbstractMap<String, String> {
        @Override
        public Set<Map.Entry<String, String>> entrySet() {
            throw new OutOfMemoryError("as the test wants it");
        }
    }

    @Test
    void shouldBeReleasedWhenThereIsNoMemoryForTheResponse() {
        AtomicInteger released = new AtomicInteger();
        Answer answer = new Answer(200, Answer.TEXT, List.of(), new FullHeap(), released::incrementAndGet);
        assertThrows(OutOfMemoryError.class, answer::response);
        assertEquals(1, released.get());
    }
}
