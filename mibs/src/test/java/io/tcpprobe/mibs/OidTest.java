package io.tcpprobe.mibs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tcpprobe.test.Seed;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OidTest {
    @ParameterizedTest
    @ValueSource(strings = {"1.3.6.1", "0.0", "2.999", "1.3.4294967295.0"})
    void shouldBeReadAndWrittenUnchanged(String text) {
        assertEquals(text, Oid.parse(text).toString());
        assertEquals(Oid.parse(text), Oid.parse(text).then());
        assertEquals(
                Oid.parse(text).hashCode(), Oid.of(Oid.parse(text).toArray()).hashCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", ".1.3", "1.3.", "1..3", "1.-3", "1.+3", "1.4294967296", "1.x", " 1.3", "1.3 "})
    void shouldRefuseWhatIsNoObjectId(String text) {
        assertThrows(NumberFormatException.class, () -> Oid.parse(text));
    }

    @Test
    void shouldThrowNothingElseOnGarbage() {
        long seed = Seed.next();
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            String text = random.ints(random.nextInt(15), 0, 128)
                    .map(i -> i < 100 ? ".0123456789".charAt(i % 11) : i)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            try {
                Oid read = Oid.parse(text);
                assertEquals(read, Oid.parse(read.toString()), "seed " + seed);
            } catch (NumberFormatException documented) {
                assertNotEquals("1.3", text);
            }
        }
    }

    @Test
    void shouldBeIndependentOfTheArraysPassedInAndReturned() {
        int[] arcs = {1, 3, 6};
        Oid oid = Oid.of(arcs);
        arcs[0] = 2;
        oid.toArray()[1] = 9;
        assertArrayEquals(new int[] {1, 3, 6}, oid.toArray());
        assertEquals(Oid.of(1, 3, 6, 1, 4), oid.then(1, 4));
        assertNotEquals(oid, oid.then(0));
    }
}
