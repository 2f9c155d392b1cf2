/** The source module: the Linux module tcp_probe_plus, ours or the original: its records, its statistics, its sysctls. */
@NullMarked
package io.tcpprobe.kernel.module;

import org.jspecify.annotations.NullMarked;
