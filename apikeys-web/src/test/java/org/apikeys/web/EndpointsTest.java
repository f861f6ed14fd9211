package org.apikeys.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.web.access.HotPaths;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every endpoint declares who may call it, and stands in the OpenAPI document. */
class EndpointsTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.apikeys.web");

  /** One operation of the API. */
  private record Endpoint(String verb, String path, Method method) {}

  private static List<Endpoint> endpoints() {
    List<Endpoint> endpoints = new ArrayList<>();
    for (JavaClass type : CLASSES) {
      if (type.isAnnotatedWith(Path.class)) {
        Class<?> resource = type.reflect();
        for (Method method : resource.getDeclaredMethods()) {
          verb(method).forEach(verb -> endpoints.add(endpoint(verb, resource, method)));
        }
      }
    }
    return endpoints;
  }

  private static Stream<String> verb(Method method) {
    return Stream.of(method.getAnnotations())
        .map(Annotation::annotationType)
        .filter(type -> type.isAnnotationPresent(HttpMethod.class))
        .map(type -> type.getAnnotation(HttpMethod.class).value());
  }

  private static Endpoint endpoint(String verb, Class<?> resource, Method method) {
    String base = resource.getAnnotation(Path.class).value();
    Path own = method.getAnnotation(Path.class);
    return new Endpoint(verb, "/api" + base + (own == null ? "" : "/" + own.value()), method);
  }

  @TestFactory
  Stream<DynamicTest> everyEndpointDeclaresItsPermission() {
    return endpoints().stream()
        .map(
            endpoint ->
                DynamicTest.dynamicTest(
                    endpoint.verb() + " " + endpoint.path(), () -> declares(endpoint.method())));
  }

  private static void declares(Method method) {
    RolesAllowed allowed = method.getAnnotation(RolesAllowed.class);
    assertThat(allowed != null || method.isAnnotationPresent(PermitAll.class))
        .as("@RolesAllowed or @PermitAll")
        .isTrue();
    if (allowed != null) {
      assertThat(allowed.value()).isSubsetOf(ManagementScope.DESCRIPTIONS.keySet());
    }
  }

  @Test
  void theDocumentHasEveryOperationAndNoOther() throws IOException {
    Set<String> built = new TreeSet<>();
    endpoints().forEach(endpoint -> built.add(endpoint.verb() + " " + endpoint.path()));
    built.add("POST " + HotPaths.VERIFY);
    for (String verb : List.of("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")) {
      built.add(verb + " " + HotPaths.AUTHORIZE);
    }
    assertThat(documented()).isEqualTo(built);
  }

  private static Set<String> documented() throws IOException {
    Set<String> operations = new TreeSet<>();
    document()
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        verb -> {
                          if (!verb.equals("parameters")
                              && !verb.equals("summary")
                              && !verb.equals("description")) {
                            operations.add(verb.toUpperCase(Locale.ROOT) + " " + path.getKey());
                          }
                        }));
    return operations;
  }

  @Test
  void theDocumentNamesEveryProblem() throws IOException {
    List<String> codes = new ArrayList<>();
    document().at("/components/schemas/ProblemCode/enum").forEach(code -> codes.add(code.asText()));
    assertThat(codes).containsExactlyInAnyOrderElementsOf(problemNames());
  }

  @Test
  void everyProblemHasItsPage() throws IOException {
    java.nio.file.Path pages = java.nio.file.Path.of("..", "docs", "problems");
    try (Stream<java.nio.file.Path> files = Files.list(pages)) {
      assertThat(files.map(file -> String.valueOf(file.getFileName()).replace(".md", "")))
          .containsExactlyInAnyOrderElementsOf(problemNames());
    }
    for (ProblemType type : ProblemType.values()) {
      assertThat(Files.readString(pages.resolve(type.name() + ".md")))
          .contains("# " + type.title(), type.name(), Integer.toString(type.status()));
    }
  }

  private static List<String> problemNames() {
    return Stream.of(ProblemType.values()).map(Enum::name).toList();
  }

  private static JsonNode document() throws IOException {
    try (InputStream file = EndpointsTest.class.getResourceAsStream("/META-INF/openapi.yaml")) {
      return new YAMLMapper().readTree(file);
    }
  }
}
