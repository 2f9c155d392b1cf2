package io.tcpprobe.kernel.bpf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Our object file with a program in it that no kernel takes: its last instruction is none. ELF, 64 bits, little-endian. */
final class CorruptedObject {
    private static final int SECTION_HEADER = 64;
    private static final int SYMBOL = 24;
    private static final int INSTRUCTION = 8;
    private static final int SYMBOL_TABLE = 2; // SHT_SYMTAB
    private static final byte NO_OPCODE = (byte) 0xff;

    private final ByteBuffer elf;

    private CorruptedObject(byte[] file) {
        this.elf = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The file, with these programs corrupted. */
    static byte[] of(String... programs) throws IOException {
        byte[] file = Sampler.file();
        CorruptedObject object = new CorruptedObject(file);
        for (String program : programs) {
            file[object.place(program)] = NO_OPCODE;
        }
        return file;
    }

    /** Where a program's last instruction is: Elf64_Sym has st_name at 0, st_shndx at 6, st_value at 8, st_size at 16. */
    private int place(String program) {
        int table = symbolTable();
        int names = (int) elf.getLong(section(elf.getInt(table + 40)) + 24); // sh_link
        int begin = (int) elf.getLong(table + 24); // sh_offset
        int end = begin + (int) elf.getLong(table + 32); // sh_size
        for (int symbol = begin; symbol < end; symbol += SYMBOL) {
            if (text(names + elf.getInt(symbol)).equals(program)) {
                int code = section(elf.getShort(symbol + 6));
                return (int)
                        (elf.getLong(code + 24) + elf.getLong(symbol + 8) + elf.getLong(symbol + 16) - INSTRUCTION);
            }
        }
        throw new IllegalArgumentException("the object has no program " + program);
    }

    /** Elf64_Ehdr has e_shoff at 40, e_shnum at 60. */
    private int section(int number) {
        return (int) elf.getLong(40) + number * SECTION_HEADER;
    }

    private int symbolTable() {
        for (int i = 0; i < elf.getShort(60); i++) {
            if (elf.getInt(section(i) + 4) == SYMBOL_TABLE) {
                return section(i);
            }
        }
        throw new IllegalArgumentException("the object has no symbols");
    }

    private String text(int at) {
        int end = at;
        while (elf.get(end) != 0) {
            end++;
        }
        return new String(elf.array(), at, end - at, StandardCharsets.US_ASCII);
    }
}
