/** The agent: what is started, and how its parts are put together. */
@NullMarked
package io.tcpprobe.agent;

import org.jspecify.annotations.NullMarked;
