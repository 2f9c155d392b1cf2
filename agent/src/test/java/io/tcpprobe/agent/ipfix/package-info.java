@NullMarked
package io.tcpprobe.agent.ipfix;

import org.jspecify.annotations.NullMarked;
