package org.apikeys.web.client;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apikeys.api.key.KeyFormat;
import org.apikeys.client.ApiKeysClient;
import org.apikeys.web.client.sample.SampleApplication;
import org.apikeys.web.server.Ports;
import org.apikeys.web.server.Started;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/**
 * What the sample application can be deployed on: a stock server, with as few settings as can be.
 */
enum ApplicationServer {
  PAYARA_MICRO {
    @Override
    List<String> command(Path folder, int port) throws IOException {
      Path preboot = folder.resolve("preboot.txt");
      Files.writeString(
          preboot,
          "set configs.config.server-config.network-config.network-listeners"
              + ".network-listener.http-listener.address=127.0.0.1\n");
      return List.of(
          Started.java(),
          "-Xmx512m",
          "-Djava.net.preferIPv4Stack=true",
          "-jar",
          property("payara.micro.jar"),
          "--nocluster",
          "--port",
          String.valueOf(port),
          "--prebootcommandfile",
          preboot.toString(),
          "--contextroot",
          "/",
          "--deploy",
          application(folder.resolve("sample.war"), "").toString());
    }
  },

  WILDFLY {
    @Override
    List<String> command(Path folder, int port) throws IOException {
      Path home = Path.of(property("wildfly.home"));
      Path configuration = Files.createDirectories(folder.resolve("configuration"));
      Path stock = home.resolve("standalone").resolve("configuration");
      for (String file :
          List.of(
              "standalone.xml",
              "application-users.properties",
              "application-roles.properties",
              "mgmt-users.properties",
              "mgmt-groups.properties")) {
        Files.writeString(
            configuration.resolve(file), withCallers(Files.readString(stock.resolve(file))));
      }
      Path deployments = Files.createDirectories(folder.resolve("deployments"));
      application(
          deployments.resolve("sample.war"),
          "<jboss-web><context-root>/</context-root></jboss-web>");
      return List.of(
          Started.java(),
          "-Xmx512m",
          "-Djava.net.preferIPv4Stack=true",
          "--add-exports=java.desktop/sun.awt=ALL-UNNAMED",
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--add-opens=java.base/java.util=ALL-UNNAMED",
          "-Dlogging.configuration=" + stock.resolve("logging.properties").toUri(),
          "-Dorg.jboss.boot.log.file=" + folder.resolve("boot.log"),
          "-jar",
          home.resolve("jboss-modules.jar").toString(),
          "-mp",
          home.resolve("modules").toString(),
          "org.jboss.as.standalone",
          "-Djboss.home.dir=" + home,
          "-Djboss.server.base.dir=" + folder,
          "-Djboss.http.port=" + port,
          "-Djboss.https.port=" + Ports.free(),
          "-Djboss.management.http.port=" + Ports.free());
    }

    /** With callers of Jakarta Security that the server itself does not know. */
    private String withCallers(String text) {
      int container = Math.max(0, text.indexOf("urn:jboss:domain:undertow:"));
      return text.substring(0, container)
          + text.substring(container)
              .replaceFirst(
                  "<application-security-domain name=\"other\"", "$0 integrated-jaspi=\"false\"");
    }
  };

  /** What starts it with the sample application, in a folder of its own. */
  abstract List<String> command(Path folder, int port) throws IOException;

  Started start(int port, Map<String, String> settings) {
    Path folder = Path.of("target", "servers", "sample-" + name()).toAbsolutePath();
    try {
      Files.createDirectories(folder);
      return Started.in(folder, command(folder, port), settings);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path application(Path war, String context) {
    WebArchive archive =
        ShrinkWrap.create(WebArchive.class, "sample.war")
            .addPackage(SampleApplication.class.getPackage())
            .addAsLibraries(jar(ApiKeysClient.class), jar(KeyFormat.class));
    if (!context.isEmpty()) {
      archive.addAsWebInfResource(new StringAsset(context), "jboss-web.xml");
    }
    archive.as(ZipExporter.class).exportTo(war.toFile(), true);
    return war;
  }

  private static File jar(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    return new File(source.getLocation().getPath());
  }

  private static String property(String name) {
    return Objects.requireNonNull(System.getProperty(name), name + " is not set: run by failsafe");
  }
}
