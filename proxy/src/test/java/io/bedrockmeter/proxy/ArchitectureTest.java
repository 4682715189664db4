package io.bedrockmeter.proxy;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.bedrockmeter.metering.Admission;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may know whom in the proxy. */
class ArchitectureTest {
    private static final String PROXY = "io.bedrockmeter.proxy";
    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(PROXY);

    @Test
    void packagesDoNotKnowOneAnotherInCircles() {
        slices().matching(PROXY + ".(*)..").should().beFreeOfCycles().check(PRODUCT);
    }

    @Test
    void onlyTheExchangeAdmitsAndSettlesCalls() {
        ArchRule rule = noClasses()
                .that()
                .resideOutsideOfPackages(PROXY + ".exchange", PROXY)
                .should()
                .dependOnClassesThat(name(Admission.class.getPackageName() + ".Metering"))
                .orShould()
                .dependOnClassesThat(name(Admission.class.getName()));

        rule.check(PRODUCT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"auth", "route", "signing", "upstream"})
    void stationsOfACallDoNotKnowOneAnother(String station) {
        String[] others = List.of("auth", "route", "signing", "upstream").stream()
                .filter(other -> !other.equals(station))
                .map(other -> PROXY + "." + other + "..")
                .toArray(String[]::new);
        ArchRule rule = noClasses()
                .that()
                .resideInAPackage(PROXY + "." + station + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others)
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage(PROXY + ".exchange..", PROXY + ".server..");

        rule.allowEmptyShould(true).check(PRODUCT);
    }

    @Test
    void theConfigurationKnowsNothingThatItConfigures() {
        classes()
                .that()
                .resideInAPackage(PROXY + ".config")
                .should()
                .onlyDependOnClassesThat(resideOutsideOfPackage(PROXY + "..").or(resideInAPackage(PROXY + ".config")))
                .check(PRODUCT);
    }

    @Test
    void theAdminPortAndTheCommandLineKeepOffTheNetworkCode() {
        noClasses()
                .that()
                .resideInAnyPackage(PROXY + ".admin", PROXY + ".cli")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty..")
                .check(PRODUCT);
    }

    @Test
    void theTimeIsHandedIn() {
        clockRule().check(PRODUCT);
    }

    @Test
    void randomnessIsHandedIn() {
        randomnessRule().check(PRODUCT);
    }

    @Test
    void theClockRuleFindsAClockThatIsRead() {
        JavaClasses guilty = new ClassFileImporter().importClasses(ReadsTheClock.class);

        assertThatThrownBy(() -> clockRule().check(guilty))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("Instant.now()");
    }

    @Test
    void theSimulatorIsForTests() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.bedrockmeter.simulator..")
                .check(PRODUCT);
    }

    private static ArchRule clockRule() {
        return noClasses()
                .that()
                .resideOutsideOfPackage(PROXY)
                .or()
                .haveSimpleName(ReadsTheClock.class.getSimpleName())
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(InstantSource.class, "system")
                .orShould()
                .callMethod(Clock.class, "systemUTC")
                .orShould()
                .callMethod(Clock.class, "systemDefaultZone");
    }

    private static ArchRule randomnessRule() {
        return noClasses()
                .that()
                .resideOutsideOfPackage(PROXY)
                .should()
                .callMethod(UUID.class, "randomUUID")
                .orShould()
                .callMethod(ThreadLocalRandom.class, "current")
                .orShould()
                .callConstructor(SecureRandom.class)
                .orShould()
                .callConstructor(Random.class);
    }

    /** What the rule must find. */
    static final class ReadsTheClock {
        Instant read() {
            return Instant.now();
        }
    }
}
