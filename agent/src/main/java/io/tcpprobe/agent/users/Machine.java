package io.tcpprobe.agent.users;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** This machine, as machine-id(5) identifies it. */
public final class Machine {
    private static final Path FILE = Path.of("/etc/machine-id");
    private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");
    private static final String ENGINE = "tcpprobe engine";
    private static final String HOST = "tcpprobe host";
    private static final int BYTES = 16;

    private Machine() {}

    /**
     * Returns an id of this machine, 32 hexadecimal digits; empty if it has none, as in many containers. It is derived from
     * /etc/machine-id, which must not be disclosed unchanged (machine-id(5)): HMAC-SHA256 with it as the key, truncated.
     */
    public static String id() {
        return id(FILE);
    }

    /** Returns another id of this machine, made in the same way, which receivers of data get: it does not show the one of {@link #id}. */
    public static String hostId() {
        return derived(FILE, HOST);
    }

    static String id(Path file) {
        return derived(file, ENGINE);
    }

    private static String derived(Path file, String purpose) {
        try {
            String id = Files.readString(file).strip();
            return ID.matcher(id).matches() ? derived(HexFormat.of().parseHex(id), purpose) : "";
        } catch (IOException _) {
            return "";
        }
    }

    private static String derived(byte[] id, String purpose) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(id, "HmacSHA256"));
            return HexFormat.of()
                    .formatHex(Arrays.copyOf(mac.doFinal(purpose.getBytes(StandardCharsets.US_ASCII)), BYTES));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every Java platform has HmacSHA256", missing);
        }
    }
}
