package io.tcpprobe.agent.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageLogTest {
    private static final int MESSAGE_BYTES = "id: abc-1\nevent: kind\ndata: 1\n\n".length();

    private final MessageLog log = new MessageLog("abc", 3 * MESSAGE_BYTES);

    private static String text(ByteBuffer message) {
        return StandardCharsets.UTF_8.decode(message.duplicate()).toString();
    }

    private Optional<List<String>> after(String id) {
        return log.after(id)
                .map(messages -> messages.stream().map(MessageLogTest::text).toList());
    }

    @Test
    void shouldNumberMessages() {
        assertEquals("id: abc-0\n\n", text(log.position()));
        assertEquals("id: abc-1\nevent: kind\ndata: {}\n\n", text(log.append("kind", "{}")));
        assertEquals("id: abc-2\nevent: other\ndata: [1]\n\n", text(log.append("other", "[1]")));
        assertEquals("id: abc-2\n\n", text(log.position()));
        assertEquals("event: kind\ndata: {}\n\n", text(MessageLog.message("kind", "{}")));
    }

    @Test
    void shouldReturnWhatFollowsAnIdWhileItIsKept() {
        for (int i = 1; i <= 5; i++) {
            log.append("kind", Integer.toString(i));
        }
        assertEquals(Optional.of(List.of()), after("abc-5"));
        assertEquals(
                Optional.of(List.of("id: abc-4\nevent: kind\ndata: 4\n\n", "id: abc-5\nevent: kind\ndata: 5\n\n")),
                after("abc-3"));
        assertEquals(3, after("abc-2").orElseThrow().size());
        assertEquals(Optional.empty(), after("abc-1"), "message 2 is not kept");
    }

    @Test
    void shouldResumeBeforeTheFirstMessage() {
        assertEquals(Optional.of(List.of()), after("abc-0"));
        log.append("kind", "1");
        assertEquals(1, after("abc-0").orElseThrow().size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"abc-2", "abd-1", "abc", "abc-", "abc--1", "-1", "", "abc-1 ", "abc-9999999999999999999", "ABC-1"
            })
    void shouldKnowNoOtherId(String id) {
        log.append("kind", "1");
        assertEquals(Optional.empty(), after(id));
    }
}
