/**
 * The entry point in the JVM of another application. The application's class loader sees only this package of ours, so the package uses the
 * JDK only. It is compiled for Java 8, because a JVM that cannot read the class named by {@code -javaagent} exits before the application
 * begins. (No {@code @NullMarked}: javac for 8 does not know its targets.)
 */
package io.tcpprobe.agent.premain;
