package io.tcpprobe.kernel.bpf;

import io.tcpprobe.kernel.ffi.DynamicLinker;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The reason why the dynamic linker cannot load a library.
 *
 * @param library the name of the library
 * @param text the message of the dynamic linker, in the locale of the process
 */
record LibraryError(String library, String text) {
    /** A file name without a folder: the search for it failed. */
    private static final Pattern NOT_FOUND = Pattern.compile("([^\\s/:]+\\.so[^\\s/:]*): .*");

    private static final Map<String, String> PACKAGES =
            Map.of("libbpf.so.1", "libbpf1", "libelf.so.1", "libelf1", "libz.so.1", "zlib1g");

    /** Tries to load the library again, to get the error message. */
    static LibraryError of(String library) {
        return new LibraryError(library, DynamicLinker.errorOf(library));
    }

    /** Returns the cause and the remedy. */
    String explain() {
        Matcher notFound = NOT_FOUND.matcher(text);
        if (!notFound.matches()) {
            return text + "; install libbpf 1 and the libraries that it needs (Debian, Ubuntu: libbpf1)";
        }
        String missing = notFound.group(1);
        return missing.equals(library)
                ? "not found; install libbpf 1 (Debian, Ubuntu: libbpf1)"
                : "it needs " + missing + ", which is not found; install that library" + packageOf(missing);
    }

    private static String packageOf(String missing) {
        String name = PACKAGES.get(missing);
        return name == null ? "" : " (Debian, Ubuntu: " + name + ")";
    }
}
