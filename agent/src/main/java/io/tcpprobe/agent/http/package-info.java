/** The HTTP connector: a page for people, and the MBeans as JSON by Jolokia. */
@NullMarked
package io.tcpprobe.agent.http;

import org.jspecify.annotations.NullMarked;
