package io.tcpprobe.it;

import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jolokia.json.JSONObject;
import org.jolokia.json.parser.JSONParser;
import org.jolokia.json.parser.ParseException;

/** A Zabbix server with its own PostgreSQL, which listens on a socket file only, and the frontend, which serves the API. */
final class ZabbixServer implements AutoCloseable {
    static final Path POSTGRESQL = Path.of("/usr/lib/postgresql/15/bin");
    static final Path SQL = Path.of("/usr/share/zabbix-server-pgsql");
    static final Path FRONTEND = Path.of("/usr/share/zabbix");

    private final HttpClient client = HttpClient.newHttpClient();
    private final Deque<DaemonProcess> open = new ArrayDeque<>();
    private final Path folder;
    private final URI api;
    private String session = "";

    private ZabbixServer(Path folder, int port) {
        this.folder = folder;
        this.api = URI.create("http://127.0.0.1:" + port + "/api_jsonrpc.php");
    }

    /**
     * Starts it, and logs in.
     *
     * @param folder an empty folder
     */
    static ZabbixServer start(Path folder) throws Exception {
        int port = FreePort.tcp();
        ZabbixServer server = new ZabbixServer(folder, port);
        boolean ready = false;
        try {
            server.startDatabase();
            server.startServer();
            server.startFrontend(port);
            server.session =
                    String.valueOf(server.call("user.login", Map.of("username", "Admin", "password", "zabbix")));
            ready = true;
            return server;
        } finally {
            if (!ready) {
                server.close();
            }
        }
    }

    private void keep(DaemonProcess process) {
        open.push(process);
    }

    /** PostgreSQL does not run as root. */
    private void startDatabase() throws Exception {
        for (Path part = folder; part != null && !part.equals(part.getRoot()); part = part.getParent()) {
            if (part.getFileName().toString().startsWith("junit")) {
                Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
        Path home = Files.createDirectory(folder.resolve("postgresql"));
        Tools.here().run("chown", "postgres", home.toString()).expectSuccess();
        Path data = home.resolve("data");
        asPostgres(POSTGRESQL.resolve("initdb").toString(), "-D", data.toString(), "-A", "trust", "-N", "-E", "UTF8");
        keep(DaemonProcess.start(
                folder,
                Map.of(),
                List.of(
                        "setpriv",
                        "--reuid=postgres",
                        "--regid=postgres",
                        "--clear-groups",
                        POSTGRESQL.resolve("postgres").toString(),
                        "-D",
                        data.toString(),
                        "-k",
                        home.toString(),
                        "-c",
                        "listen_addresses=",
                        "-c",
                        "fsync=off")));
        Waiting.until("PostgreSQL", () -> Files.exists(home.resolve(".s.PGSQL.5432")) && sql("SELECT 1") == 0);
        asPostgres("createdb", "-h", home.toString(), "-E", "UTF8", "zabbix");
        for (String file : List.of("schema", "images", "data")) {
            asPostgres(
                    "sh",
                    "-c",
                    "zcat \"$0\" | psql -q -v ON_ERROR_STOP=1 -h \"$1\" zabbix >/dev/null",
                    SQL.resolve(file + ".sql.gz").toString(),
                    home.toString());
        }
    }

    private int sql(String statement) {
        return Tools.here()
                .run(
                        "setpriv",
                        "--reuid=postgres",
                        "--regid=postgres",
                        "--clear-groups",
                        "psql",
                        "-h",
                        folder.resolve("postgresql").toString(),
                        "-c",
                        statement,
                        "postgres")
                .status();
    }

    private static void asPostgres(String... command) {
        List<String> line =
                new ArrayList<>(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
        line.addAll(List.of(command));
        Tools.here().run(line.toArray(String[]::new)).expectSuccess();
    }

    private void startServer() throws IOException {
        int port = FreePort.belowEphemeral(); // the server accepts 32767 at most
        Path configuration =
                Files.writeString(folder.resolve("zabbix_server.conf"), """
                    ListenIP=127.0.0.1
                    ListenPort=%d
                    LogType=console
                    PidFile=%s/zabbix_server.pid
                    SocketDir=%s
                    DBHost=%s/postgresql
                    DBName=zabbix
                    DBUser=postgres
                    AllowRoot=1
                    CacheUpdateFrequency=2
                    StartPollers=3
                    """.formatted(port, folder, folder, folder));
        keep(DaemonProcess.start(folder, Map.of(), List.of("zabbix_server", "-f", "-c", configuration.toString())));
    }

    /** The frontend has its configuration in /etc/zabbix: a mount that only it sees. */
    private void startFrontend(int port) throws IOException {
        Path etc = Files.createDirectory(folder.resolve("etc"));
        Files.writeString(etc.resolve("zabbix.conf.php"), """
            <?php
            $DB['TYPE'] = 'POSTGRESQL';
            $DB['SERVER'] = '%s/postgresql';
            $DB['PORT'] = '5432';
            $DB['DATABASE'] = 'zabbix';
            $DB['USER'] = 'postgres';
            $DB['PASSWORD'] = '';
            $DB['SCHEMA'] = '';
            $DB['ENCRYPTION'] = false;
            $DB['DOUBLE_IEEE754'] = true;
            $IMAGE_FORMAT_DEFAULT = IMAGE_FORMAT_PNG;
            """.formatted(folder));
        DaemonProcess php = DaemonProcess.start(
                folder,
                Map.of(),
                List.of(
                        "unshare",
                        "-m",
                        "sh",
                        "-c",
                        "mount --bind \"$0\" /etc/zabbix && exec php -d memory_limit=256M -d max_execution_time=300"
                                + " -d post_max_size=16M -d max_input_time=300 -S \"$1\" -t \"$2\"",
                        etc.toString(),
                        "127.0.0.1:" + port,
                        FRONTEND.toString()));
        keep(php);
        php.awaitPort(port);
    }

    /**
     * Calls a method of the API.
     *
     * @throws AssertionError if it fails
     */
    Object call(String method, Object parameters) throws IOException {
        JSONObject request = new JSONObject();
        request.put("jsonrpc", "2.0");
        request.put("method", method);
        request.put("params", parameters);
        request.put("id", 1);
        if (!session.isEmpty()) {
            request.put("auth", session);
        }
        try {
            String answer = client.send(
                            HttpRequest.newBuilder(api)
                                    .header("Content-Type", "application/json-rpc")
                                    .POST(HttpRequest.BodyPublishers.ofString(request.toJSONString()))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
            if (!(new JSONParser().parse(answer) instanceof Map<?, ?> json) || json.get("result") == null) {
                throw new AssertionError(method + ": " + answer);
            }
            return json.get("result");
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        } catch (ParseException malformed) {
            throw new IOException(method, malformed);
        }
    }

    /** Calls a method that returns a list of objects. */
    List<Map<?, ?>> list(String method, Object parameters) throws IOException {
        return ((List<?>) call(method, parameters))
                .stream().<Map<?, ?>>map(one -> (Map<?, ?>) one).toList();
    }

    @Override
    public void close() {
        client.close();
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }
}
