package io.tcpprobe.it;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.syntax.GivenSlices;
import io.tcpprobe.agent.logging.Logging;
import io.tcpprobe.agent.snmp.model.NumberType;
import io.tcpprobe.kernel.flow.FieldProjection;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.mibs.Smi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import jdk.jfr.FlightRecorder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Checks which classes may depend on which. */
class ArchitectureTest {
    private static final String CONFIG = "io.tcpprobe.config..";
    private static final String KERNEL = "io.tcpprobe.kernel..";
    private static final String MIBS = "io.tcpprobe.mibs..";
    private static final String AGENT = "io.tcpprobe.agent..";
    private static final List<String> CONNECTORS = List.of("snmp", "jmx", "http", "otlp", "kafka", "ipfix");

    private static JavaClasses ours;

    @BeforeAll
    static void readClasses() {
        Logging.warningsOnly(); // ArchUnit logs a line for every class of the JDK
        ours = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .withImportOption(ArchitectureTest::isPartOfAgent)
                .importPackages("io.tcpprobe");
    }

    private static boolean isPartOfAgent(Location location) {
        return !location.contains("/io/tcpprobe/it/") && !location.contains("/io/tcpprobe/test/");
    }

    @Test
    void shouldHaveConfigDependOnTheJdkOnly() {
        classes()
                .that()
                .resideInAPackage(CONFIG)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(CONFIG, "java..", "org.jspecify..")
                .check(ours);
    }

    @Test
    void shouldHaveModulesDependInOneDirection() {
        noClasses()
                .that()
                .resideInAPackage(KERNEL)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(MIBS, AGENT)
                .check(ours);
        noClasses()
                .that()
                .resideInAPackage(MIBS)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(AGENT)
                .check(ours);
    }

    @Test
    void shouldCallNativeCodeInKernelOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackage(KERNEL)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.lang.foreign..")
                .check(ours);
    }

    @Test
    void shouldUseProtocolLibrariesInAgentOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackage(AGENT)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.snmp4j..", "org.jolokia..", "picocli..", "javax.management..")
                .check(ours);
    }

    /** A JVM may have no flight recorder, and loading its classes costs time at the start. */
    @Test
    void shouldUseTheFlightRecorderInItsPackageOnly() {
        useTheFlightRecorderInItsPackageOnly().check(ours);
    }

    @Test
    void shouldFindPlantedUseOfTheFlightRecorder() {
        JavaClasses planted = new ClassFileImporter().importClasses(RecorderUser.class);
        AssertionError found = assertThrows(
                AssertionError.class,
                () -> useTheFlightRecorderInItsPackageOnly().check(planted));
        assertTrue(found.getMessage().contains(RecorderUser.class.getName()), found::getMessage);
    }

    private static ArchRule useTheFlightRecorderInItsPackageOnly() {
        return noClasses()
                .that()
                .resideOutsideOfPackage("io.tcpprobe.agent.jfr..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jdk.jfr..");
    }

    static final class RecorderUser {
        static boolean records() {
            return FlightRecorder.isInitialized();
        }
    }

    @Test
    void shouldHaveNoDependenciesBetweenConnectors() {
        for (String connector : CONNECTORS) {
            String[] others = CONNECTORS.stream()
                    .filter(other -> !other.equals(connector))
                    .map(other -> "io.tcpprobe.agent." + other + "..")
                    .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage("io.tcpprobe.agent." + connector + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(others)
                    .check(ours);
        }
    }

    @Test
    void shouldHavePremainDependOnTheJdkOnly() throws IOException {
        // The packaged class is in a separate jar, not on the class path.
        Path jar = Distribution.built().javaagent();
        JavaClasses premain = Files.exists(jar) ? new ClassFileImporter().importJar(new JarFile(jar.toFile())) : ours;
        classes()
                .that()
                .resideInAPackage("io.tcpprobe.agent.premain..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("io.tcpprobe.agent.premain..", "java..", "org.jspecify..")
                .check(premain);
    }

    @Test
    void shouldHaveNoCyclesBetweenPackages() {
        packages().should().beFreeOfCycles().check(ours);
    }

    @Test
    void shouldFindPlantedCycleThroughRootPackage() {
        JavaClasses planted = new ClassFileImporter().importPackages("io.tcpprobe.it.planted");
        String found = assertThrows(
                        AssertionError.class,
                        () -> packages().should().beFreeOfCycles().check(planted))
                .getMessage();
        assertTrue(found.contains("io.tcpprobe.it.planted.inner"), found);
    }

    /** Each package is a slice, even if it contains other packages. */
    private static GivenSlices packages() {
        return slices().assignedFrom(new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass type) {
                return type.getPackageName().startsWith("io.tcpprobe")
                        ? SliceIdentifier.of(type.getPackageName())
                        : SliceIdentifier.ignore();
            }

            @Override
            public String getDescription() {
                return "packages";
            }
        });
    }

    /** Every connector and format implements {@link FieldProjection}, so none of them can omit a new kind of value. */
    @Test
    void shouldHaveOneSwitchOverTheKindOfAField() {
        theOnlySwitch(FlowField.Kind.class, FieldProjection.class).check(ours);
        noClasses()
                .that()
                .resideOutsideOfPackage("io.tcpprobe.kernel.flow..")
                .should()
                .callMethod(FlowField.class, "kind")
                .check(ours);
    }

    @Test
    void shouldHaveOneSwitchOverTheTypesOfSmi() {
        theOnlySwitch(Smi.class, NumberType.class).check(ours);
    }

    /** The rule must find the second switch that is planted here. */
    @Test
    void shouldFindASecondSwitch() {
        JavaClasses planted = new ClassFileImporter().importClasses(SecondSwitch.class);
        AssertionError found = assertThrows(
                AssertionError.class,
                () -> theOnlySwitch(FlowField.Kind.class, FieldProjection.class).check(planted));
        assertTrue(found.getMessage().contains(SecondSwitch.class.getName()), found::getMessage);
    }

    static final class SecondSwitch {
        static boolean isNumber(FlowField.Kind kind) {
            return switch (kind) {
                case ADDRESS, NAME -> false;
                case ADDRESS_TYPE, BITS, COUNTER, FLAG, GAUGE, IDENTIFIER, PORT, STATE, TIME -> true;
            };
        }
    }

    /** A switch over an enum calls the ordinal of its constant. */
    private static ArchRule theOnlySwitch(Class<? extends Enum<?>> closed, Class<?> where) {
        return noClasses()
                .that()
                .haveNameNotMatching(Pattern.quote(where.getName()) + "(\\$.*)?")
                .should()
                .callMethod(closed, "ordinal");
    }
}
