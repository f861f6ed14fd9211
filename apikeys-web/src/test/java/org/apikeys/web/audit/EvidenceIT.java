package org.apikeys.web.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apikeys.api.audit.NoteSigner;
import org.apikeys.api.audit.SignedNote;
import org.apikeys.api.audit.TreeHash;
import org.apikeys.verifier.Main;
import org.apikeys.verifier.Verdict;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.Person;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.apikeys.web.server.Unique;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code GET /api/v1/audit/evidence}, and what an auditor's own machine says of it. */
@ExtendWith(SharedServer.class)
class EvidenceIT {
  private static final String EVIDENCE = Log.AUDIT + "/evidence";
  private static final Path GUIDE = Path.of("..", "docs", "auditing.md");
  private static final Pattern PYTHON =
      Pattern.compile("^```python$(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
  private static final int LIMIT_SECONDS = 120;

  private final Tenant tenant;
  private final Person auditor;

  @TempDir
  @SuppressWarnings("NullAway.Init") // set before each test
  Path folder;

  EvidenceIT(Tenant tenant) {
    this.tenant = tenant;
    auditor = tenant.person("auditor");
  }

  private byte[] download(Person person, String query) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(tenant.server().uri() + EVIDENCE + query))
            .header("Authorization", "Bearer " + person.token())
            .build();
    try {
      HttpResponse<byte[]> answer =
          HttpClient.newHttpClient().send(request, BodyHandlers.ofByteArray());
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("content-type")).contains("application/zip");
      return answer.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, byte[]> entries(byte[] zip) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        entries.put(entry.getName(), in.readAllBytes());
      }
    }
    return entries;
  }

  private static String text(Map<String, byte[]> entries, String name) {
    byte[] bytes = entries.get(name);
    assertThat(bytes).as(name).isNotNull();
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private Path file(byte[] zip) throws IOException {
    return Files.write(Files.createTempFile(folder, "evidence", ".zip"), zip);
  }

  private static byte[] zip(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        out.putNextEntry(new ZipEntry(entry.getKey()));
        out.write(entry.getValue());
      }
    }
    return bytes.toByteArray();
  }

  private static Verdict verdict(Path file, String... more) {
    List<String> words = new ArrayList<>(List.of("verify", file.toString()));
    words.addAll(List.of(more));
    PrintStream nowhere =
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    return Main.run(words, nowhere, nowhere);
  }

  private String key() {
    return new Log(auditor.api()).keys().get(0).toString();
  }

  /** A pack without gaps: everything that the whole installation recorded lately. */
  private byte[] whole() {
    tenant.key().issue();
    Person first =
        new Person(
            0,
            "admin",
            "",
            tenant.server().token("admin", RunningServer.ADMIN_PASSWORD),
            tenant.server().admin());
    return download(first, "");
  }

  @Test
  void holdsWhatItPromises() throws IOException {
    IssuedKey key = tenant.key().issue();
    Map<String, byte[]> pack = entries(download(auditor, ""));
    assertThat(pack)
        .containsOnlyKeys(
            "records.jsonl",
            "checkpoint.txt",
            "proofs.json",
            "public-key.txt",
            "report.html",
            "README.txt",
            "MANIFEST.note");
    SignedNote manifest = SignedNote.parse(text(pack, "MANIFEST.note"));
    assertThat(manifest.verifiedBy(new Log(auditor.api()).keys())).isPresent();
    for (Map.Entry<String, byte[]> entry : pack.entrySet()) {
      if (!entry.getKey().equals("MANIFEST.note")) {
        assertThat(manifest.text()).contains(entry.getKey() + " " + sha256(entry.getValue()));
      }
    }
    List<JsonNode> records = text(pack, "records.jsonl").lines().map(Json::read).toList();
    assertThat(records)
        .isNotEmpty()
        .allSatisfy(
            record -> {
              byte[] leaf = Base64.getDecoder().decode(record.path("leaf").asText());
              assertThat(TreeHash.ofLeaf(leaf).base64())
                  .isEqualTo(record.path("leaf_hash").asText());
              assertThat(record.path("organization_id").asLong()).isEqualTo(tenant.id());
            });
    assertThat(text(pack, "records.jsonl")).contains(key.keyId()).doesNotContain(key.value());
    assertThat(text(pack, "report.html")).contains("key.created").doesNotContain("<script");
    assertThat(verdict(file(zip(pack)), "--key", key())).isEqualTo(Verdict.SOUND);
  }

  private static String sha256(byte[] bytes) {
    try {
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void narrowsToKeysAndPeriod() throws IOException {
    IssuedKey one = tenant.key().issue();
    IssuedKey other = tenant.key().issue();
    String records = text(entries(download(auditor, "?keys=" + one.keyId())), "records.jsonl");
    assertThat(records.lines()).hasSize(1);
    assertThat(records).contains("\"" + one.keyId() + "\"").doesNotContain("\"" + other.keyId());
    byte[] none = download(auditor, "?to=2020-01-01T00:00:00Z");
    assertThat(text(entries(none), "records.jsonl")).isEmpty();
    assertThat(verdict(file(none))).isEqualTo(Verdict.SOUND);
  }

  @Test
  void hasTheRequestThatLedToAKey() throws IOException {
    String requests = "/api/v1/key-requests";
    Answer asked =
        tenant
            .person("developer")
            .api()
            .post(
                requests,
                Json.object(
                    "kind",
                    "new_key",
                    "name",
                    Unique.name("asked"),
                    "environment",
                    "production",
                    "justification",
                    "deployments"))
            .expect(201);
    String request = requests + "/" + asked.number("/id");
    tenant
        .person("manager")
        .api()
        .post(request + "/approve", Json.object("digest", asked.text("/digest"), "comment", "ok"))
        .expect(200);
    String key =
        tenant.person("developer").api().post(request + "/claim").expect(200).text("/key_id");

    String records = text(entries(download(auditor, "?keys=" + key)), "records.jsonl");
    assertThat(records.lines())
        .extracting(line -> Json.read(line).path("action").asText())
        .contains("request.submitted", "request.approved", "key.created");
    assertThat(records).doesNotContain("approved by");
  }

  @Test
  void seesWhatWasDoneToAPack() throws IOException {
    byte[] sound = whole();
    assertThat(verdict(file(sound), "--key", key())).isEqualTo(Verdict.SOUND);
    assertThat(
            verdict(
                changed(
                    sound, "records.jsonl", all -> all.replaceFirst("key.created", "key.deleted"))))
        .isEqualTo(Verdict.ALTERED);
    assertThat(verdict(changed(sound, "report.html", all -> all.replace("success", "denied"))))
        .isEqualTo(Verdict.ALTERED);
    assertThat(
            verdict(
                changed(
                    sound,
                    "proofs.json",
                    all -> all.replaceFirst("\"sequence\":2", "\"sequence\":3"))))
        .isNotEqualTo(Verdict.SOUND);
    assertThat(verdict(changed(sound, "records.jsonl", EvidenceIT::withoutAMiddleLine)))
        .isEqualTo(Verdict.GAP);
    assertThat(verdict(changed(sound, "records.jsonl", EvidenceIT::withoutTheLastLine)))
        .isEqualTo(Verdict.GAP);
    assertThat(verdict(changed(sound, "records.jsonl", EvidenceIT::withTwoLinesSwapped)))
        .isNotEqualTo(Verdict.SOUND);
    assertThat(
            verdict(
                changed(
                    sound,
                    "records.jsonl",
                    all -> all + all.lines().findFirst().orElseThrow() + "\n")))
        .isEqualTo(Verdict.ALTERED);
    assertThat(
            verdict(
                changed(sound, "checkpoint.txt", all -> all.replaceFirst("\n[0-9]+\n", "\n1\n"))))
        .isEqualTo(Verdict.SIGNATURE);
    assertThat(
            verdict(
                changed(
                    sound, "MANIFEST.note", all -> all.replaceFirst("count [0-9]+", "count 1"))))
        .isEqualTo(Verdict.SIGNATURE);
    Map<String, byte[]> more = entries(sound);
    more.put("more.txt", new byte[] {1});
    assertThat(verdict(file(zip(more)))).isEqualTo(Verdict.ALTERED);
    byte[] half = Arrays.copyOf(sound, sound.length / 2);
    assertThat(verdict(file(half))).isEqualTo(Verdict.ALTERED);
    assertThat(verdict(folder.resolve("missing.zip"))).isEqualTo(Verdict.USAGE);
  }

  @Test
  void believesNoKeyThatCameAlong() throws IOException {
    byte[] sound = download(auditor, "");
    NoteSigner forger = NoteSigner.generate(new Log(auditor.api()).keys().get(0).name());
    Map<String, byte[]> pack = entries(sound);
    for (String name : List.of("checkpoint.txt", "MANIFEST.note")) {
      String text = SignedNote.parse(text(pack, name)).text();
      pack.put(name, SignedNote.sign(text, List.of(forger)).getBytes(StandardCharsets.UTF_8));
    }
    assertThat(verdict(file(zip(pack)))).isEqualTo(Verdict.SIGNATURE);
    assertThat(verdict(file(zip(pack)), "--key", key())).isEqualTo(Verdict.SIGNATURE);
    assertThat(verdict(file(sound), "--key", forger.key().toString())).isEqualTo(Verdict.SIGNATURE);
  }

  private Path changed(byte[] pack, String name, UnaryOperator<String> change) throws IOException {
    Map<String, byte[]> entries = entries(pack);
    String before = text(entries, name);
    String after = change.apply(before);
    assertThat(after).as("a change of " + name).isNotEqualTo(before);
    entries.put(name, after.getBytes(StandardCharsets.UTF_8));
    return file(zip(entries));
  }

  private static String withoutAMiddleLine(String all) {
    List<String> lines = new ArrayList<>(all.lines().toList());
    lines.remove(lines.size() / 2);
    return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
  }

  private static String withoutTheLastLine(String all) {
    List<String> lines = all.lines().toList();
    return lines.subList(0, lines.size() - 1).stream()
        .map(line -> line + "\n")
        .collect(Collectors.joining());
  }

  private static String withTwoLinesSwapped(String all) {
    List<String> lines = new ArrayList<>(all.lines().toList());
    Collections.swap(lines, 1, 2);
    return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
  }

  @Test
  void isCheckedByTheRunnableJar() throws IOException, InterruptedException {
    Path jar = Path.of("..", "clients", "verifier", "target", "apikeys-verifier.jar");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    byte[] pack = download(auditor, "");
    assertThat(run(java, "-jar", jar.toString(), "verify", file(pack).toString(), "--key", key()))
        .isZero();
    Path altered = changed(pack, "README.txt", all -> all + "!");
    assertThat(run(java, "-jar", jar.toString(), "verify", altered.toString())).isEqualTo(1);
    assertThat(run(java, "-jar", jar.toString())).isEqualTo(4);
  }

  @Test
  void isCheckedByTheLinesOfTheGuide() throws IOException, InterruptedException {
    assumeTrue(isThere("python3") && isThere("openssl"), "skipped: needs python3 and openssl");
    Matcher block = PYTHON.matcher(Files.readString(GUIDE));
    assertThat(block.find()).isTrue();
    Path script = Files.writeString(folder.resolve("check.py"), block.group(1));
    byte[] pack = download(auditor, "");
    assertThat(run("python3", script.toString(), file(pack).toString(), key())).isZero();
    for (String name : List.of("records.jsonl", "report.html", "checkpoint.txt")) {
      Path altered = changed(pack, name, all -> all.replaceFirst("([a-z])([0-9/+])", "$2$1"));
      assertThat(run("python3", script.toString(), altered.toString(), key())).as(name).isNotZero();
    }
  }

  @Test
  void provesThatTheLogOnlyGrew() throws IOException {
    Path older = Files.writeString(folder.resolve("older.txt"), note());
    tenant.key().issue();
    Path newer = Files.writeString(folder.resolve("newer.txt"), note());
    long from = Long.parseLong(Files.readAllLines(older).get(1));
    long to = Long.parseLong(Files.readAllLines(newer).get(1));
    Path proof =
        Files.writeString(
            folder.resolve("proof.json"),
            auditor
                .api()
                .get(Log.AUDIT + "/proof/consistency?from=" + from + "&to=" + to)
                .expect(200)
                .body());
    PrintStream nowhere =
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    List<String> call =
        List.of(
            "consistency", older.toString(), newer.toString(), proof.toString(), "--key", key());
    assertThat(Main.run(call, nowhere, nowhere)).isEqualTo(Verdict.SOUND);
    Files.writeString(proof, "{\"hashes\":[]}");
    assertThat(Main.run(call, nowhere, nowhere)).isEqualTo(Verdict.ALTERED);
  }

  private String note() {
    return auditor.api().get(Log.AUDIT + "/checkpoint").expect(200).body();
  }

  private static boolean isThere(String program) {
    try {
      run(program, "--version");
      return true;
    } catch (IOException | InterruptedException e) {
      return false;
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException(command[0] + " does not end");
    }
    return process.exitValue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "from=x",
        "to=2026-01-01T00:00:00Z&from=2026-02-01T00:00:00Z",
        "keys=a",
        "keys=1,,2",
        "keys=0"
      })
  void refusesWhatItDoesNotKnow(String query) {
    auditor.api().get(EVIDENCE + "?" + query).expectInvalid(query.substring(0, query.indexOf('=')));
  }
}
