package io.tcpprobe.agent.users;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineTest {
    private static final String ID = "0123456789abcdef0123456789abcdef";

    @TempDir
    private Path folder;

    private String id(String text) throws IOException {
        return Machine.id(Files.writeString(folder.resolve("machine-id"), text));
    }

    @Test
    void shouldDistinguishMachinesWithoutRevealingTheirIds() throws IOException {
        String id = id(ID + "\n");
        assertTrue(id.matches("[0-9a-f]{32}"), id);
        assertEquals(id, id(ID));
        assertNotEquals(id, id("f" + ID.substring(1)));
        assertFalse(id.contains(ID.substring(0, 8)), id);
    }

    /** machine-id(5): it is empty, or "uninitialized", before the first boot; containers often have none. */
    @Test
    void shouldKnowThatAMachineHasNone() throws IOException {
        assertEquals("", Machine.id(folder.resolve("missing")));
        assertEquals("", id(""));
        assertEquals("", id("uninitialized\n"));
    }
}
