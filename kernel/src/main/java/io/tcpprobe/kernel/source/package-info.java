/** The list of sources: which one is used, and the fallback where it does not run. */
@NullMarked
package io.tcpprobe.kernel.source;

import org.jspecify.annotations.NullMarked;
