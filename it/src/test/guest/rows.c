// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * The least that makes flow rows of our BPF programs, for a guest that has no JVM: rows OBJECT QUESTIONS ANSWER NAMESPACE
 *
 * Loads and attaches the programs as the agent does, and says how long that took. Then, for each line that comes through the
 * FIFO QUESTIONS, it sweeps here and in the network namespace at the path NAMESPACE and writes all rows to the file ANSWER, as
 * the agent's operation "page" answers: {"value": {"1": {"cwnd": 10, ...}}}.
 */
#define _GNU_SOURCE
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include "tcpprobe.h"

#define PAGE 4096

struct field {
	int id;
	const char *name;
	size_t offset;
	size_t size;
};

#define FIELD(id, member, name) { id, name, offsetof(struct flow_row, member), sizeof(((struct flow_row *)0)->member) },

static const struct field fields[] = {
#include "fields.h" /* made of flow_row.h by rows.sh */
};

static void fail(const char *what, ...)
{
	va_list words;

	fprintf(stderr, "rows: ");
	va_start(words, what);
	vfprintf(stderr, what, words);
	va_end(words);
	fprintf(stderr, ": %s\n", strerror(errno));
	exit(1);
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

/* ---- loading ---------------------------------------------------------------------------------------------------- */

static struct bpf_object *object;

static struct bpf_program *program(const char *name)
{
	struct bpf_program *found = bpf_object__find_program_by_name(object, name);

	if (!found)
		fail("find program %s", name);
	return found;
}

static struct bpf_map *map(const char *name)
{
	struct bpf_map *found = bpf_object__find_map_by_name(object, name);

	if (!found)
		fail("find map %s", name);
	return found;
}

static struct bpf_link *attach(const char *name)
{
	struct bpf_link *link = bpf_program__attach(program(name));

	if (!link)
		fail("attach %s", name);
	return link;
}

static bool kernel_has(const char *type, int kind)
{
	static struct btf *kernel;

	if (!kernel)
		kernel = btf__load_vmlinux_btf();
	if (!kernel)
		fail("read the kernel's BTF");
	return btf__find_by_name_kind(kernel, type, kind) > 0;
}

static const char *segment_program(void)
{
	return kernel_has("bpf_rdonly_cast", BTF_KIND_FUNC) ? "on_segment" : "on_segment_old";
}

static bool has_ca_state(void)
{
	return kernel_has("btf_trace_tcp_cong_state_set", BTF_KIND_TYPEDEF);
}

static void load(const char *file)
{
	struct features features = { .on_ca_state = has_ca_state() };

	object = bpf_object__open_file(file, NULL);
	if (!object)
		fail("open %s", file);
	if (bpf_map__set_initial_value(map(".rodata.features"), &features, sizeof(features)))
		fail("set features");
	bpf_map__set_max_entries(map("events"), 1 << 16);
	bpf_map__set_max_entries(map("samples"), 1 << 16);
	bpf_program__set_autoload(program(segment_program()), true);
	bpf_program__set_autoload(program("sweep"), true);
	bpf_program__set_autoload(program("owners"), true);
	if (has_ca_state())
		bpf_program__set_autoload(program("on_ca_state"), true);
	if (bpf_object__load(object))
		fail("load %s", file);
}

static void *mapped(const char *name, size_t size)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(map(name)), 0);

	if (at == MAP_FAILED)
		fail("map %s", name);
	return at;
}

static unsigned long long tick_nanos(void)
{
	struct timespec tick;

	clock_getres(CLOCK_MONOTONIC_COARSE, &tick);
	return tick.tv_nsec;
}

/* Every segment is sampled, and nothing is evicted. */
static void set(void)
{
	struct settings *settings = mapped(".data.settings", PAGE);
	unsigned long long tick = tick_nanos();

	settings->tick_micros = (tick << 16) / 1000;
	settings->tick_millis = (tick << 16) / 1000000;
	settings->tick_nanos = tick;
	settings->second_ticks = 1000000000 / tick;
	settings->probe_ticks = 0;
	settings->purge_ticks = ~0U;
	settings->full = 1;
	settings->capacity = CHUNK_ROWS;
	settings->max_flows = CHUNK_ROWS;
	settings->idle_may_enter = 1;
}

static int add_chunk(const char *maps, size_t value_size, int flags)
{
	LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = flags);
	int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, maps, sizeof(__u32), value_size, CHUNK_ROWS, &options);
	__u32 first = 0;

	if (fd < 0 || bpf_map_update_elem(bpf_map__fd(map(maps)), &first, &fd, BPF_ANY))
		fail("add a map to %s", maps);
	return fd;
}

static const struct flow_row *make_rows(void)
{
	const struct flow_row *rows;

	add_chunk("state_chunks", FLOW_STATE_SIZE, 0);
	rows = mmap(NULL, CHUNK_ROWS * sizeof(*rows), PROT_READ, MAP_SHARED,
		    add_chunk("chunks", sizeof(*rows), BPF_F_MMAPABLE), 0);
	if (rows == MAP_FAILED)
		fail("map the rows");
	return rows;
}

/* ---- sweeps ----------------------------------------------------------------------------------------------------- */

static void iterate(struct bpf_link *link)
{
	static char ignored[32768];
	int fd = bpf_iter_create(bpf_link__fd(link));
	ssize_t n;

	if (fd < 0)
		fail("begin to iterate");
	while ((n = read(fd, ignored, sizeof(ignored))) > 0)
		;
	if (n < 0)
		fail("iterate");
	close(fd);
}

static void iterate_in(const char *namespace, struct bpf_link *link)
{
	int own = open("/proc/self/ns/net", O_RDONLY), other = open(namespace, O_RDONLY);

	if (own < 0 || other < 0 || setns(other, CLONE_NEWNET))
		fail("enter %s", namespace);
	iterate(link);
	if (setns(own, CLONE_NEWNET))
		fail("leave %s", namespace);
	close(own);
	close(other);
}

/* ---- rows ------------------------------------------------------------------------------------------------------- */

static unsigned long long number(const struct flow_row *row, const struct field *field)
{
	const char *at = (const char *)row + field->offset;

	switch (field->size) {
	case 1:
		return *(const __u8 *)at;
	case 2:
		return *(const __u16 *)at;
	case 4:
		return *(const __u32 *)at;
	default:
		return *(const __u64 *)at;
	}
}

/* Of tcpConnectionState, RFC 4022, by number. */
static const char *const states[] = {
	"", "closed", "listen", "synSent", "synReceived", "established", "finWait1", "finWait2", "closeWait", "lastAck",
	"closing", "timeWait", "deleteTCB",
};

static void print_field(FILE *out, const struct flow_row *row, const struct field *field)
{
	fprintf(out, "\"%s\": ", field->name);
	if (!(row->present[field->id / 64] >> field->id % 64 & 1))
		fprintf(out, "null");
	else if (field->id == F_CONGESTION_CONTROL || field->id == F_COMMAND)
		fprintf(out, "\"%.16s\"", (const char *)row + field->offset);
	else if (field->id == F_STATE)
		fprintf(out, "\"%s\"", row->state < sizeof(states) / sizeof(*states) ? states[row->state] : "");
	else if (field->size > 8) /* addresses: ss names sockets by their cookie */
		fprintf(out, "null");
	else
		fprintf(out, "%llu", number(row, field));
}

static void print_row(FILE *out, const struct flow_row *row)
{
	size_t i;

	for (i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		fprintf(out, i ? ", " : "{");
		print_field(out, row, &fields[i]);
	}
	fprintf(out, "}");
}

static void answer(const char *file, const struct flow_row *rows, __u32 count)
{
	const char *separator = "";
	char name[256];
	FILE *out;
	__u32 i;

	snprintf(name, sizeof(name), "%s.new", file);
	out = fopen(name, "w");
	if (!out)
		fail("write %s", name);
	fprintf(out, "{\"value\": {");
	for (i = 0; i < count; i++) {
		if (!rows[i].flow_id)
			continue;
		fprintf(out, "%s\"%u\": ", separator, rows[i].flow_id);
		print_row(out, &rows[i]);
		separator = ", ";
	}
	fprintf(out, "}}");
	if (fclose(out) || rename(name, file))
		fail("write %s", file);
}

int main(int count, char **words)
{
	const struct flow_row *rows;
	struct bpf_link *sweep, *owners;
	struct table *table;
	char line[16];
	double began = seconds();
	FILE *questions;

	if (count < 5)
		return 2;
	load(words[1]);
	rows = make_rows();
	table = mapped(".data.table", PAGE);
	set();
	attach("on_destroy");
	attach("on_state");
	if (has_ca_state())
		attach("on_ca_state");
	attach(segment_program());
	sweep = attach("sweep");
	owners = attach("owners");
	iterate(sweep);
	printf("source bpf ready after %.2f s, segments by %s%s\n", seconds() - began, segment_program(),
	       has_ca_state() ? ", with on_ca_state" : "");
	fflush(stdout);
	for (;;) {
		questions = fopen(words[2], "r");
		while (questions && fgets(line, sizeof(line), questions)) {
			iterate_in(words[4], sweep);
			iterate(sweep);
			table->owner_sweep++;
			iterate(owners);
			iterate_in(words[4], sweep);
			iterate(sweep);
			answer(words[3], rows, table->high_water);
		}
		if (questions)
			fclose(questions);
	}
}
