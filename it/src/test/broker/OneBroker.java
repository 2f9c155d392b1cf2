import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.utils.Time;

/**
 * A Kafka broker of one node on loopback, for tests: {@code java -cp 'lib/*' OneBroker.java FOLDER PORT CONTROLLER_PORT [SETTING=VALUE ...]}. Prints READY when it
 * accepts clients. Ends when its standard input ends, so that it does not outlive the process that started it. A second start with
 * the same folder has the data of the first.
 */
public final class OneBroker {
    private OneBroker() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]).toAbsolutePath();
        Properties settings = settings(folder, arguments[1], arguments[2]);
        for (int i = 3; i < arguments.length; i++) {
            String[] setting = arguments[i].split("=", 2);
            settings.setProperty(setting[0], setting[1]);
        }
        Files.createDirectories(folder);
        if (!Files.exists(folder.resolve("data/meta.properties"))) {
            format(folder, settings);
        }
        KafkaRaftServer broker = new KafkaRaftServer(KafkaConfig.fromProps(settings), Time.SYSTEM);
        broker.startup();
        System.out.println("READY");
        awaitEndOfInput();
        broker.shutdown();
        broker.awaitShutdown();
        System.exit(0);
    }

    private static Properties settings(Path folder, String port, String controllerPort) {
        Properties settings = new Properties();
        settings.setProperty("process.roles", "broker,controller");
        settings.setProperty("node.id", "1");
        settings.setProperty("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        settings.setProperty("controller.listener.names", "CONTROLLER");
        settings.setProperty("listener.security.protocol.map", "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT");
        settings.setProperty("listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
        settings.setProperty("log.dirs", folder.resolve("data").toString());
        settings.setProperty("num.partitions", "2");
        settings.setProperty("offsets.topic.num.partitions", "1");
        settings.setProperty("offsets.topic.replication.factor", "1");
        settings.setProperty("transaction.state.log.num.partitions", "1");
        settings.setProperty("transaction.state.log.replication.factor", "1");
        settings.setProperty("transaction.state.log.min.isr", "1");
        settings.setProperty("share.coordinator.state.topic.num.partitions", "1");
        settings.setProperty("share.coordinator.state.topic.replication.factor", "1");
        settings.setProperty("group.initial.rebalance.delay.ms", "0");
        settings.setProperty("log.cleaner.enable", "false");
        return settings;
    }

    private static void format(Path folder, Properties settings) throws IOException {
        Path file = folder.resolve("broker.properties");
        try (var out = Files.newOutputStream(file)) {
            settings.store(out, null);
        }
        StorageTool.execute(
                new String[] {"format", "-c", file.toString(), "-t", "AAAAAAAAAAAAAAAAAAAAAQ"}, System.out);
    }

    private static void awaitEndOfInput() throws IOException {
        while (System.in.read() >= 0) {}
    }
}
