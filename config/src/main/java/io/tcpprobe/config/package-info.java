/** Settings: their declarations, the store through which they change, and the file that saves them. */
@NullMarked
package io.tcpprobe.config;

import org.jspecify.annotations.NullMarked;
