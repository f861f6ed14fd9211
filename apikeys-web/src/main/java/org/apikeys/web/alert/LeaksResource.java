package org.apikeys.web.alert;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.annotation.security.PermitAll;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apikeys.alert.LeakKeys;
import org.apikeys.alert.LeakReports;
import org.apikeys.api.key.Environment;
import org.apikeys.api.key.KeyAlphabet;
import org.apikeys.api.key.KeyFormat;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.crypto.Secret;
import org.apikeys.store.Json;
import org.apikeys.web.http.JsonBody;
import org.apikeys.web.http.StrictJson;
import org.jspecify.annotations.Nullable;

/**
 * Reports of secrets that were found in public, as GitHub's secret scanning partner program sends
 * them; and what a scanner needs to find ours.
 */
@Path("/v1/leaks")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class LeaksResource {
  private static final int MOST = 500;

  private final LeakKeys signers;
  private final LeakReports reports;
  private final KeyFormat format;
  private final Caller caller;

  @Inject
  public LeaksResource(LeakKeys signers, LeakReports reports, KeyFormat format, Caller caller) {
    this.signers = signers;
    this.reports = reports;
    this.format = format;
    this.caller = caller;
  }

  @SuppressWarnings("NullAway")
  protected LeaksResource() {
    signers = null;
    reports = null;
    format = null;
    caller = null;
  }

  /** One report. What GitHub may add to it one day does no harm. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Report(
      @Nullable String token,
      @Nullable String type,
      @Nullable String url,
      @Nullable String source) {
    @Override
    public String toString() {
      return "Report";
    }
  }

  /** The list, in an object for the strict reader. */
  public record Reports(@Nullable List<@Nullable Report> reports) {}

  @POST
  @PermitAll
  @Consumes(MediaType.APPLICATION_JSON)
  public Response take(
      @HeaderParam("Github-Public-Key-Identifier") @Nullable String keyIdentifier,
      @HeaderParam("Github-Public-Key-Signature") @Nullable String signature,
      InputStream body)
      throws IOException {
    byte[] raw = body.readNBytes(StrictJson.MOST_BYTES + 1);
    if (raw.length > StrictJson.MOST_BYTES) {
      throw new ProblemException(
          ProblemType.PAYLOAD_TOO_LARGE, "A report has at most 1 MiB (1048576 bytes).");
    }
    if (keyIdentifier == null || !signers.haveSigned(keyIdentifier, signature, raw)) {
      throw new ProblemException(
          ProblemType.UNAUTHENTICATED,
          "The report is not signed by a key that is known here: the headers are"
              + " Github-Public-Key-Identifier and Github-Public-Key-Signature.");
    }
    List<LeakReports.Label> labels = new ArrayList<>();
    Set<String> labelled = new HashSet<>();
    for (LeakReports.Found found : read(raw)) {
      LeakReports.Label label = reports.take(caller, keyIdentifier, found);
      if (labelled.add(label.tokenHash())) {
        labels.add(label);
      }
    }
    return Response.ok(Json.MAPPER.valueToTree(labels)).build();
  }

  /** What is reported, once for each place that it was found in. */
  private static List<LeakReports.Found> read(byte[] raw) throws IOException {
    ByteArrayOutputStream object = new ByteArrayOutputStream();
    object.writeBytes("{\"reports\":".getBytes(StandardCharsets.UTF_8));
    object.writeBytes(raw);
    object.write('}');
    JsonBody body = new JsonBody(StrictJson.read(new ByteArrayInputStream(object.toByteArray())));
    List<@Nullable Report> list = body.as(Reports.class).reports();
    if (list == null || list.isEmpty() || list.size() > MOST) {
      throw ProblemException.invalid("body", "is a list of 1 to " + MOST + " reports");
    }
    Map<List<@Nullable String>, LeakReports.Found> found = new LinkedHashMap<>();
    for (int i = 0; i < list.size(); i++) {
      Report report = list.get(i);
      String token = report == null ? null : report.token();
      if (report == null || token == null || token.isEmpty()) {
        throw ProblemException.invalid("[" + i + "].token", "is what was found, and not empty");
      }
      found.putIfAbsent(
          Arrays.asList(token, report.url()),
          new LeakReports.Found(new Secret(token), report.type(), report.url(), report.source()));
    }
    return List.copyOf(found.values());
  }

  /** What a scanner looks for, and how it tells a key from what only looks like one. */
  @GET
  @Path("pattern")
  @PermitAll
  public ObjectNode pattern() {
    KeyAlphabet alphabet = format.alphabet();
    String characters =
        alphabet.symbols().equals(KeyAlphabet.BASE62.symbols())
            ? "[0-9A-Za-z]"
            : "[" + alphabet.symbols() + "]";
    String environments =
        Arrays.stream(Environment.values())
            .map(Environment::label)
            .collect(Collectors.joining("|", "(?:", ")"));
    ObjectNode answer = Json.MAPPER.createObjectNode();
    answer.put("type", "apikeys_secret_key");
    answer.put(
        "pattern",
        format.secretPrefix()
            + "_"
            + environments
            + "_"
            + characters
            + "{"
            + format.publicLength()
            + "}_"
            + characters
            + "{"
            + format.secretLength()
            + "}");
    answer
        .putObject("checksum")
        .put("algorithm", "CRC-32 (IEEE 802.3)")
        .put("covers", "every byte before the checksum")
        .put("length", alphabet.checksumLength())
        .put("encoding", "a number in base " + alphabet.symbols().length())
        .put("alphabet", alphabet.symbols())
        .put("padding", alphabet.symbols().substring(0, 1));
    // well-formed, and the key of nobody
    String zeros = alphabet.symbols().substring(0, 1).repeat(format.randomLength());
    answer.putArray("examples").add(format.compose(false, Environment.PRODUCTION, zeros));
    return answer;
  }
}
