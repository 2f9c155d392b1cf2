package io.tcpprobe.kernel.ffi;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/**
 * The user and group as whom the calling thread opens, creates and removes files, which may differ from those of its process
 * (setfsuid(2)). Without the rights of root on files, root's thread can do nothing to a file that this user could not do, except what
 * the supplementary groups of the process allow. Other
 * threads are not affected, except those that this thread starts.
 */
@SuppressWarnings("restricted") // native calls are this class's job
public final class FileSystemUser implements AutoCloseable {
    /** An id that is never valid: the call only returns the current id. */
    private static final int QUERY = -1;

    /** {@code int setfsuid(uid_t fsuid)}: returns the former id, also if it fails. */
    private static final MethodHandle SETFSUID = bind("setfsuid");

    /** {@code int setfsgid(gid_t fsgid)}: returns the former id, also if it fails. */
    private static final MethodHandle SETFSGID = bind("setfsgid");

    private final int formerUser;
    private final int formerGroup;

    private FileSystemUser(int formerUser, int formerGroup) {
        this.formerUser = formerUser;
        this.formerGroup = formerGroup;
    }

    private static MethodHandle bind(String name) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    }

    /**
     * Uses files as this user and group until closed by the same thread.
     *
     * @param user user id, unsigned
     * @param group group id, unsigned
     * @throws IOException if the process may not change them, which needs CAP_SETUID and CAP_SETGID; nothing has changed then
     */
    public static FileSystemUser assume(int user, int group) throws IOException {
        int formerGroup = call(SETFSGID, group);
        int formerUser = call(SETFSUID, user);
        FileSystemUser assumed = new FileSystemUser(formerUser, formerGroup);
        if (call(SETFSUID, QUERY) != user || call(SETFSGID, QUERY) != group) {
            assumed.close();
            throw new IOException("the process may not use files as user " + Integer.toUnsignedString(user)
                    + " and group " + Integer.toUnsignedString(group) + ", which needs CAP_SETUID and CAP_SETGID");
        }
        return assumed;
    }

    private static int call(MethodHandle function, int id) {
        try {
            return (int) function.invokeExact(id);
        } catch (Throwable impossible) {
            throw new IllegalStateException("setfsuid", impossible);
        }
    }

    /** Uses files as before. */
    @Override
    public void close() {
        call(SETFSUID, formerUser); // first: it restores the capabilities on files
        call(SETFSGID, formerGroup);
    }
}
