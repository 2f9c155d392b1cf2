package io.tcpprobe.kernel.bpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.tcpprobe.kernel.ffi.ErrnoException;
import io.tcpprobe.kernel.ffi.Libc;
import io.tcpprobe.kernel.ffi.NativeFunction;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;

/** Bindings of libbpf.so.1, each beside its C prototype. A call that fails returns the errno in its result. */
@SuppressWarnings("restricted") // native calls are this class's job
final class Libbpf {
    /** {@code struct bpf_map_create_opts}: size_t sz at 0, __u32 map_flags at 28. */
    private static final int MAP_CREATE_OPTS = 48;

    private static final int MAP_CREATE_OPTS_FLAGS = 28;
    private static final int MAPPABLE = 1 << 10;

    /** The first members of {@code struct bpf_object_open_opts}: size_t sz, const char *object_name. */
    private static final int OBJECT_OPEN_OPTS = 16;

    private static final long MAX_VERSION = 64;

    /** The offset of {@code struct btf_member}; above it is the size of a bit field. */
    private static final int MEMBER_OFFSET = 0xffffff;

    private static final int MEMBER_SIZE_SHIFT = 24;

    private final SymbolLookup library;

    /** {@code libbpf_print_fn_t libbpf_set_print(libbpf_print_fn_t fn)}. */
    private final NativeFunction setPrint;

    private final NativeFunction openMem;
    private final NativeFunction load;
    private final NativeFunction closeObject;
    private final NativeFunction findProgram;
    private final NativeFunction attach;
    private final NativeFunction destroyLink;
    private final NativeFunction linkFd;
    private final NativeFunction programFd;
    private final NativeFunction findMap;
    private final NativeFunction mapFd;
    private final NativeFunction setMaxEntries;
    private final NativeFunction setInitialValue;
    private final NativeFunction setAutoload;
    private final NativeFunction setAttachTarget;
    private final NativeFunction loadVmlinuxBtf;
    private final NativeFunction findByNameKind;
    private final NativeFunction loadModuleBtf;
    private final NativeFunction typeById;
    private final NativeFunction nameByOffset;
    private final NativeFunction freeBtf;
    private final NativeFunction createMap;
    private final NativeFunction update;
    private final NativeFunction lookUp;
    private final NativeFunction createIterator;
    private final NativeFunction info;
    private final NativeFunction possibleCpus;

    private Libbpf(SymbolLookup library) {
        this.library = library;
        setPrint = bind("libbpf_set_print");
        // struct bpf_object *bpf_object__open_mem(const void *buf, size_t sz, const struct bpf_object_open_opts *opts)
        openMem = bind("bpf_object__open_mem");
        // int bpf_object__load(struct bpf_object *obj)
        load = bind("bpf_object__load");
        // void bpf_object__close(struct bpf_object *obj)
        closeObject = bind("bpf_object__close");
        // struct bpf_program *bpf_object__find_program_by_name(const struct bpf_object *obj, const char *name)
        findProgram = bind("bpf_object__find_program_by_name");
        // struct bpf_link *bpf_program__attach(const struct bpf_program *prog)
        attach = bind("bpf_program__attach");
        // int bpf_link__destroy(struct bpf_link *link)
        destroyLink = bind("bpf_link__destroy");
        // int bpf_link__fd(const struct bpf_link *link)
        linkFd = bind("bpf_link__fd");
        // int bpf_program__fd(const struct bpf_program *prog)
        programFd = bind("bpf_program__fd");
        // struct bpf_map *bpf_object__find_map_by_name(const struct bpf_object *obj, const char *name)
        findMap = bind("bpf_object__find_map_by_name");
        // int bpf_map__fd(const struct bpf_map *map)
        mapFd = bind("bpf_map__fd");
        // int bpf_map__set_max_entries(struct bpf_map *map, __u32 max_entries)
        setMaxEntries = bind("bpf_map__set_max_entries");
        // int bpf_map__set_initial_value(struct bpf_map *map, const void *data, size_t size)
        setInitialValue = bind("bpf_map__set_initial_value");
        // int bpf_program__set_autoload(struct bpf_program *prog, bool autoload)
        setAutoload = bind("bpf_program__set_autoload");
        // int bpf_program__set_attach_target(struct bpf_program *prog, int attach_prog_fd, const char
        // *attach_func_name)
        setAttachTarget = bind("bpf_program__set_attach_target");
        // struct btf *btf__load_vmlinux_btf(void)
        loadVmlinuxBtf = bind("btf__load_vmlinux_btf");
        // __s32 btf__find_by_name_kind(const struct btf *btf, const char *type_name, __u32 kind)
        findByNameKind = bind("btf__find_by_name_kind");
        // struct btf *btf__load_module_btf(const char *module_name, struct btf *vmlinux_btf)
        loadModuleBtf = bind("btf__load_module_btf");
        // const struct btf_type *btf__type_by_id(const struct btf *btf, __u32 id)
        typeById = bind("btf__type_by_id");
        // const char *btf__name_by_offset(const struct btf *btf, __u32 offset)
        nameByOffset = bind("btf__name_by_offset");
        // void btf__free(struct btf *btf)
        freeBtf = bind("btf__free");
        // int bpf_map_create(enum bpf_map_type map_type, const char *map_name, __u32 key_size, __u32 value_size,
        //                    __u32 max_entries, const struct bpf_map_create_opts *opts)
        createMap = bind("bpf_map_create");
        // int bpf_map_update_elem(int fd, const void *key, const void *value, __u64 flags)
        update = bind("bpf_map_update_elem");
        // int bpf_map_lookup_elem(int fd, const void *key, void *value)
        lookUp = bind("bpf_map_lookup_elem");
        // int bpf_iter_create(int link_fd)
        createIterator = bind("bpf_iter_create");
        // int bpf_obj_get_info_by_fd(int bpf_fd, void *info, __u32 *info_len)
        info = bind("bpf_obj_get_info_by_fd");
        // int libbpf_num_possible_cpus(void)
        possibleCpus = bind("libbpf_num_possible_cpus");
    }

    /**
     * Loads the library.
     *
     * @throws IOException if it or a library that it needs is not installed, or if it has another version
     */
    static Libbpf open() throws IOException {
        return open("libbpf.so.1");
    }

    /**
     * Loads a library.
     *
     * @param name the file name for the dynamic linker
     */
    static Libbpf open(String name) throws IOException {
        SymbolLookup library;
        try {
            library = SymbolLookup.libraryLookup(name, Arena.global());
        } catch (IllegalArgumentException absent) {
            throw new IOException("load " + name + ": " + LibraryError.of(name).explain(), absent);
        }
        try {
            return new Libbpf(library);
        } catch (IllegalArgumentException other) {
            throw new IOException("load " + name + ": " + other.getMessage() + "; install libbpf 1.1 or later", other);
        }
    }

    /** Returns the version: "v1.1"; {@code const char *libbpf_version_string(void)}. */
    String version() {
        NativeFunction version = bind("libbpf_version_string");
        return call((_, state) -> string(version.call(state), MAX_VERSION));
    }

    private NativeFunction bind(String name) {
        return NativeFunction.of(library, name);
    }

    private static String string(long address, long longest) {
        return memory(address, longest).getString(0);
    }

    private static MemorySegment memory(long address, long size) {
        return MemorySegment.ofAddress(address).reinterpret(size);
    }

    /** A call of functions, with an arena for their arguments and the memory for errno. */
    @FunctionalInterface
    private interface Call<T> {
        T make(Arena arena, MemorySegment state);
    }

    private static <T> T call(Call<T> call) {
        try (Arena arena = Arena.ofConfined()) {
            return call.make(arena, Libc.state(arena));
        }
    }

    /** Makes a call that returns a negative errno when it fails. */
    private static int check(String step, Call<Integer> call) throws IOException {
        int result = call(call);
        if (result < 0) {
            throw new ErrnoException(step, -result, Libc.errorText(-result));
        }
        return result;
    }

    /** Makes a call that returns null and sets errno when it fails. */
    private static MemorySegment pointer(String step, Call<Long> call) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = Libc.state(arena);
            long pointer = call.make(arena, state);
            if (pointer == 0) {
                int errno = Libc.errno(state);
                throw new ErrnoException(step, errno, Libc.errorText(errno));
            }
            return MemorySegment.ofAddress(pointer);
        }
    }

    /** Sets the function that libbpf calls with its messages; a null pointer for none. */
    void setPrint(MemorySegment listener) {
        call((_, state) -> setPrint.call(state, listener.address()));
    }

    /** Opens an object file in memory; tools show the name with its maps. */
    MemorySegment openObject(MemorySegment file, String name) throws IOException {
        return pointer("open BPF object", (arena, state) -> {
            MemorySegment opts = arena.allocate(OBJECT_OPEN_OPTS, 8);
            opts.set(JAVA_LONG, 0, OBJECT_OPEN_OPTS);
            opts.set(ADDRESS, 8, arena.allocateFrom(name));
            return openMem.call(state, NativeFunction.address(file), file.byteSize(), opts.address());
        });
    }

    void load(MemorySegment object) throws IOException {
        check("load BPF object", (_, state) -> load.callInt(state, object.address()));
    }

    void closeObject(MemorySegment object) {
        call((_, state) -> closeObject.call(state, object.address()));
    }

    MemorySegment program(MemorySegment object, String name) throws IOException {
        return pointer(
                "find BPF program " + name,
                (arena, state) -> findProgram.call(
                        state, object.address(), arena.allocateFrom(name).address()));
    }

    /** Attaches a program and returns the link. */
    MemorySegment attach(MemorySegment program, String name) throws IOException {
        return pointer("attach " + name, (_, state) -> attach.call(state, program.address()));
    }

    void destroyLink(MemorySegment link) throws IOException {
        check("bpf_link__destroy", (_, state) -> destroyLink.callInt(state, link.address()));
    }

    int programFd(MemorySegment program) throws IOException {
        return check("bpf_program__fd", (_, state) -> programFd.callInt(state, program.address()));
    }

    MemorySegment map(MemorySegment object, String name) throws IOException {
        return pointer(
                "find BPF map " + name,
                (arena, state) -> findMap.call(
                        state, object.address(), arena.allocateFrom(name).address()));
    }

    int mapFd(MemorySegment map) throws IOException {
        return check("bpf_map__fd", (_, state) -> mapFd.callInt(state, map.address()));
    }

    void setMaxEntries(MemorySegment map, int entries) throws IOException {
        check("bpf_map__set_max_entries", (_, state) -> setMaxEntries.callInt(state, map.address(), entries));
    }

    /** Sets the initial content of a map of constants. */
    void setConstants(MemorySegment map, int... values) throws IOException {
        check(
                "bpf_map__set_initial_value",
                (arena, state) -> setInitialValue.callInt(
                        state,
                        map.address(),
                        arena.allocateFrom(JAVA_INT, values).address(),
                        (long) values.length * Integer.BYTES));
    }

    /** Reads the kernel's types; {@link #freeTypes} frees them. */
    MemorySegment loadKernelTypes() throws IOException {
        return pointer("read the kernel's BTF", (_, state) -> loadVmlinuxBtf.call(state));
    }

    /** Returns the number of a type; 0 or less if there is none. */
    private int typeId(Arena arena, MemorySegment state, MemorySegment types, String name, int kind) {
        return findByNameKind.callInt(
                state, types.address(), arena.allocateFrom(name).address(), kind);
    }

    /** Returns true if there is a type of this name and kind (BTF_KIND_* of linux/btf.h). */
    boolean hasType(MemorySegment types, String name, int kind) {
        return call((arena, state) -> typeId(arena, state, types, name, kind)) > 0;
    }

    /** Reads a module's types, on top of those of the kernel; returns a null pointer if there is no such module. */
    MemorySegment loadModuleTypes(String module, MemorySegment kernel) {
        return MemorySegment.ofAddress(call((arena, state) ->
                loadModuleBtf.call(state, arena.allocateFrom(module).address(), kernel.address())));
    }

    /**
     * Returns the offset in bytes of a structure's member; 0 if there is no such member. {@code struct btf_type} has 12 bytes,
     * of which the lowest 16 bits of info, at 4, count the members; {@code struct btf_member} has name_off, type and offset in
     * bits.
     */
    int memberOffset(MemorySegment types, String struct, String member) {
        int place = member(types, struct, member);
        return place < 0 ? 0 : (place & MEMBER_OFFSET) / Byte.SIZE;
    }

    /**
     * Returns where a structure's member is: offset in bytes of a word of 4 bytes, bits of the word below the member << 16, bits of the
     * member << 24; a member that is no bit field counts as 32 bits. Returns 0 if there is no such member.
     */
    int memberWord(MemorySegment types, String struct, String member) {
        int place = member(types, struct, member);
        if (place < 0) {
            return 0;
        }
        int bit = place & MEMBER_OFFSET;
        int size = place >>> MEMBER_SIZE_SHIFT;
        int bits = size == 0 ? Integer.SIZE : size;
        return ((bit / Integer.SIZE) * Integer.BYTES) | ((bit % Integer.SIZE) << 16) | (bits << MEMBER_SIZE_SHIFT);
    }

    /**
     * Returns the place of a structure's member, in bits: its offset, and if the structure has bit fields, its size << 24, which is 0 of
     * a member that is none. Returns -1 if there is no such member.
     */
    private int member(MemorySegment types, String struct, String member) {
        int kind = 4;
        int head = 12;
        return call((arena, state) -> {
            int id = typeId(arena, state, types, struct, kind);
            if (id <= 0) {
                return -1;
            }
            MemorySegment type = memory(typeById.call(state, types.address(), id), head);
            int count = type.get(JAVA_INT, 4) & 0xffff;
            MemorySegment members = type.reinterpret(head + 12L * count).asSlice(head);
            for (int i = 0; i < count; i++) {
                long name = nameByOffset.call(state, types.address(), members.get(JAVA_INT, 12L * i));
                if (string(name, 256).equals(member)) {
                    return members.get(JAVA_INT, 12L * i + 8);
                }
            }
            return -1;
        });
    }

    /**
     * Returns the number of parameters of a function that has a result; 0 if it has none. The type of the function, {@code struct
     * btf_type}, refers at 8 to that of its prototype, which counts the parameters in the lowest 16 bits at 4 and refers at 8 to the
     * type of the result.
     *
     * @param kind BTF_KIND_FUNC
     */
    int placeOfResult(MemorySegment types, String function, int kind) {
        int bytes = 12;
        return call((arena, state) -> {
            int id = typeId(arena, state, types, function, kind);
            if (id <= 0) {
                return 0;
            }
            MemorySegment type = memory(typeById.call(state, types.address(), id), bytes);
            MemorySegment prototype = memory(typeById.call(state, types.address(), type.get(JAVA_INT, 8)), bytes);
            return prototype.get(JAVA_INT, 8) == 0 ? 0 : prototype.get(JAVA_INT, 4) & 0xffff;
        });
    }

    void freeTypes(MemorySegment types) {
        call((_, state) -> freeBtf.call(state, types.address()));
    }

    /** Enables the loading of an optional program ("?" before its section's name). */
    void include(MemorySegment program) throws IOException {
        check("bpf_program__set_autoload", (_, state) -> setAutoload.callInt(state, program.address(), 1));
    }

    /**
     * Lets libbpf search the types of the kernel's modules before the object is loaded, for a function that does not exist. Without
     * CAP_SYS_ADMIN the kernel does not list modules' types (EPERM), and libbpf 1.1 then fails to load an object that
     * names a function or type which the kernel does not have, even if it is optional. It searches once per object only, and
     * continues without modules if this search was not the load's.
     *
     * @param program any program of the object; its target stays
     */
    void searchModules(MemorySegment program) {
        int result = call((arena, state) -> setAttachTarget.callInt(
                state,
                program.address(),
                0,
                arena.allocateFrom("tcpprobe_no_function").address()));
        assert result < 0;
    }

    /** Creates an array map with keys of 4 bytes, and returns its file descriptor. */
    int createArray(String name, int valueSize, int entries, boolean mappable) throws IOException {
        int array = 2;
        return check("create map " + name, (arena, state) -> {
            MemorySegment opts = arena.allocate(MAP_CREATE_OPTS, 8);
            opts.set(JAVA_LONG, 0, MAP_CREATE_OPTS);
            opts.set(JAVA_INT, MAP_CREATE_OPTS_FLAGS, mappable ? MAPPABLE : 0);
            return createMap.callInt(
                    state,
                    array,
                    arena.allocateFrom(name).address(),
                    Integer.BYTES,
                    valueSize,
                    entries,
                    opts.address());
        });
    }

    /** Sets an element of a map with keys and values of 4 bytes. */
    void update(int fd, int key, int value) throws IOException {
        check(
                "bpf_map_update_elem",
                (arena, state) -> update.callInt(
                        state,
                        fd,
                        arena.allocateFrom(JAVA_INT, key).address(),
                        arena.allocateFrom(JAVA_INT, value).address(),
                        0));
    }

    /** Reads an element of a map with keys of 4 bytes; per-CPU maps return one value for each possible CPU. */
    void lookUp(int fd, int key, MemorySegment value) throws IOException {
        check(
                "bpf_map_lookup_elem",
                (arena, state) -> lookUp.callInt(
                        state, fd, arena.allocateFrom(JAVA_INT, key).address(), NativeFunction.address(value)));
    }

    /** Starts a run of an iterator in the network namespace of this thread; returns the file descriptor to read. */
    int createIterator(MemorySegment link) throws IOException {
        int fd = check("bpf_link__fd", (_, state) -> linkFd.callInt(state, link.address()));
        return check("bpf_iter_create", (_, state) -> createIterator.callInt(state, fd));
    }

    /** Reads {@code struct bpf_prog_info}, as much of it as the kernel has and as fits into the segment. */
    void programInfo(int fd, MemorySegment into) throws IOException {
        check(
                "bpf_obj_get_info_by_fd",
                (arena, state) -> info.callInt(
                        state,
                        fd,
                        NativeFunction.address(into),
                        arena.allocateFrom(JAVA_INT, (int) into.byteSize()).address()));
    }

    int possibleCpus() throws IOException {
        return check("libbpf_num_possible_cpus", (_, state) -> possibleCpus.callInt(state));
    }
}
