/** What the tests of several doors need. */
@NullMarked
package io.tcpprobe.agent.parts;

import org.jspecify.annotations.NullMarked;
