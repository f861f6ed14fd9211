package org.apikeys;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaModifier.PUBLIC;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.constructors;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import jakarta.ejb.Singleton;
import jakarta.ejb.Stateless;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Holds the features to the table of who may use whom. */
class ArchitectureTest {
  private static final String ROOT = "org.apikeys.";

  /** The ground floor, which every feature may use. */
  private static final Set<String> GROUND = Set.of("setting", "check", "store", "hot");

  private static final Map<String, List<String>> USES =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("setting", List.of()),
              Map.entry("check", List.of()),
              Map.entry("hot", List.of()),
              Map.entry("store", List.of("setting")),
              Map.entry("cluster", List.of()),
              Map.entry("crypto", List.of()),
              Map.entry("audit", List.of("crypto")),
              Map.entry("backup", List.of("audit", "crypto")),
              Map.entry("tenant", List.of("restriction", "audit", "crypto")),
              Map.entry("openid", List.of("audit")),
              Map.entry("plugin", List.of("audit")),
              Map.entry("permission", List.of("plugin", "audit")),
              Map.entry("restriction", List.of()),
              Map.entry("limit", List.of("cluster")),
              Map.entry(
                  "key",
                  List.of(
                      "permission",
                      "restriction",
                      "limit",
                      "crypto",
                      "tenant",
                      "audit",
                      "cluster")),
              Map.entry(
                  "verify",
                  List.of("key", "permission", "restriction", "limit", "cluster", "crypto")),
              Map.entry("usage", List.of("tenant", "audit")),
              Map.entry(
                  "report",
                  List.of("audit", "usage", "key", "limit", "request", "tenant", "permission")),
              Map.entry("advice", List.of("key", "usage", "permission", "restriction", "limit")),
              Map.entry(
                  "alert",
                  List.of("usage", "notice", "audit", "tenant", "key", "restriction", "crypto")),
              Map.entry("notice", List.of("tenant", "audit", "crypto")),
              Map.entry(
                  "configuration",
                  List.of("tenant", "permission", "request", "notice", "audit", "crypto")),
              Map.entry("request", List.of("key", "permission", "tenant", "audit", "crypto")),
              Map.entry(
                  "demo",
                  List.of(
                      "tenant",
                      "key",
                      "limit",
                      "restriction",
                      "verify",
                      "usage",
                      "request",
                      "crypto")),
              Map.entry(
                  "start", List.of("cluster", "demo", "plugin", "tenant", "usage", "crypto"))));

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.apikeys");

  @TestFactory
  Stream<DynamicTest> aFeatureUsesOnlyWhatTheTableSays() {
    return USES.entrySet().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey(), () -> usesOnly(entry.getKey(), entry.getValue())));
  }

  private static void usesOnly(String feature, Collection<String> others) {
    Set<String> allowed = new TreeSet<>(others);
    allowed.add(feature);
    if (!GROUND.contains(feature)) {
      allowed.addAll(GROUND);
    }
    String[] packages = allowed.stream().map(name -> ROOT + name + "..").toArray(String[]::new);
    DescribedPredicate<JavaClass> foreign =
        resideInAPackage("org.apikeys..")
            .and(DescribedPredicate.not(resideInAnyPackage(packages)))
            .and(DescribedPredicate.not(resideInAPackage("org.apikeys.api..")));
    noClasses()
        .that()
        .resideInAPackage(ROOT + feature + "..")
        .should()
        .dependOnClassesThat(foreign)
        .check(CLASSES);
  }

  @Test
  void everyFeatureIsInTheTable() {
    Set<String> found = new TreeSet<>();
    CLASSES.forEach(
        type -> {
          String name = type.getPackageName();
          if (name.startsWith(ROOT)
              && !name.startsWith(ROOT + "api")
              && !name.startsWith(ROOT + "plugins")) {
            found.add(name.substring(ROOT.length()));
          }
        });
    assertThat(found).isEqualTo(USES.keySet());
  }

  @Test
  void theContractsArePureJdk() {
    classes()
        .that()
        .resideInAPackage("org.apikeys.api..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", "javax.crypto..", "org.jspecify..", "org.apikeys.api..")
        .check(CLASSES);
  }

  private static final DescribedPredicate<JavaClass> ARE_EJBS =
      describe(
          "are EJBs",
          type -> type.isAnnotatedWith(Stateless.class) || type.isAnnotatedWith(Singleton.class));

  /** Payara does without it, Open Liberty does not. */
  @Test
  void ejbsHaveThePublicConstructorThatTheirSpecificationAsksFor() {
    constructors()
        .that()
        .areDeclaredInClassesThat(ARE_EJBS)
        .and()
        .haveRawParameterTypes(new Class<?>[0])
        .should()
        .bePublic()
        .check(CLASSES);
  }

  /** The container's proxies, which are in no package of ours, have to name it. */
  @Test
  void ejbsAnswerWithPublicTypes() {
    methods()
        .that()
        .arePublic()
        .and()
        .areDeclaredInClassesThat(ARE_EJBS)
        .should()
        .haveRawReturnType(
            describe(
                "that is public",
                type -> type.getBaseComponentType().getModifiers().contains(PUBLIC)))
        .check(CLASSES);
  }

  @Test
  void pluginsKnowTheContractsAlone() {
    classes()
        .that()
        .resideInAPackage("org.apikeys.plugins..")
        .and()
        .resideOutsideOfPackage("org.apikeys.plugins.testing..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..", "org.jspecify..", "org.apikeys.api..", "org.apikeys.plugins..")
        .check(CLASSES);
  }

  @Test
  void noPackageIsACatchAll() {
    String[] names = {"impl", "util", "utils", "common", "helper", "dto", "misc"};
    noClasses()
        .should()
        .resideInAnyPackage(
            Arrays.stream(names).map(name -> ".." + name + "..").toArray(String[]::new))
        .check(CLASSES);
  }

  @Test
  void nobodyWritesToTheConsole() {
    noClasses()
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .check(CLASSES);
  }
}
