package io.tcpprobe.agent.premain;

import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.InvocationTargetException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Starts the agent from the folder {@code lib} beside our own jar. Its classes and libraries are loaded by a class loader that
 * the application does not know and that knows nothing of the application: both may use the same library in two versions.
 */
final class IsolatedLauncher implements Runnable {
    private static final String AGENT = "io.tcpprobe.agent.EmbeddedAgent";

    private final List<String> assignments;
    private final Instrumentation jvm;
    private final AtomicBoolean started;

    /**
     * A start.
     *
     * @param assignments "key=value" each
     * @param jvm of the application
     * @param started is set to false if the agent cannot be started: it may be tried again then
     */
    IsolatedLauncher(List<String> assignments, Instrumentation jvm, AtomicBoolean started) {
        this.assignments = assignments;
        this.jvm = jvm;
        this.started = started;
    }

    /** Starts the agent, or says why it cannot be started. Nothing is thrown: nobody would be there to catch it. */
    @Override
    public void run() {
        try {
            ClassLoader ours = new URLClassLoader(jars(lib()), platform());
            Thread.currentThread().setContextClassLoader(ours);
            ours.loadClass(AGENT)
                    .getMethod("start", List.class, Instrumentation.class)
                    .invoke(null, assignments, jvm);
        } catch (InvocationTargetException failed) {
            giveUp(failed.getCause() == null ? failed : failed.getCause());
        } catch (Throwable failed) { // also a LinkageError: whatever it is, the application has nothing to do with it
            giveUp(failed);
        }
    }

    private void giveUp(Throwable failed) {
        started.set(false);
        String reason = failed.getMessage();
        Premain.say("not started: " + (reason == null || failed instanceof Error ? failed.toString() : reason));
    }

    /** The platform's class loader, whatever the application has put in the place of the system's. */
    private static ClassLoader platform() throws ReflectiveOperationException {
        Object platform = ClassLoader.class.getMethod("getPlatformClassLoader").invoke(null); // since Java 9
        return (ClassLoader) platform;
    }

    private static Path lib() throws IOException, URISyntaxException {
        URL jar = IsolatedLauncher.class.getProtectionDomain().getCodeSource().getLocation();
        return Paths.get(jar.toURI()).toRealPath().resolveSibling("lib");
    }

    private static URL[] jars(Path lib) throws IOException {
        List<URL> jars = new ArrayList<>();
        if (Files.isDirectory(lib)) {
            try (DirectoryStream<Path> found = Files.newDirectoryStream(lib, "*.jar")) {
                for (Path jar : found) {
                    jars.add(jar.toUri().toURL());
                }
            }
        }
        if (jars.isEmpty()) {
            throw new IOException(
                    "there are no jars in " + lib + "; leave tcpprobe-javaagent.jar in the folder that was built");
        }
        return jars.toArray(new URL[0]);
    }
}
