/** Bindings of the C library. */
@NullMarked
package io.tcpprobe.kernel.ffi;

import org.jspecify.annotations.NullMarked;
