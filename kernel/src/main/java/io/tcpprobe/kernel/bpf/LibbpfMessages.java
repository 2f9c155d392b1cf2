package io.tcpprobe.kernel.bpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.tcpprobe.kernel.ffi.Libc;
import io.tcpprobe.kernel.ffi.NativeFunction;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Captures the messages of libbpf while an object is loaded, so that they appear in our error and not on the terminal. libbpf
 * has one print function for the whole process: only one instance may be open at a time. After closing, libbpf prints nothing.
 */
@SuppressWarnings("restricted") // native calls are this class's job
final class LibbpfMessages implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LibbpfMessages.class);
    private static final int WARN = 0;
    private static final int LONGEST = 1 << 20; // the verifier prints much, and its last lines matter

    private static final Linker LINKER = Linker.nativeLinker();

    /** {@code int vsnprintf(char *str, size_t size, const char *format, va_list ap)}; a va_list is passed as a pointer. */
    private static final NativeFunction VSNPRINTF = NativeFunction.of(LINKER.defaultLookup(), "vsnprintf");

    private final Libbpf libbpf;
    private final Arena arena = Arena.ofShared();
    private final List<String> warnings = new ArrayList<>();

    LibbpfMessages(Libbpf libbpf) {
        this.libbpf = libbpf;
        try {
            MethodHandle accept = MethodHandles.lookup()
                    .findVirtual(
                            LibbpfMessages.class,
                            "accept",
                            MethodType.methodType(int.class, int.class, MemorySegment.class, MemorySegment.class))
                    .bindTo(this);
            // typedef int (*libbpf_print_fn_t)(enum libbpf_print_level level, const char *, va_list ap)
            libbpf.setPrint(
                    LINKER.upcallStub(accept, FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS), arena));
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException("accept", impossible);
        }
    }

    /** Called by libbpf. */
    @SuppressWarnings("unused") // by its method handle
    private int accept(int level, MemorySegment format, MemorySegment arguments) {
        if (level == WARN) {
            warnings.add(text(format, arguments));
        }
        return 0;
    }

    /** Formats a message. Throws nothing: an exception in a function that C calls ends the process. */
    private String text(MemorySegment format, MemorySegment arguments) {
        try (Arena call = Arena.ofConfined()) { // libbpf may call while another thread closes this
            MemorySegment text = call.allocate(LONGEST);
            int length =
                    VSNPRINTF.callInt(Libc.state(call), text.address(), LONGEST, format.address(), arguments.address());
            String message = length < 0
                    ? "(a message that cannot be printed)"
                    : text.getString(0).strip();
            LOG.debug("{}", message);
            return message;
        } catch (Throwable failed) {
            return "(a message that cannot be printed: " + failed + ")";
        }
    }

    /** Returns the reason of the failure among the warnings so far. */
    LibbpfFailure failure() {
        return LibbpfFailure.of(warnings);
    }

    @Override
    public void close() {
        libbpf.setPrint(MemorySegment.NULL);
        arena.close();
    }
}
