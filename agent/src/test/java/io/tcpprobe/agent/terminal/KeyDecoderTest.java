package io.tcpprobe.agent.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyDecoderTest {
    private final KeyDecoder decoder = new KeyDecoder();

    private List<Key> keys(String typed) {
        List<Key> keys = new ArrayList<>();
        typed.chars().forEach(character -> decoder.next((char) character).ifPresent(keys::add));
        return keys;
    }

    @ParameterizedTest
    @CsvSource({
        "[A, UP",
        "[B, DOWN",
        "OA, UP",
        "[C, RIGHT",
        "OD, LEFT",
        "[5~, PAGE_UP",
        "[6~, PAGE_DOWN",
        "[H, HOME",
        "[1~, HOME",
        "[4~, END",
        "OF, END",
        "[3~, BACKSPACE",
        "[1;5A, UP",
        "[15~, OTHER",
        "OP, OTHER",
        "x, OTHER",
        "OM, ENTER"
    })
    void shouldDecodeSequences(String sequence, Key.Named key) {
        assertEquals(List.of(key), keys("\033" + sequence));
        assertFalse(decoder.pending());
    }

    @Test
    void shouldDecodeCharacters() {
        assertEquals(
                List.of(
                        new Key.Typed('q'),
                        Key.Named.ENTER,
                        Key.Named.ENTER,
                        Key.Named.BACKSPACE,
                        Key.Named.BACKSPACE,
                        Key.Named.OTHER,
                        new Key.Typed(0xe4),
                        new Key.Typed(0x1f600)),
                keys("q\r\n\b\u007f\u0001\u00e4\ud83d\ude00"));
    }

    @Test
    void shouldTellEscapeByTime() {
        assertEquals(List.of(), keys("\033"));
        assertTrue(decoder.pending());
        assertEquals(Optional.of(Key.Named.ESCAPE), decoder.timeout());
        assertEquals(Optional.empty(), decoder.timeout());
        assertEquals(List.of(Key.Named.ESCAPE), keys("\033\033"));
        assertEquals(Optional.of(Key.Named.ESCAPE), decoder.timeout());
        assertEquals(List.of(), keys("\033["));
        assertEquals(Optional.of(Key.Named.OTHER), decoder.timeout());
    }

    @Test
    void shouldEndASequenceThatIsTooLong() {
        List<Key> keys = keys("\033[" + "1".repeat(1000));
        assertEquals(Key.Named.OTHER, keys.getFirst());
        assertFalse(decoder.pending());
    }
}
