package io.tcpprobe.agent.premain;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
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
 * Starts the agent from the folder {@code lib} beside our own jar, or from the folder {@code isolated} in it, if the javaagent is one file.
 * A separate class loader, isolated from the application's, loads its classes and libraries: both may use different versions of the same
 * library.
 */
final class IsolatedLauncher implements Runnable {
    private static final String AGENT = "io.tcpprobe.agent.EmbeddedAgent";
    private static final String ISOLATED = "isolated/";

    private final List<String> assignments;
    private final Instrumentation jvm;
    private final AtomicBoolean started;

    /**
     * Creates a launcher.
     *
     * @param assignments "key=value" each
     * @param jvm the instrumentation of the application's JVM
     * @param started set to false if the agent cannot be started, so that a later attempt is possible
     */
    IsolatedLauncher(List<String> assignments, Instrumentation jvm, AtomicBoolean started) {
        this.assignments = assignments;
        this.jvm = jvm;
        this.started = started;
    }

    /** Starts the agent, or reports why it cannot be started. Throws nothing, because there is no caller to catch it. */
    @Override
    public void run() {
        try {
            ClassLoader loader = new URLClassLoader(classPath(), platform());
            Thread.currentThread().setContextClassLoader(loader);
            loader.loadClass(AGENT)
                    .getMethod("start", List.class, Instrumentation.class)
                    .invoke(null, assignments, jvm);
        } catch (InvocationTargetException failed) {
            giveUp(failed.getCause() == null ? failed : failed.getCause());
        } catch (Throwable failed) { // also a LinkageError: no failure of the agent may affect the application
            giveUp(failed);
        }
    }

    private void giveUp(Throwable failed) {
        started.set(false);
        String reason = failed.getMessage();
        Premain.report("not started: " + (reason == null || failed instanceof Error ? failed.toString() : reason));
    }

    /** Returns the platform's class loader, even if the application has replaced the system's. */
    private static ClassLoader platform() throws ReflectiveOperationException {
        Object platform = ClassLoader.class.getMethod("getPlatformClassLoader").invoke(null); // since Java 9
        return (ClassLoader) platform;
    }

    private static URL[] classPath() throws IOException, URISyntaxException {
        URL jar = IsolatedLauncher.class.getProtectionDomain().getCodeSource().getLocation();
        URL isolated = new URL("jar:" + jar + "!/" + ISOLATED);
        return contains(isolated)
                ? new URL[] {isolated}
                : jars(Paths.get(jar.toURI()).toRealPath().resolveSibling("lib"));
    }

    private static boolean contains(URL isolated) throws IOException {
        try (InputStream agent = new URL(isolated, AGENT.replace('.', '/') + ".class").openStream()) {
            return agent.read() >= 0;
        } catch (FileNotFoundException missing) {
            return false;
        }
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
            throw new IOException("there are no jars in " + lib
                    + "; keep tcpprobe-javaagent.jar in the folder where it was built or installed");
        }
        return jars.toArray(new URL[0]);
    }
}
