package io.tcpprobe.it;

/** Tests of the Linux module, whatever kernel it runs on. */
interface ModuleTests {
    /** A guest in which the module is not loaded. */
    ModuleGuest guest();
}
