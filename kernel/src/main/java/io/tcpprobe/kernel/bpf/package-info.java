/** The source bpf: eBPF programs write the rows, the agent maps them. */
@NullMarked
package io.tcpprobe.kernel.bpf;

import org.jspecify.annotations.NullMarked;
