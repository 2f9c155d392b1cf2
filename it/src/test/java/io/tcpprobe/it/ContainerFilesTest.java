package io.tcpprobe.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1DaemonSet;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.tcpprobe.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The files of the container image: the manifest agrees with the API of Kubernetes, and the seccomp profile with its list. */
class ContainerFilesTest {
    private static final Path FOLDER = Path.of("../packaging/image");
    private static final Path MANIFEST = FOLDER.resolve("kubernetes.yaml");

    private static List<JsonElement> documents(String yaml) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        List<JsonElement> documents = new ArrayList<>();
        new Yaml(new SafeConstructor(options))
                .loadAll(yaml)
                .forEach(document -> documents.add(new Gson().toJsonTree(document)));
        return documents;
    }

    private static String member(JsonElement document, String name) {
        return document.getAsJsonObject().get(name).getAsString();
    }

    /** Fails for a field that the API does not have, for a value of another type, and if a required field is missing. */
    private static void check(JsonElement document) throws IOException {
        switch (member(document, "apiVersion") + " " + member(document, "kind")) {
            case "v1 Namespace" -> {
                V1Namespace.validateJsonElement(document);
                V1Namespace.fromJson(document.toString());
            }
            case "v1 ServiceAccount" -> {
                V1ServiceAccount.validateJsonElement(document);
                V1ServiceAccount.fromJson(document.toString());
            }
            case "v1 ConfigMap" -> {
                V1ConfigMap.validateJsonElement(document);
                V1ConfigMap.fromJson(document.toString());
            }
            case "apps/v1 DaemonSet" -> {
                V1DaemonSet.validateJsonElement(document);
                V1DaemonSet.fromJson(document.toString());
            }
            default -> throw new IllegalArgumentException("a kind that this test does not know: " + document);
        }
    }

    private static V1DaemonSet daemonSet() throws IOException {
        for (JsonElement document : documents(Files.readString(MANIFEST))) {
            if (member(document, "kind").equals("DaemonSet")) {
                return V1DaemonSet.fromJson(document.toString());
            }
        }
        throw new AssertionError("no DaemonSet in " + MANIFEST);
    }

    @Test
    void shouldAgreeWithTheApiOfKubernetes() throws IOException {
        List<JsonElement> documents = documents(Files.readString(MANIFEST));
        for (JsonElement document : documents) {
            check(document);
        }
        assertEquals(
                List.of("Namespace", "ServiceAccount", "ConfigMap", "DaemonSet"),
                documents.stream().map(document -> member(document, "kind")).toList());
    }

    @Test
    void shouldFindFieldsThatTheApiDoesNotHave() throws IOException {
        String manifest = Files.readString(MANIFEST);
        for (String field : List.of("hostPID", "localhostProfile", "defaultMode", "failureThreshold")) {
            assertTrue(manifest.contains(field + ":"), field);
            List<JsonElement> misspelt = documents(manifest.replace(field + ":", field + "x:"));
            assertThrows(IllegalArgumentException.class, () -> check(misspelt.getLast()), field);
        }
    }

    @Test
    void shouldMountVolumesThatExist() throws IOException {
        var pod = daemonSet().getSpec().getTemplate().getSpec();
        Set<String> volumes =
                pod.getVolumes().stream().map(volume -> volume.getName()).collect(Collectors.toSet());
        Set<String> mounted = Stream.concat(pod.getInitContainers().stream(), pod.getContainers().stream())
                .flatMap(container -> container.getVolumeMounts().stream())
                .map(mount -> mount.getName())
                .collect(Collectors.toSet());
        assertEquals(volumes, mounted);
    }

    @Test
    void shouldSetSettingsThatExist() throws IOException {
        V1Container agent =
                daemonSet().getSpec().getTemplate().getSpec().getContainers().getFirst();
        Set<String> variables =
                Settings.ALL.stream().map(setting -> setting.environmentName()).collect(Collectors.toSet());
        for (var variable : agent.getEnv()) {
            assertTrue(
                    !variable.getName().startsWith(Settings.ENVIRONMENT_PREFIX)
                            || variables.contains(variable.getName()),
                    variable.getName());
        }
    }

    @Test
    void shouldRenderTheSeccompProfileFromItsList() throws Exception {
        Process process = new ProcessBuilder("sh", FOLDER.resolve("seccomp.sh").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String rendered = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertEquals(0, process.waitFor());
        assertEquals(
                Files.readString(FOLDER.resolve("seccomp.json")),
                rendered,
                "run packaging/image/seccomp.sh >packaging/image/seccomp.json");
    }

    @Test
    void shouldAllowBpfAndNoCallThatLeavesTheContainer() throws IOException {
        var profile = JsonParser.parseString(Files.readString(FOLDER.resolve("seccomp.json")))
                .getAsJsonObject();
        assertEquals("SCMP_ACT_ERRNO", member(profile, "defaultAction"));
        Set<String> allowed = new TreeSet<>();
        for (JsonElement rule : profile.getAsJsonArray("syscalls")) {
            if (member(rule, "action").equals("SCMP_ACT_ALLOW")) {
                StreamSupport.stream(
                                rule.getAsJsonObject().getAsJsonArray("names").spliterator(), false)
                        .forEach(name -> allowed.add(name.getAsString()));
            }
        }
        assertTrue(allowed.contains("bpf"));
        assertEquals(
                Set.of(),
                allowed.stream()
                        .filter(
                                Set.of(
                                        "mount",
                                        "setns",
                                        "unshare",
                                        "ptrace",
                                        "clone3",
                                        "init_module",
                                        "keyctl",
                                        "reboot")::contains)
                        .collect(Collectors.toSet()));
    }
}
