package org.apikeys.request;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apikeys.request.PolicyDocument.Stage;

/**
 * Whether stages that name people alone can all have their approvals, where one person counts once
 * in a request: a matching of approvals and people, found by augmenting paths.
 */
final class EnoughPeople {
  private final List<Stage> stages;
  private final Map<String, Integer> stageOf = new HashMap<>();

  private EnoughPeople(List<Stage> stages) {
    this.stages = stages;
  }

  static boolean areIn(List<Stage> stages) {
    return new EnoughPeople(stages.stream().filter(Stage::isOfPeopleAlone).toList()).match();
  }

  private boolean match() {
    for (int stage = 0; stage < stages.size(); stage++) {
      for (int given = 0; given < stages.get(stage).approvals(); given++) {
        if (!give(stage, new HashSet<>())) {
          return false;
        }
      }
    }
    return true;
  }

  /** Finds the stage one person more, and those of other stages another in their place. */
  private boolean give(int stage, Set<String> tried) {
    for (String person : stages.get(stage).names()) {
      if (tried.add(person)) {
        Integer present = stageOf.get(person);
        if (present == null || give(present, tried)) {
          stageOf.put(person, stage);
          return true;
        }
      }
    }
    return false;
  }
}
