@NullMarked
package io.tcpprobe.agent.push;

import org.jspecify.annotations.NullMarked;
