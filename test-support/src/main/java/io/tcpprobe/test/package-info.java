/** What the tests of several modules use. Depends on the JDK only. */
@NullMarked
package io.tcpprobe.test;

import org.jspecify.annotations.NullMarked;
