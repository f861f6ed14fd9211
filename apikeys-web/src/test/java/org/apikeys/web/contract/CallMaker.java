package org.apikeys.web.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.apikeys.web.contract.Contract.Operation;
import org.apikeys.web.contract.RandomCall.Oddity;

/**
 * Makes calls that are nearly right: what the document describes, with something odd in one or more
 * places. The same numbers give the same calls.
 */
final class CallMaker {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final List<String> VERBS =
      List.of("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "PROPFIND", "get");
  private static final List<String> MEDIA_TYPES =
      List.of(
          "text/plain",
          "application/xml",
          "application/x-www-form-urlencoded",
          "multipart/form-data",
          "multipart/form-data; boundary=x",
          "application/json; charset=utf-16",
          "application/json;charset=nowhere",
          "application/problem+json",
          "application/*",
          "*/*",
          "json",
          "/",
          "a/b; c=\"");
  private static final List<String> ACCEPTED =
      List.of(
          "application/xml",
          "text/html",
          "image/png, */*;q=0",
          "application/json;q=0",
          "a/b;q=z",
          "nonsense",
          ";;;",
          "*/*");
  private static final List<String> BROKEN_TARGETS =
      List.of("%", "%zz", "%2", "%u0041", "\\", "|", "{}", "\"", "<>", "^", "%%30");

  /** Escapes of NUL, and of bytes that are no UTF-8, in the path. */
  private static final Pattern UNTOUCHED = Pattern.compile("^[^?]*(?i:%00|%ed%[ab][0-9a-f]|%5c)");

  private static final int MANY = 10_000;

  private final Samples samples;
  private final Belongings belongings;

  CallMaker(Contract contract, Belongings belongings) {
    samples = new Samples(contract);
    this.belongings = belongings;
  }

  RandomCall make(Operation operation, Map<String, String> credential, Random random) {
    Set<Oddity> oddities = EnumSet.noneOf(Oddity.class);
    Map<String, String> headers = new LinkedHashMap<>(credential);
    String verb = operation.verb();
    if (random.nextInt(16) == 0) {
      verb = VERBS.get(random.nextInt(VERBS.size()));
      if (!verb.equals(operation.verb())) {
        oddities.add(Oddity.VERB);
      }
    }
    if (random.nextInt(12) == 0) {
      headers.put("Accept", ACCEPTED.get(random.nextInt(ACCEPTED.size())));
      oddities.add(Oddity.ACCEPT);
    }
    String target = path(operation, random) + query(operation, random);
    if (random.nextInt(20) == 0 && !isEndless(operation)) {
      target += target.contains("?") ? "&x=" : "?x=";
      target += BROKEN_TARGETS.get(random.nextInt(BROKEN_TARGETS.size()));
      oddities.add(Oddity.TARGET);
    }
    if (UNTOUCHED.matcher(target).find()) {
      oddities.add(Oddity.TARGET);
    }
    for (JsonNode header : operation.parametersIn("header")) {
      if (random.nextInt(4) == 0) {
        headers.put(header.path("name").asText(), OddValues.header(random));
      }
    }
    byte[] body = new byte[0];
    boolean wanted = operation.takesABody();
    if (wanted ? random.nextInt(20) > 0 : random.nextInt(40) == 0) {
      body = body(operation, random);
      headers.put(
          "Content-Type",
          random.nextInt(12) == 0
              ? MEDIA_TYPES.get(random.nextInt(MEDIA_TYPES.size()))
              : "application/json");
    }
    return RandomCall.of(verb, target, headers, body, oddities);
  }

  /** What is written by hand is read to its end. */
  private static boolean isEndless(Operation operation) {
    return operation.responses().path("200").path("content").has("text/event-stream");
  }

  private String path(Operation operation, Random random) {
    String path = belongings.fill(operation.path());
    List<JsonNode> parameters = operation.parametersIn("path");
    if (parameters.isEmpty()) {
      return path;
    }
    if (random.nextInt(3) == 0) {
      String odd = OddValues.encoded(OddValues.text(random), random);
      JsonNode one = parameters.get(random.nextInt(parameters.size()));
      path = operation.path().replace(braces(one), odd.isEmpty() ? "%20" : odd);
      path = belongings.fill(path);
    }
    for (JsonNode one : parameters) {
      path =
          path.replace(
              braces(one),
              OddValues.encoded(samples.value(one.path("schema"), random).asText(), random));
    }
    return path;
  }

  private static String braces(JsonNode parameter) {
    return "{" + parameter.path("name").asText() + "}";
  }

  private String query(Operation operation, Random random) {
    List<String> pairs = new ArrayList<>();
    for (JsonNode parameter : operation.parametersIn("query")) {
      if (parameter.path("required").asBoolean() || random.nextInt(3) == 0) {
        int times = random.nextInt(20) == 0 ? 2 : 1;
        for (int i = 0; i < times; i++) {
          String value =
              random.nextBoolean()
                  ? samples.value(parameter.path("schema"), random).asText()
                  : OddValues.text(random);
          pairs.add(parameter.path("name").asText() + "=" + OddValues.encoded(value, random));
        }
      }
    }
    if (random.nextInt(10) == 0) {
      pairs.add(
          OddValues.encoded(OddValues.text(random), random)
              + "="
              + OddValues.encoded(OddValues.text(random), random));
    }
    return pairs.isEmpty() ? "" : "?" + String.join("&", pairs);
  }

  private byte[] body(Operation operation, Random random) {
    JsonNode body =
        operation.takesABody()
            ? samples.body(operation.body(), random)
            : JsonNodeFactory.instance.objectNode();
    int oddities = random.nextInt(4);
    for (int i = 0; i < oddities; i++) {
      distort(body, random);
    }
    byte[] text = write(body).getBytes(StandardCharsets.UTF_8);
    return random.nextInt(8) == 0 ? spoil(text, random) : text;
  }

  /** Something odd at one place of the body. */
  private static void distort(JsonNode body, Random random) {
    List<ContainerNode<?>> containers = new ArrayList<>();
    collect(body, containers);
    if (containers.isEmpty()) {
      return;
    }
    ContainerNode<?> place = containers.get(random.nextInt(containers.size()));
    if (place instanceof ArrayNode array) {
      if (array.isEmpty() || random.nextInt(3) == 0) {
        array.add(OddValues.json(random));
      } else {
        array.set(random.nextInt(array.size()), OddValues.json(random));
      }
      return;
    }
    ObjectNode object = (ObjectNode) place;
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    if (names.isEmpty() || random.nextInt(8) == 0) {
      object.set(OddValues.header(random), OddValues.json(random));
    } else {
      String name = names.get(random.nextInt(names.size()));
      switch (random.nextInt(6)) {
        case 0 -> object.remove(name);
        case 1 -> object.set(name.toUpperCase(java.util.Locale.ROOT), object.get(name));
        default -> object.set(name, OddValues.json(random));
      }
    }
  }

  private static void collect(JsonNode node, List<ContainerNode<?>> into) {
    if (node instanceof ContainerNode<?> container) {
      into.add(container);
      container.forEach(child -> collect(child, into));
    }
  }

  private static String write(JsonNode body) {
    try {
      return MAPPER.writeValueAsString(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What is no body at all. */
  private static byte[] spoil(byte[] text, Random random) {
    String json = new String(text, StandardCharsets.UTF_8);
    return switch (random.nextInt(10)) {
      case 0 -> json.substring(0, json.length() / 2).getBytes(StandardCharsets.UTF_8);
      case 1 -> ("\ufeff" + json).getBytes(StandardCharsets.UTF_8);
      case 2 -> json.getBytes(StandardCharsets.UTF_16);
      case 3 -> (json + json).getBytes(StandardCharsets.UTF_8);
      case 4 -> "[".repeat(MANY).getBytes(StandardCharsets.US_ASCII);
      case 5 -> ("[" + json + "]").getBytes(StandardCharsets.UTF_8);
      case 6 -> {
        byte[] broken = text.clone();
        broken[random.nextInt(broken.length)] = (byte) (0x80 | random.nextInt(0x80));
        yield broken;
      }
      case 7 -> java.util.Arrays.copyOf(text, (1 << 20) + 1);
      case 8 -> "\"text\"".getBytes(StandardCharsets.US_ASCII);
      default -> ("{\"a\":1," + json.substring(1)).getBytes(StandardCharsets.UTF_8);
    };
  }
}
