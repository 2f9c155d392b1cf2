/** The selection of a source, and the fallback if it does not run. */
@NullMarked
package io.tcpprobe.kernel.source;

import org.jspecify.annotations.NullMarked;
