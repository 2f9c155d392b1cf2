package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The rules for Prometheus, checked and tested by promtool. */
@Needs("promtool")
class PrometheusRulesIT {
    private static final Path FOLDER = KitFiles.FOLDER.resolve("prometheus");

    private static String file(String name) {
        return FOLDER.resolve(name).toString();
    }

    @Test
    void shouldBeValidRules() {
        Tools.Result result = Tools.here().run("promtool", "check", "rules", file("tcpprobe.rules.yml"));
        result.expectSuccess();
        assertFalse(result.all().contains("0 rules found"), result::toString);
    }

    @Test
    void shouldFireWhereTheirTestsExpectIt() {
        Tools.here()
                .run("promtool", "test", "rules", file("tcpprobe.rules.test.yml"))
                .expectSuccess();
    }
}
