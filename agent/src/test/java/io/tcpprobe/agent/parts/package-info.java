/** What the tests of several connectors need. */
@NullMarked
package io.tcpprobe.agent.parts;

import org.jspecify.annotations.NullMarked;
