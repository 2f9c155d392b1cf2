/** What can be set: the list of settings, their one change path, and the file that keeps them. */
@NullMarked
package io.tcpprobe.config;

import org.jspecify.annotations.NullMarked;
