package io.tcpprobe.agent.terminal;

/** A key that was pressed. */
public sealed interface Key {
    /** A key that types a character. */
    record Typed(int codePoint) implements Key {}

    /** Any other key. */
    enum Named implements Key {
        UP,
        DOWN,
        LEFT,
        RIGHT,
        PAGE_UP,
        PAGE_DOWN,
        HOME,
        END,
        ENTER,
        ESCAPE,
        BACKSPACE,
        /** A key without a meaning here. */
        OTHER
    }
}
