package io.tcpprobe.kernel.ffi;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * A C function with up to six parameters, which are integers and pointers, as its result is. The conventions of x86-64 (System V) and
 * AArch64 (AAPCS64) pass each of them in a 64-bit register, of which a function uses the bits of its own type only, and
 * let it ignore the registers that it has no parameter for. So all these functions share one binding. Each further binding costs the start
 * 5 to 10 ms, because the JVM's start-up cache cannot hold it. Not for variadic functions.
 *
 * <p>Memory is passed by its address, which does not keep its arena open: only for memory that no other thread can free.
 */
@SuppressWarnings("restricted") // native calls are this class's job
public final class NativeFunction {
    private static final int PARAMETERS = 6;
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle CALL = LINKER.downcallHandle(
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            Linker.Option.captureCallState("errno"));

    private final String name;
    private final MemorySegment address;

    private NativeFunction(String name, MemorySegment address) {
        this.name = name;
        this.address = address;
    }

    /** Returns a function of the C library. */
    static NativeFunction ofC(String name) {
        return of(LINKER.defaultLookup(), name);
    }

    /**
     * Returns a function of a library.
     *
     * @throws IllegalArgumentException if the library does not have it
     */
    public static NativeFunction of(SymbolLookup library, String name) {
        return new NativeFunction(
                name, library.find(name).orElseThrow(() -> new IllegalArgumentException("it has no function " + name)));
    }

    /**
     * Returns the address of memory to pass.
     *
     * @throws IllegalArgumentException if it is an array of the JVM, which C cannot use
     */
    public static long address(MemorySegment memory) {
        if (!memory.isNative()) {
            throw new IllegalArgumentException("not native memory: " + memory);
        }
        return memory.address();
    }

    /**
     * Calls a function whose result is a pointer or has 64 bits.
     *
     * @param state the memory for errno
     * @param arguments up to six
     */
    public long call(MemorySegment state, long... arguments) {
        if (arguments.length > PARAMETERS) {
            throw new IllegalArgumentException(name + ": " + arguments.length + " arguments");
        }
        try {
            return (long) CALL.invokeExact(
                    address,
                    state,
                    at(arguments, 0),
                    at(arguments, 1),
                    at(arguments, 2),
                    at(arguments, 3),
                    at(arguments, 4),
                    at(arguments, 5));
        } catch (Throwable impossible) {
            throw new IllegalStateException(name, impossible);
        }
    }

    private static long at(long[] arguments, int index) {
        return index < arguments.length ? arguments[index] : 0;
    }

    /** Calls a function whose result is an {@code int}; see {@link #call}. */
    public int callInt(MemorySegment state, long... arguments) {
        return (int) call(state, arguments); // the upper half of the register is undefined
    }
}
