package io.bedrockmeter.metering;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may know whom in metering, and that money is never a floating point number. */
class ArchitectureTest {
    private static final String METERING = "io.bedrockmeter.metering";
    private static final Set<String> FLOATS = Set.of("double", "float", "java.lang.Double", "java.lang.Float");
    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(METERING);

    @Test
    void packagesDoNotKnowOneAnotherInCircles() {
        slices().matching(METERING + ".(*)..").should().beFreeOfCycles().check(PRODUCT);
    }

    @Test
    void meteringHasNeverHeardOfTheNetworkOrOfAws() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.netty..",
                        "software.amazon..",
                        "io.bedrockmeter.proxy..",
                        "io.bedrockmeter.simulator..",
                        "ch.qos.logback..",
                        "io.prometheus..")
                .check(PRODUCT);
    }

    @ParameterizedTest
    @CsvSource({
        "money,       ''",
        "account,     ''",
        "model,       ''",
        "eventstream, ''",
        "json,        ''",
        "usage,       'eventstream json model'",
        "pricing,     'usage model money'",
        "rate,        'account'",
        "ledger,      'pricing usage account money model'",
        "meters,      'budget ledger rate pricing usage account money model'",
        "budget,      'account money'",
        "report,      'budget capacity ledger pricing usage account money model'",
        "batch,       'ledger pricing usage account money model'",
        "capacity,    'ledger pricing usage account money model'",
    })
    void eachPackageKnowsOnlyThoseBelowIt(String name, String below) {
        String[] allowed = Stream.concat(Stream.of(name), Arrays.stream(below.split(" ")))
                .filter(known -> !known.isEmpty())
                .map(known -> METERING + "." + known + "..")
                .toArray(String[]::new);
        ArchRule rule = noClasses()
                .that()
                .resideInAPackage(METERING + "." + name + "..")
                .should()
                .dependOnClassesThat(JavaClass.Predicates.resideInAPackage(METERING + ".*..")
                        .and(DescribedPredicate.not(JavaClass.Predicates.resideInAnyPackage(allowed))));

        rule.check(PRODUCT);
    }

    @Test
    void moneyIsNeverAFloatingPointNumber() {
        noFloats().check(PRODUCT);
    }

    @Test
    void theMoneyRuleFindsEveryPlaceWhereAFloatCanHide() {
        JavaClasses guilty = new ClassFileImporter().importClasses(io.bedrockmeter.metering.money.Floats.class);

        assertThatThrownBy(() -> noFloats().check(guilty))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("share")
                .hasMessageContaining("boxed")
                .hasMessageContaining("list(")
                .hasMessageContaining("read()");
    }

    private static ArchRule noFloats() {
        return classes()
                .that()
                .resideInAnyPackage(
                        METERING + ".money..",
                        METERING + ".pricing..",
                        METERING + ".ledger..",
                        METERING + ".batch..",
                        METERING + ".capacity..",
                        METERING + ".rate..",
                        METERING + ".budget..")
                .should(haveNoFloats());
    }

    private static ArchCondition<JavaClass> haveNoFloats() {
        return new ArchCondition<>("have no field, parameter or result of type double or float") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (JavaField field : type.getFields()) {
                    report(field.getFullName(), field.getType().getAllInvolvedRawTypes(), events);
                }
                for (JavaCodeUnit unit : type.getCodeUnits()) {
                    report(unit.getFullName(), unit.getReturnType().getAllInvolvedRawTypes(), events);
                    unit.getParameterTypes()
                            .forEach(parameter ->
                                    report(unit.getFullName(), parameter.getAllInvolvedRawTypes(), events));
                }
            }
        };
    }

    private static void report(String member, Set<JavaClass> types, ConditionEvents events) {
        types.stream()
                .map(JavaClass::getBaseComponentType)
                .filter(type -> FLOATS.contains(type.getName()))
                .forEach(type ->
                        events.add(SimpleConditionEvent.violated(member, member + " is or holds a " + type.getName())));
    }
}
