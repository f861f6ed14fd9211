package org.apikeys.web.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The WAR on a stock Payara Micro in a process of its own, started as an operator starts it: with
 * environment variables and nothing else. It listens on loopback only, keeps everything that it
 * writes below {@code target/servers/<name>}, and never outlives the tests.
 */
public final class RunningServer implements AutoCloseable {
  public static final String ADMIN_PASSWORD = "correct-horse-battery-staple";

  private static final Duration START_LIMIT = Duration.ofMinutes(10);

  /** A server that has booted without the application will not become ready later. */
  private static final Duration BOOTED_LIMIT = Duration.ofMinutes(3);

  private static final Duration STOP_LIMIT = Duration.ofMinutes(1);
  private static final int TAIL_LINES = 80;

  private final String name;
  private final Path folder;
  private final Path log;
  private final int port;
  private final Map<String, String> settings;
  private final List<String> options;
  private final List<String> grid;
  private final String address;
  private final List<String> prefix;
  private final String heap;
  private final Thread killer = new Thread(this::kill, "stops a server that a test left running");
  private long linesBefore;
  private @Nullable Process process;
  private @Nullable Api admin;

  private RunningServer(Builder builder) {
    name = builder.name;
    folder = Path.of("target", "servers", name).toAbsolutePath();
    log = folder.resolveSibling(name + ".log");
    port = builder.port == 0 ? Ports.free() : builder.port;
    options = List.copyOf(builder.options);
    grid = List.copyOf(builder.grid);
    address = builder.address;
    prefix = List.copyOf(builder.prefix);
    heap = builder.heap;
    settings = new LinkedHashMap<>(builder.settings);
    settings.putIfAbsent("APIKEYS_DATA_DIR", folder.resolve("data").toString());
    settings.putIfAbsent("APIKEYS_ADMIN_PASSWORD", ADMIN_PASSWORD);
  }

  public static Builder named(String name) {
    return new Builder(name);
  }

  /** A server that is not running yet. */
  public static final class Builder {
    private final String name;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final List<String> options = new ArrayList<>();
    private List<String> grid = List.of("--nocluster");
    private String address = "127.0.0.1";
    private List<String> prefix = List.of();
    private String heap = "768m";
    private int port;

    private Builder(String name) {
      this.name = name;
    }

    /** An environment variable of the server's process. */
    public Builder setting(String variable, String value) {
      settings.put(variable, value);
      return this;
    }

    /** With its store in the PostgreSQL at this port of loopback. */
    public Builder postgres(int storePort) {
      return postgres("127.0.0.1", storePort);
    }

    /** With its store in the PostgreSQL that a test has started. */
    public Builder postgres(String host, int storePort) {
      return setting("APIKEYS_DB_URL", "jdbc:postgresql://" + host + ":" + storePort + "/postgres")
          .setting("APIKEYS_DB_USER", "postgres")
          .setting("APIKEYS_DB_PASSWORD", "postgres");
    }

    /** With its store, when it is Derby, and its key files in this folder. */
    public Builder data(Path place) {
      return setting("APIKEYS_DATA_DIR", place.toString());
    }

    /** The largest heap, as {@code -Xmx} takes it. */
    public Builder heap(String most) {
      heap = most;
      return this;
    }

    /** The port that it listens on, for settings that hold its own address; any when not said. */
    public Builder port(int number) {
      port = number;
      return this;
    }

    /** An option of Payara Micro's command line. */
    public Builder option(String... words) {
      options.addAll(List.of(words));
      return this;
    }

    /** Joins the data grid of the nodes at these ports of loopback; its own is one of them. */
    public Builder grid(int own, int... all) {
      String members =
          Arrays.stream(all)
              .mapToObj(member -> "127.0.0.1:" + member)
              .collect(Collectors.joining(","));
      grid = List.of("--clustermode", "tcpip:" + members, "--startport", String.valueOf(own));
      return this;
    }

    /** Runs in a network namespace (see ip-netns(8)) and listens at this address of it. */
    public Builder in(String namespace, String ownAddress) {
      prefix = List.of("ip", "netns", "exec", namespace);
      address = ownAddress;
      return this;
    }

    /** Joins the data grid of the nodes at these addresses, each at the same port. */
    public Builder grid(int gridPort, List<String> addresses) {
      String members =
          addresses.stream()
              .map(member -> member + ":" + gridPort)
              .collect(Collectors.joining(","));
      grid = List.of("--clustermode", "tcpip:" + members, "--startport", String.valueOf(gridPort));
      return this;
    }

    /** Starts it on an empty store and waits until it is ready. */
    public RunningServer start() {
      RunningServer server = new RunningServer(this);
      deleteTree(server.folder);
      deleteTree(server.log);
      Runtime.getRuntime().addShutdownHook(server.killer);
      server.launch();
      server.awaitReady();
      return server;
    }
  }

  public URI uri() {
    return URI.create("http://" + address + ":" + port);
  }

  public int port() {
    return port;
  }

  /** The folder with the store and the key files. */
  public Path dataFolder() {
    return Path.of(Objects.requireNonNull(settings.get("APIKEYS_DATA_DIR")));
  }

  /** A client without a credential. */
  public Api anonymous() {
    return new Api(uri());
  }

  /** The administrator of the first start, signed in once. */
  public synchronized Api admin() {
    Api known = admin;
    if (known == null) {
      known = signIn("admin", settings.getOrDefault("APIKEYS_ADMIN_PASSWORD", ADMIN_PASSWORD));
      admin = known;
    }
    return known;
  }

  /** A client that holds a token of the person. */
  public Api signIn(String username, String password) {
    return anonymous().as(token(username, password));
  }

  /** Signs the person in and answers the token. */
  public String token(String username, String password) {
    return anonymous()
        .post("/api/v1/auth/token", Json.object("username", username, "password", password))
        .expect(200)
        .text("/access_token");
  }

  /** A new organization with an administrator of its own. */
  public Tenant newTenant() {
    return Tenant.create(this);
  }

  /** The last lines of its log. */
  public String logTail() {
    try {
      List<String> lines =
          new String(Files.readAllBytes(log), StandardCharsets.UTF_8).lines().toList();
      return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    } catch (IOException e) {
      return "no log: " + e;
    }
  }

  /** Everything that it has written to its log. */
  public String log() {
    try {
      return new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Asks it to stop (SIGTERM) and waits until it has. */
  public void stop() {
    Process running = process;
    if (running == null) {
      return;
    }
    running.destroy();
    try {
      if (!running.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        kill();
        throw new IllegalStateException(name + " does not stop\n" + logTail());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      kill();
    }
    process = null;
  }

  /** How many threads its process has now (Linux). */
  public int threads() {
    return entries("task");
  }

  /** How many files and connections its process has open now (Linux). */
  public int handles() {
    return entries("fd");
  }

  private int entries(String kind) {
    try (Stream<Path> entries = Files.list(Path.of("/proc", Long.toString(pid()), kind))) {
      return (int) entries.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The number of its process. */
  public long pid() {
    return Objects.requireNonNull(process).pid();
  }

  /** Stops its process from running, as a paused machine does, until {@link #resume}. */
  public void suspend() {
    signal("STOP");
  }

  /** Lets it run on. */
  public void resume() {
    signal("CONT");
  }

  private void signal(String name) {
    try {
      int done = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
      if (done != 0) {
        throw new IllegalStateException("kill -" + name + " answered " + done);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Ends it as a power failure would (SIGKILL). */
  public void kill() {
    Process running = process;
    if (running == null) {
      return;
    }
    running.destroyForcibly();
    try {
      running.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process = null;
  }

  /** Starts it again on the same store, after a {@link #stop} or a {@link #kill}. */
  public void restart() {
    stop();
    admin = null;
    launch();
    awaitReady();
  }

  @Override
  public void close() {
    stop();
    try {
      Runtime.getRuntime().removeShutdownHook(killer);
    } catch (IllegalStateException e) {
      // The hook itself runs already: it ends the process.
      return;
    }
    deleteTree(folder.resolve("tmp"));
  }

  private void launch() {
    try {
      linesBefore = Files.exists(log) ? log().lines().count() : 0;
      Path temporary = folder.resolve("tmp");
      deleteTree(temporary);
      Files.createDirectories(temporary);
      Path preboot = folder.resolve("preboot.txt");
      Files.writeString(
          preboot,
          "set configs.config.server-config.network-config.network-listeners"
              + ".network-listener.http-listener.address="
              + address
              + "\n");
      List<String> command = new ArrayList<>(prefix);
      command.addAll(
          List.of(
              ProcessHandle.current().info().command().orElse("java"),
              "-Xmx" + heap,
              "-Djava.io.tmpdir=" + temporary,
              "-Djava.net.preferIPv4Stack=true",
              "-jar",
              property("payara.micro.jar"),
              "--interfaces",
              address,
              "--port",
              String.valueOf(port),
              "--prebootcommandfile",
              preboot.toString(),
              "--contextroot",
              "/",
              "--deploy",
              property("apikeys.war")));
      command.addAll(grid);
      command.addAll(options);
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      builder
          .environment()
          .keySet()
          .removeIf(key -> key.startsWith("APIKEYS_") || key.startsWith("MP_JWT_"));
      builder.environment().putAll(settings);
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitReady() {
    HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    HttpRequest request =
        HttpRequest.newBuilder(uri().resolve("/health/ready"))
            .timeout(Duration.ofSeconds(10))
            .build();
    Instant deadline = Instant.now().plus(START_LIMIT);
    Instant booted = Instant.MAX;
    String last = "no answer";
    while (Instant.now().isBefore(deadline)) {
      if (booted.equals(Instant.MAX) && hasBooted()) {
        booted = Instant.now();
        deadline =
            booted.plus(BOOTED_LIMIT).isBefore(deadline) ? booted.plus(BOOTED_LIMIT) : deadline;
      }
      Process running = process;
      if (running == null || !running.isAlive()) {
        throw new IllegalStateException(name + " has died\n" + logTail());
      }
      try {
        var answer = client.send(request, BodyHandlers.ofString());
        if (answer.statusCode() == 200) {
          return;
        }
        last = answer.statusCode() + " " + answer.body();
        Thread.sleep(200);
      } catch (IOException e) {
        last = e.toString();
        pause();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    kill();
    throw new IllegalStateException(name + " is not ready (" + last + ")\n" + logTail());
  }

  private boolean hasBooted() {
    return log().lines().skip(linesBefore).anyMatch(line -> line.contains(") ready in "));
  }

  private static void pause() {
    try {
      Thread.sleep(200);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String property(String name) {
    return Objects.requireNonNull(System.getProperty(name), name + " is not set: run by failsafe");
  }

  private static void deleteTree(Path root) {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
