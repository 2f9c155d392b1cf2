package io.tcpprobe.agent.users;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tcpprobe.test.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EngineFileTest {
    @TempDir
    Path folder;

    private final Random random = new Random(20_261_126);

    private EngineFile open() throws IOException {
        return EngineFile.open(folder, "", random);
    }

    private void write(String text) throws IOException {
        Files.writeString(folder.resolve("engine"), text);
    }

    /** RFC 3411, SnmpEngineID: enterprise number with the first bit set, then 5 for octets, then at most 27 of them. */
    @Test
    void shouldCreateAnIdentityAndKeepIt() throws IOException {
        byte[] id = open().id();
        assertArrayEquals(HexFormat.of().parseHex("80001f8805"), Arrays.copyOf(id, 5));
        assertEquals(17, id.length);
        assertArrayEquals(id, open().id());
        Files.delete(folder.resolve("engine"));
        assertFalse(Arrays.equals(id, open().id()), "another host must have another one");
    }

    @Test
    void shouldCountEveryStartOnDisk() throws IOException {
        assertEquals(1, open().boot());
        assertEquals(2, open().boot());
        EngineFile third = open();
        assertEquals(3, third.boot());
        assertEquals(4, third.boot());
    }

    /** RFC 3414, 2.2.2: once there, it stays there. */
    @Test
    void shouldStayAtTheMaximumCount() throws IOException {
        write("id = 80001f880501\nboots = 2147483646\n");
        assertEquals(Integer.MAX_VALUE, open().boot());
        assertEquals(Integer.MAX_VALUE, open().boot());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "id = 80001f880501\n",
                "boots = 1\n",
                "id = 80001f88\nboots = 1\n",
                "id = 80001f880501x\nboots = 1\n",
                "id = 80001f880501\nboots = -1\n",
                "id = 80001f880501\nboots = 2147483648\n",
                "id = 80001f880501\nboots = 1\nboots = 1\n",
                "id = 80001f880501\nboots = 1\nnonsense\n",
                "id = 000000000000000000000000000000000000000000000000000000000000000000\nboots = 1\n"
            })
    void shouldCreateNoNewIdentityWhenTheFileIsInvalid(String text) throws IOException {
        write(text);
        assertThrows(IOException.class, this::open);
        assertEquals(text, Files.readString(folder.resolve("engine")));
    }

    @Test
    void shouldThrowNothingElseOnGarbage() throws IOException {
        long seed = Seed.next();
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            byte[] bytes = new byte[random.nextInt(100)];
            random.nextBytes(bytes);
            Files.write(folder.resolve("engine"), bytes);
            assertThrows(IOException.class, this::open, "seed " + seed);
        }
    }

    @Test
    void shouldFailWhenItCannotBeWritten() throws IOException {
        EngineFile engine = open();
        Files.delete(folder.resolve("engine"));
        Files.createDirectory(folder.resolve("engine"));
        assertThrows(IOException.class, engine::boot);
    }

    @Test
    void shouldNotLetItsIdentityBeChangedFromOutside() throws IOException {
        EngineFile engine = open();
        engine.id()[0] = 0;
        assertEquals((byte) 0x80, engine.id()[0]);
    }
}
