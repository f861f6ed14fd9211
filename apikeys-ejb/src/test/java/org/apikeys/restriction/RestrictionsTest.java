package org.apikeys.restriction;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import jakarta.validation.ValidatorFactory;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.hibernate.validator.messageinterpolation.ParameterMessageInterpolator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class RestrictionsTest {
  private static final String DOCUMENTED =
      "{\"ip\":{\"allow\":[\"203.0.113.0/24\",\"2001:db8::/32\"],\"deny\":[]},"
          + "\"referrers\":[\"https://*.example.com/*\"]}";
  private static final ObjectMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();
  private static final ValidatorFactory FACTORY =
      Validation.byDefaultProvider()
          .configure()
          .messageInterpolator(new ParameterMessageInterpolator())
          .buildValidatorFactory();
  private static final Validator VALIDATOR = FACTORY.getValidator();

  @AfterAll
  static void close() {
    FACTORY.close();
  }

  @Test
  void readsAndWritesTheDocumentedJson() throws JsonProcessingException {
    Restrictions restrictions = JSON.readValue(DOCUMENTED, Restrictions.class);

    assertThat(restrictions)
        .isEqualTo(
            new Restrictions(
                new IpRules(List.of("203.0.113.0/24", "2001:db8::/32"), List.of()),
                List.of("https://*.example.com/*")));
    assertThat(JSON.writeValueAsString(restrictions)).isEqualTo(DOCUMENTED);
    assertThat(problems(restrictions)).isEmpty();
  }

  @Test
  void takesWhatIsLeftOutForNoRule() throws JsonProcessingException {
    for (String json :
        List.of(
            "{}", "{\"ip\":null,\"referrers\":null}", "{\"ip\":{}}", "{\"ip\":{\"deny\":null}}")) {
      Restrictions restrictions = JSON.readValue(json, Restrictions.class);
      assertThat(restrictions).isEqualTo(Restrictions.NONE);
      assertThat(restrictions.unrestricted()).isTrue();
    }
    assertThat(JSON.readValue(DOCUMENTED, Restrictions.class).unrestricted()).isFalse();
  }

  @Test
  void namesTheEntryThatIsWrongAndWhatWouldBeRight() throws JsonProcessingException {
    Restrictions restrictions =
        JSON.readValue(
            "{\"ip\":{\"allow\":[\"10.0.0.0/8\",\"10.0.0.1/8\"],\"deny\":[\"localhost\"]},"
                + "\"referrers\":[\"example.com\",null]}",
            Restrictions.class);

    Map<String, String> problems = problems(restrictions);

    assertThat(problems)
        .containsOnlyKeys("ip.allow[1]", "ip.deny[0]", "referrers[0]", "referrers[1]")
        .containsEntry(
            "ip.allow[1]", "names an address and a prefix length; the network is 10.0.0.0/8")
        .containsEntry("referrers[0]", "must begin with https://, http:// or *://");
    assertThat(problems.get("ip.deny[0]")).contains("203.0.113.0/24");
  }

  @Test
  void neverEvaluatesWhatAClientSent() {
    Restrictions restrictions =
        new Restrictions(
            new IpRules(List.of("${1+1}", "{max}"), List.of()),
            List.of("https://${1+1}/", "${1+1}://a", "https://a/{max}*x"));

    assertThat(problems(restrictions)).hasSize(5);
    assertThat(problems(restrictions).values())
        .allSatisfy(
            message -> assertThat(message).doesNotContain("2://", "1+1", "$", "max", "100"));
  }

  @Test
  void boundsEachList() {
    List<String> most = Collections.nCopies(100, "10.0.0.0/8");
    List<String> tooMany = Collections.nCopies(101, "10.0.0.0/8");
    List<String> patterns = Collections.nCopies(101, "https://example.com");

    assertThat(problems(new Restrictions(new IpRules(most, most), List.of()))).isEmpty();
    assertThat(problems(new Restrictions(new IpRules(tooMany, tooMany), patterns)))
        .containsOnlyKeys("ip.allow", "ip.deny", "referrers")
        .containsEntry("referrers", "must have at most 100 entries");
  }

  @Test
  void isWithinOnlyWhenBothKindsOfRulesAre() {
    Restrictions office = restrictions("10.0.0.0/8", "https://*.example.com");
    Restrictions floor = restrictions("10.1.0.0/16", "https://app.example.com/*");

    assertThat(floor.isWithin(office)).isTrue();
    assertThat(office.isWithin(floor)).isFalse();
    assertThat(restrictions("10.1.0.0/16", "https://evil.org").isWithin(office)).isFalse();
    assertThat(restrictions("11.0.0.0/16", "https://app.example.com").isWithin(office)).isFalse();
    assertThat(office.isWithin(Restrictions.NONE)).isTrue();
    assertThat(Restrictions.NONE.isWithin(office)).isFalse();
    assertThat(Restrictions.NONE.isWithin(Restrictions.NONE)).isTrue();
  }

  @Test
  void isWithinNothingWhenARuleCannotBeRead() {
    Restrictions broken = restrictions("nonsense", "https://example.com");

    assertThat(broken.isWithin(Restrictions.NONE)).isFalse();
    assertThat(Restrictions.NONE.isWithin(broken)).isFalse();
  }

  private static Restrictions restrictions(String allow, String referrer) {
    return new Restrictions(new IpRules(List.of(allow), List.of()), List.of(referrer));
  }

  private static Map<String, String> problems(Restrictions restrictions) {
    return VALIDATOR.validate(restrictions).stream()
        .collect(
            Collectors.toMap(
                violation -> violation.getPropertyPath().toString().replace(".<list element>", ""),
                ConstraintViolation::getMessage));
  }
}
