package org.apikeys.api.notice;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Something that people are to be told; fired as a CDI event in the transaction of what happened.
 *
 * @param event for example {@code request.submitted}; chooses the text
 * @param people user names
 * @param roles everybody of the organization with one of these roles
 * @param except somebody who is not told, since they did it; null for nobody
 * @param facts what the text is filled with
 * @param link path of what it is about
 * @param console whether it stands in the console
 * @param mail whether it is sent to those who have an address
 */
public record Notice(
    long organizationId,
    String event,
    Set<String> people,
    Set<String> roles,
    @Nullable String except,
    Map<String, String> facts,
    @Nullable String link,
    boolean console,
    boolean mail) {

  /** By every way there is. */
  public Notice(
      long organizationId,
      String event,
      Set<String> people,
      Set<String> roles,
      @Nullable String except,
      Map<String, String> facts,
      @Nullable String link) {
    this(organizationId, event, people, roles, except, facts, link, true, true);
  }

  public Notice {
    people = Set.copyOf(people);
    roles = Set.copyOf(roles);
    facts = Map.copyOf(facts);
  }
}
