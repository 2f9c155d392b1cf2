/** The flows on a full-screen terminal: what it shows, as lines, and what its keys do. It writes nothing itself. */
@NullMarked
package io.tcpprobe.agent.terminal;

import org.jspecify.annotations.NullMarked;
