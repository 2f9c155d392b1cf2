package io.tcpprobe.it;

/** Tests of the Linux module, for every kernel. */
interface ModuleTests {
    /** Returns a guest in which the module is not loaded. */
    ModuleGuest guest();
}
