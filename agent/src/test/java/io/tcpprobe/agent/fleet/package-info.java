@NullMarked
package io.tcpprobe.agent.fleet;

import org.jspecify.annotations.NullMarked;
