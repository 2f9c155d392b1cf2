/** The source replay: replays recorded files. */
@NullMarked
package io.tcpprobe.kernel.replay;

import org.jspecify.annotations.NullMarked;
