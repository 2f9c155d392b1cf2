package io.tcpprobe.agent.http;

import io.tcpprobe.agent.http.server.HttpRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The files of the page for people. They are in the jar, and the list is closed: a path is looked up in it and never becomes the name of a
 * resource or of a file. Immutable.
 */
final class PageFiles {
    /** Scripts, styles and requests of this server only; nothing inline, no plug-in, no frame, no form. */
    static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:;"
                    + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

    private static final String SCRIPT = "text/javascript; charset=utf-8";
    private static final String STYLE = "text/css; charset=utf-8";
    private static final String FOLDER = "/page/";

    /** The name of each file, and its media type. The first one is served at "/". */
    private static final Map<String, String> TYPES = types();

    private final Map<String, File> files = new LinkedHashMap<>();

    /**
     * A file.
     *
     * @param type its media type
     * @param tag its entity tag (RFC 9110, 8.8.3)
     * @param plain the content
     * @param packed the content, compressed by gzip
     */
    private record File(String type, String tag, ByteBuffer plain, ByteBuffer packed) {}

    private PageFiles() {
        TYPES.forEach((name, type) -> files.put(files.isEmpty() ? "/" : FOLDER + name, file(type, read(name))));
    }

    private static Map<String, String> types() {
        Map<String, String> types = new LinkedHashMap<>();
        types.put("index.html", Answer.HTML);
        types.put("style.css", STYLE);
        types.put("icon.svg", "image/svg+xml");
        types.put("uPlot.min.css", STYLE);
        types.put("uPlot.iife.min.js", SCRIPT);
        List.of(
                        "main",
                        "agent",
                        "catalog",
                        "counters",
                        "dialogs",
                        "dom",
                        "download",
                        "events",
                        "flow",
                        "flows",
                        "format",
                        "groups",
                        "history",
                        "about",
                        "listeners",
                        "overview",
                        "place",
                        "plot",
                        "records",
                        "replay",
                        "ribbon",
                        "settings",
                        "table",
                        "verdict")
                .forEach(module -> types.put(module + ".js", SCRIPT));
        return types;
    }

    /** Loads the files from the jar. */
    static PageFiles load() {
        return new PageFiles();
    }

    private static byte[] read(String name) {
        try (InputStream resource = PageFiles.class.getResourceAsStream("page/" + name)) {
            if (resource == null) {
                throw new IllegalStateException("page/" + name + " is missing in the jar");
            }
            return resource.readAllBytes();
        } catch (IOException broken) {
            throw new IllegalStateException("page/" + name + " cannot be read", broken);
        }
    }

    private static File file(String type, byte[] content) {
        return new File(type, tag(content), ByteBuffer.wrap(content).asReadOnlyBuffer(), packed(content));
    }

    private static String tag(byte[] content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
            return '"' + HexFormat.of().formatHex(digest, 0, 8) + '"';
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    private static ByteBuffer packed(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return ByteBuffer.wrap(bytes.toByteArray()).asReadOnlyBuffer();
    }

    /** Returns the paths of all files. */
    Iterable<String> paths() {
        return files.keySet();
    }

    /** Returns true if the path is that of a file. */
    boolean has(String path) {
        return files.containsKey(path);
    }

    /** Returns the answer to a GET or HEAD of a path; empty if there is no such file. */
    Optional<Answer> answer(String path, HttpRequest request) {
        File file = files.get(path);
        return file == null ? Optional.empty() : Optional.of(answer(file, request));
    }

    private static Answer answer(File file, HttpRequest request) {
        if (isKnown(file.tag, request.header("If-None-Match").orElse(null))) {
            return headers(Answer.of(304, file.type, ""), file);
        }
        return AcceptEncoding.gzip(request.header("Accept-Encoding").orElse(""))
                ? headers(Answer.of(200, file.type, file.packed), file).with("Content-Encoding", AcceptEncoding.GZIP)
                : headers(Answer.of(200, file.type, file.plain), file);
    }

    /** Browsers keep the files, and ask each time whether they have changed: a newer agent has a newer page. */
    private static Answer headers(Answer answer, File file) {
        return answer.with("Cache-Control", "no-cache")
                .with("ETag", file.tag)
                .with("Vary", "Accept-Encoding")
                .with("Content-Security-Policy", POLICY);
    }

    /** Returns true if one of the tags is this one; proxies that compress make it weak. */
    private static boolean isKnown(String tag, @Nullable String known) {
        return known != null
                && Arrays.stream(known.split(",", -1))
                        .map(String::strip)
                        .map(one -> one.startsWith("W/") ? one.substring(2) : one)
                        .anyMatch(one -> one.equals(tag) || one.equals("*"));
    }
}
