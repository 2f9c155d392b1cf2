package io.tcpprobe.kernel.ffi;

/** Makes the bindings that an agent needs on a thread of its own, while the calling thread begins with something else. */
public final class EarlyBindings {
    private EarlyBindings() {}

    /** Begins to make them. */
    public static void make() {
        Thread.ofPlatform().daemon().name("tcpprobe-bindings").start(() -> {
            try {
                Libc.errorText(0);
                UdpSocket.bindEarly();
            } catch (RuntimeException | LinkageError _) {
                // the first use reports it
            }
        });
    }
}
