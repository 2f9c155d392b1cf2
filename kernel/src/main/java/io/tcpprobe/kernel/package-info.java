/** The kernel's TCP state: each source turns what the kernel reports into rows of one layout, see {@code flow}. */
@NullMarked
package io.tcpprobe.kernel;

import org.jspecify.annotations.NullMarked;
