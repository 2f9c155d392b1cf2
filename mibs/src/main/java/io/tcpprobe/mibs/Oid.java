package io.tcpprobe.mibs;

import java.util.Arrays;
import java.util.stream.Collectors;

/** An object id. Sub-identifiers are unsigned 32-bit numbers, stored in ints. */
public final class Oid {
    private final int[] arcs;

    private Oid(int[] arcs) {
        this.arcs = arcs;
    }

    /** Returns the object id of these sub-identifiers. */
    public static Oid of(int... arcs) {
        return new Oid(arcs.clone());
    }

    /**
     * Parses "1.3.6.1"; no leading dot.
     *
     * @throws NumberFormatException if a part is not an unsigned 32-bit number
     */
    public static Oid parse(String text) {
        return new Oid(Arrays.stream(text.split("\\.", -1)).mapToInt(Oid::arc).toArray());
    }

    private static int arc(String text) {
        if (text.startsWith("+")) {
            throw new NumberFormatException("'" + text + "' is not a sub-identifier");
        }
        return Integer.parseUnsignedInt(text);
    }

    /** Returns this object id followed by more sub-identifiers. */
    public Oid then(int... more) {
        int[] longer = Arrays.copyOf(arcs, arcs.length + more.length);
        System.arraycopy(more, 0, longer, arcs.length, more.length);
        return new Oid(longer);
    }

    /** Returns a copy of the sub-identifiers. */
    public int[] toArray() {
        return arcs.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Oid that && Arrays.equals(arcs, that.arcs);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(arcs);
    }

    @Override
    public String toString() {
        return Arrays.stream(arcs).mapToObj(Integer::toUnsignedString).collect(Collectors.joining("."));
    }
}
