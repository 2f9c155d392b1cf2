package io.tcpprobe.kernel.diag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.kernel.ffi.ErrnoException;
import io.tcpprobe.kernel.flow.FlowLayout;
import io.tcpprobe.test.Seed;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Datagrams that are cut, changed or made up. */
class SockDiagWalkTest {
    private static final int ROUNDS = 10_000;
    private static final SockDiag.Visitor NOBODY = (_, _, _) -> {
        throw new AssertionError("there is no socket in it");
    };

    /** A netlink message with a body of ints. */
    private static byte[] message(int type, int sequence, int... body) {
        ByteBuffer bytes = ByteBuffer.allocate(16 + body.length * 4).order(ByteOrder.nativeOrder());
        bytes.putInt(bytes.capacity())
                .putShort((short) type)
                .putShort((short) 2)
                .putInt(sequence)
                .putInt(0);
        for (int word : body) {
            bytes.putInt(word);
        }
        return bytes.array();
    }

    @Test
    void shouldFindTheEndOfTheDump() throws IOException {
        assertTrue(Capture.walk(message(3, 1, 0), NOBODY));
        assertTrue(Capture.walk(message(3, 1), NOBODY));
        assertFalse(Capture.walk(message(1, 1), NOBODY));
        assertFalse(Capture.walk(new byte[0], NOBODY));
        assertFalse(Capture.walk(new byte[15], NOBODY));
    }

    @Test
    void shouldSkipTheRestOfAnOlderDump() throws IOException {
        assertFalse(Capture.walk(message(3, 0, 0), NOBODY));
        assertFalse(Capture.walk(message(2, 0, -1), NOBODY));
        assertFalse(Capture.walk(message(20, 0, new int[100]), NOBODY));
    }

    @Test
    void shouldPassOverMessagesOfAnotherKind() throws IOException {
        assertFalse(Capture.walk(message(4, 1, new int[100]), NOBODY));
        assertFalse(Capture.walk(message(20, 1, new int[3]), NOBODY));
    }

    @Test
    void shouldReportTheKernelsError() {
        for (int type : new int[] {2, 3}) {
            var failed = assertThrows(ErrnoException.class, () -> Capture.walk(message(type, 1, -13), NOBODY));
            assertEquals(13, failed.errno());
        }
        for (int errno : new int[] {2, 95}) {
            var noModule = assertThrows(ErrnoException.class, () -> Capture.walk(message(2, 1, -errno), NOBODY));
            assertEquals(
                    "dump sockets: this kernel has no inet_diag for TCP (modules inet_diag and tcp_diag)",
                    noModule.getMessage());
        }
    }

    @Test
    void shouldReportALengthThatMakesNoSense() {
        for (int length : new int[] {0, 15, 21, Integer.MAX_VALUE, -1, Integer.MIN_VALUE}) {
            byte[] wrong = message(20, 1, 0);
            ByteBuffer.wrap(wrong).order(ByteOrder.nativeOrder()).putInt(length);
            assertThrows(IOException.class, () -> Capture.walk(wrong, NOBODY));
        }
    }

    @Test
    void shouldNeverReadOrWriteOutOfBoundsWhateverTheDatagram() throws IOException {
        List<byte[]> datagrams = List.of(
                Capture.datagrams("ipv4").getFirst(), Capture.datagrams("ipv6").getFirst());
        long start = Seed.next();
        for (int round = 0; round < ROUNDS; round++) {
            long seed = start + round;
            Random random = new Random(seed);
            byte[] datagram = round % 10 == 0 ? random(random) : mutated(datagrams.get(round % 2), random);
            try {
                decode(datagram);
            } catch (IOException documented) {
                assertFalse(String.valueOf(documented.getMessage()).isEmpty());
            } catch (RuntimeException thrown) {
                throw new AssertionError("seed " + seed, thrown);
            }
        }
    }

    private static byte[] mutated(byte[] good, Random random) {
        byte[] datagram = Arrays.copyOf(good, random.nextInt(3) == 0 ? random.nextInt(good.length + 1) : good.length);
        for (int i = random.nextInt(20); i > 0 && datagram.length > 0; i--) {
            datagram[random.nextInt(datagram.length)] =
                    (byte) (random.nextBoolean() ? random.nextInt() : random.nextInt(8));
        }
        return datagram;
    }

    /** Nothing but the header of one message makes sense. */
    private static byte[] random(Random random) {
        byte[] datagram = new byte[16 + random.nextInt(600)];
        random.nextBytes(datagram);
        ByteBuffer.wrap(datagram)
                .order(ByteOrder.nativeOrder())
                .putInt(datagram.length)
                .putShort((short) 20)
                .putShort((short) 0)
                .putInt(1);
        return datagram;
    }

    private static void decode(byte[] datagram) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment row = arena.allocate(FlowLayout.SIZE, 8); // exactly one row: nothing behind it
            FlowMessage flow = new FlowMessage();
            Capture.walk(datagram, (buffer, at, length) -> {
                if (flow.read(buffer, at, length)) {
                    flow.write(buffer, at, row, 0, 1);
                }
            });
        }
    }
}
