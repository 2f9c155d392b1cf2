package io.tcpprobe.agent.terminal;

import java.util.Optional;

/**
 * Decodes the characters that a terminal sends for keys: ECMA-48 sequences as xterm, the Linux console and tmux send them. A lone ESC is
 * the key Escape if nothing follows it for a while.
 */
public final class KeyDecoder {
    private static final char ESC = 27;
    private static final char DEL = 127;

    /** No key sends more; what is longer is ignored. */
    private static final int MAX_SEQUENCE = 16;

    private final StringBuilder sequence = new StringBuilder();
    private char high;

    /** Creates a decoder that waits for the beginning of a key. */
    public KeyDecoder() {}

    /** Returns true if the key may be complete or go on: only time tells. */
    public boolean pending() {
        return !sequence.isEmpty();
    }

    /** Ends a key because nothing has followed it in time. */
    public Optional<Key> timeout() {
        boolean alone = sequence.length() == 1;
        boolean any = pending();
        sequence.setLength(0);
        return any ? Optional.of(alone ? Key.Named.ESCAPE : Key.Named.OTHER) : Optional.empty();
    }

    /** Decodes the next character; empty if the key goes on. */
    public Optional<Key> next(char character) {
        if (pending()) {
            return continued(character);
        }
        if (character == ESC) {
            sequence.append(character);
            return Optional.empty();
        }
        if (Character.isHighSurrogate(character)) {
            high = character;
            return Optional.empty();
        }
        if (Character.isLowSurrogate(character)) {
            int codePoint = Character.isHighSurrogate(high) ? Character.toCodePoint(high, character) : '?';
            high = 0;
            return Optional.of(new Key.Typed(codePoint));
        }
        return Optional.of(single(character));
    }

    private static Key single(char character) {
        return switch (character) {
            case '\r', '\n' -> Key.Named.ENTER;
            case '\b', DEL -> Key.Named.BACKSPACE;
            default -> character < ' ' ? Key.Named.OTHER : new Key.Typed(character);
        };
    }

    private Optional<Key> continued(char character) {
        if (character == ESC) { // a new key begins
            Optional<Key> before = timeout();
            sequence.append(character);
            return before;
        }
        sequence.append(character);
        if (sequence.length() == 2) {
            return character == '[' || character == 'O' ? Optional.empty() : ended(Key.Named.OTHER); // Alt with a key
        }
        boolean parameter = character >= ' ' && character < '@';
        if (parameter && sequence.length() < MAX_SEQUENCE) {
            return Optional.empty();
        }
        return ended(parameter ? Key.Named.OTHER : named(character));
    }

    private Optional<Key> ended(Key key) {
        sequence.setLength(0);
        return Optional.of(key);
    }

    private Key.Named named(char last) {
        return switch (last) {
            case 'A' -> Key.Named.UP;
            case 'B' -> Key.Named.DOWN;
            case 'C' -> Key.Named.RIGHT;
            case 'D' -> Key.Named.LEFT;
            case 'H' -> Key.Named.HOME;
            case 'F' -> Key.Named.END;
            case 'M' -> Key.Named.ENTER; // of the keypad: ESC O M
            case '~' -> numbered(sequence.substring(2, sequence.length() - 1).split(";", 2)[0]);
            default -> Key.Named.OTHER;
        };
    }

    private static Key.Named numbered(String number) {
        return switch (number) {
            case "1", "7" -> Key.Named.HOME;
            case "4", "8" -> Key.Named.END;
            case "5" -> Key.Named.PAGE_UP;
            case "6" -> Key.Named.PAGE_DOWN;
            case "3" -> Key.Named.BACKSPACE; // Delete
            default -> Key.Named.OTHER;
        };
    }
}
