/** What is read: flows as rows of native memory, one layout for every source. */
@NullMarked
package io.tcpprobe.kernel;

import org.jspecify.annotations.NullMarked;
