package org.apikeys.web.cluster;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apikeys.web.server.Command;

/**
 * Machines with an address each on one network, as network namespaces of this one. What is cut is
 * lost on its way without a word, as by a broken switch: the neighbour's hardware address is set to
 * one that nobody has.
 */
final class Namespaces implements AutoCloseable {
  private static final String NOBODY = "02:00:00:00:00:99";

  private final String name =
      "ak" + Long.toString(ProcessHandle.current().pid() % 46_656, 36).toLowerCase(Locale.ROOT);
  private final String network = "10.213." + ProcessHandle.current().pid() % 250;
  private final List<String> spaces = new ArrayList<>();

  Namespaces(int machines) {
    Command.run("ip", "link", "add", name, "type", "bridge");
    Command.run("ip", "addr", "add", here() + "/24", "dev", name);
    Command.run("ip", "addr", "add", store() + "/24", "dev", name);
    Command.run("ip", "link", "set", name, "up");
    for (int i = 0; i < machines; i++) {
      String space = name + "n" + i;
      Command.run("ip", "netns", "add", space);
      spaces.add(space);
      Command.run(
          "ip", "link", "add", space, "type", "veth", "peer", "name", "eth0", "netns", space);
      Command.run("ip", "link", "set", space, "master", name);
      Command.run("ip", "link", "set", space, "up");
      inside(i, "link", "set", "lo", "up");
      inside(i, "addr", "add", address(i) + "/24", "dev", "eth0");
      inside(i, "link", "set", "eth0", "up");
    }
  }

  /** Why there can be none here; empty when there can. */
  static Optional<String> whyNot() {
    try {
      Command.run("ip", "netns", "add", "akprobe");
      Command.run("ip", "netns", "del", "akprobe");
      return Optional.empty();
    } catch (IllegalStateException | UncheckedIOException e) {
      return Optional.of("no network namespaces here (root and iproute2): " + e.getMessage());
    }
  }

  /** Where the tests ask from. */
  String here() {
    return network + ".1";
  }

  /** Where the database listens. */
  String store() {
    return network + ".2";
  }

  String address(int machine) {
    return network + "." + (11 + machine);
  }

  String name(int machine) {
    return spaces.get(machine);
  }

  /** Nothing passes between the two any more. */
  void cut(int one, int other) {
    lose(one, address(other));
    lose(other, address(one));
  }

  void heal(int one, int other) {
    find(one, address(other));
    find(other, address(one));
  }

  /** Nothing passes from the machine to the database any more. */
  void cutStore(int machine) {
    lose(machine, store());
  }

  void healStore(int machine) {
    find(machine, store());
  }

  private void lose(int machine, String address) {
    inside(
        machine, "neigh", "replace", address, "lladdr", NOBODY, "nud", "permanent", "dev", "eth0");
  }

  private void find(int machine, String address) {
    inside(machine, "neigh", "del", address, "dev", "eth0");
  }

  private void inside(int machine, String... words) {
    List<String> command = new ArrayList<>(List.of("ip", "-n", spaces.get(machine)));
    command.addAll(List.of(words));
    Command.run(command.toArray(String[]::new));
  }

  @Override
  public void close() {
    spaces.forEach(space -> Command.run("ip", "netns", "del", space));
    Command.run("ip", "link", "del", name);
  }
}
