package io.tcpprobe.kernel.ffi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * A terminal: how it passes keys to the program, and its size.
 *
 * <pre>
 * struct termios {                        struct winsize {
 *    0  tcflag_t c_iflag;                    0  unsigned short ws_row;
 *    4  tcflag_t c_oflag;                    2  unsigned short ws_col;
 *    8  tcflag_t c_cflag;                    4  unsigned short ws_xpixel;
 *   12  tcflag_t c_lflag;                    6  unsigned short ws_ypixel;
 *   16  cc_t     c_line;                     8
 *   17  cc_t     c_cc[32];                }
 *   52  speed_t  c_ispeed, c_ospeed;
 *   60
 * }
 * </pre>
 */
@SuppressWarnings("restricted") // native calls are this class's job
public final class Tty {
    private static final int TERMIOS_SIZE = 60;
    private static final int LOCAL_FLAGS = 12;
    private static final int CONTROL_CHARACTERS = 17;
    private static final int VTIME = 5;
    private static final int VMIN = 6;
    private static final int ICANON = 0x2;
    private static final int ECHO = 0x8;
    private static final int IEXTEN = 0x8000;
    private static final int TCSANOW = 0;
    private static final long TIOCGWINSZ = 0x5413;

    /** {@code int tcgetattr(int fd, struct termios *termios_p)}. */
    private static final NativeFunction TCGETATTR = NativeFunction.ofC("tcgetattr");

    /** {@code int tcsetattr(int fd, int optional_actions, const struct termios *termios_p)}. */
    private static final NativeFunction TCSETATTR = NativeFunction.ofC("tcsetattr");

    /** {@code int ioctl(int fd, unsigned long request, ...)}. */
    private static final MethodHandle IOCTL = Linker.nativeLinker()
            .downcallHandle(
                    Linker.nativeLinker().defaultLookup().findOrThrow("ioctl"),
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS),
                    Linker.Option.captureCallState("errno"),
                    Linker.Option.firstVariadicArg(2));

    private final int fd;
    private final byte[] original;

    /**
     * The size in characters.
     *
     * @param columns 0 if unknown
     * @param rows 0 if unknown
     */
    public record Size(int columns, int rows) {}

    private Tty(int fd, byte[] original) {
        this.fd = fd;
        this.original = original;
    }

    /**
     * Reads the attributes of a terminal, which {@link #restore} sets again.
     *
     * @param fd a descriptor of the terminal, 0 for the standard input
     * @throws IOException if it is not a terminal
     */
    public static Tty of(int fd) throws IOException {
        return new Tty(fd, attributes(fd));
    }

    /** Returns the attributes that a terminal has now. */
    static byte[] attributes(int fd) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment termios = arena.allocate(TERMIOS_SIZE, Integer.BYTES);
            Libc.check("tcgetattr", state -> TCGETATTR.callInt(state, fd, termios.address()));
            return termios.toArray(JAVA_BYTE);
        }
    }

    /**
     * Passes each character to the program at once, without echo. Keys that cause signals, and those that stop the output, keep their
     * effect.
     *
     * @throws IOException if the terminal has hung up
     */
    public void raw() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment termios = copy(arena);
            termios.set(JAVA_INT, LOCAL_FLAGS, termios.get(JAVA_INT, LOCAL_FLAGS) & ~(ICANON | ECHO | IEXTEN));
            termios.set(JAVA_BYTE, CONTROL_CHARACTERS + VMIN, (byte) 1);
            termios.set(JAVA_BYTE, CONTROL_CHARACTERS + VTIME, (byte) 0);
            set(termios);
        }
    }

    /**
     * Restores the attributes at once, without waiting for output.
     *
     * @throws IOException if the terminal has hung up
     */
    public void restore() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            set(copy(arena));
        }
    }

    private MemorySegment copy(Arena arena) {
        MemorySegment termios = arena.allocate(TERMIOS_SIZE, Integer.BYTES);
        MemorySegment.copy(original, 0, termios, JAVA_BYTE, 0, original.length);
        return termios;
    }

    private void set(MemorySegment termios) throws IOException {
        Libc.check("tcsetattr", state -> TCSETATTR.callInt(state, fd, TCSANOW, termios.address()));
    }

    /**
     * Returns the current size.
     *
     * @throws IOException if the terminal has hung up
     */
    public Size size() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment winsize = arena.allocate(8, Short.BYTES);
            Libc.check("ioctl TIOCGWINSZ", state -> (int) IOCTL.invokeExact(state, fd, TIOCGWINSZ, winsize));
            return new Size(
                    Short.toUnsignedInt(winsize.get(JAVA_SHORT, 2)), Short.toUnsignedInt(winsize.get(JAVA_SHORT, 0)));
        }
    }
}
