/** The agent as a service of systemd: notifications and watchdog. */
@NullMarked
package io.tcpprobe.agent.service;

import org.jspecify.annotations.NullMarked;
