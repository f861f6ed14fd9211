package org.apikeys.request;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apikeys.request.PolicyDocument.Stage;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is to decide: columns that lists filter by, each a list with a comma on either side
 * of every word. The ruling of the request and its agreements are the truth.
 */
@Embeddable
class Turn {
  @Column(name = "approved_by")
  private String approvedBy;

  @Column(name = "awaiting_roles")
  private String roles;

  @Column(name = "awaiting_groups")
  private String groups;

  @Column(name = "awaiting_people")
  private String people;

  @SuppressWarnings("NullAway.Init") // the provider sets every column
  protected Turn() {}

  /**
   * After some agreements.
   *
   * @param open the stage that waits; null when none does
   */
  Turn(List<Agreement> agreements, @Nullable Stage open) {
    approvedBy =
        agreements.stream()
            .filter(Agreement::counts)
            .flatMap(Agreement::people)
            .map(name -> KeyRequest.key(name) + ",")
            .distinct()
            .collect(Collectors.joining("", ",", ""));
    roles = open == null ? "" : list(Objects.requireNonNull(open.roles()));
    groups = open == null ? "" : list(Objects.requireNonNull(open.groups()));
    people = open == null ? "" : list(open.names());
  }

  private static String list(List<String> words) {
    return words.isEmpty() ? "" : "," + String.join(",", words) + ",";
  }
}
