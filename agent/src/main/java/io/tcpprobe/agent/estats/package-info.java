/** Connections as TCP-ESTATS-MIB (RFC 4898) shows them: including those that have ended recently, and in the order of their addresses. */
@NullMarked
package io.tcpprobe.agent.estats;

import org.jspecify.annotations.NullMarked;
