/** Proof: real tools against the running agent, and benchmarks. */
@NullMarked
package io.tcpprobe.it;

import org.jspecify.annotations.NullMarked;
