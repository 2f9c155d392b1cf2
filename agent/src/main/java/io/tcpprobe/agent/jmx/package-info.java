/** The JMX connector: MBeans of the domain tcpprobe, and remote access to them. */
@NullMarked
package io.tcpprobe.agent.jmx;

import org.jspecify.annotations.NullMarked;
