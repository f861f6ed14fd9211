import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/**
 * The last words of {@code mvn -Pserve}: waits until the server is ready, then says where it is and
 * who can sign in. Arguments: the port, how the password is told, and whether there is demo data.
 */
class Welcome {
  private static final int MOST_SECONDS = 300;

  public static void main(String[] arguments) throws InterruptedException {
    URI root = URI.create("http://localhost:" + arguments[0] + "/");
    String people =
        Boolean.parseBoolean(arguments[2])
            ? "admin, mia.manager, ada.auditor, dev.developer or gate.gateway"
            : "admin";
    if (isReady(root)) {
      System.out.printf(
          "%n  Ready:    %s%n  Sign in:  %s%n  Password: %s (of a new store; an older ./data keeps"
              + " its own)%n  Stop:     Ctrl-C%n%n",
          root, people, arguments[1]);
    } else {
      System.out.printf(
          "%n  Not ready after %d seconds. Where it says \"The application does not start\" above is"
              + " why.%n  Stop: Ctrl-C%n%n",
          MOST_SECONDS);
    }
  }

  private static boolean isReady(URI root) throws InterruptedException {
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest request =
        HttpRequest.newBuilder(root.resolve("health/ready"))
            .timeout(Duration.ofSeconds(5))
            .build();
    for (int i = 0; i < MOST_SECONDS; i++) {
      Thread.sleep(1_000);
      try {
        if (client.send(request, BodyHandlers.discarding()).statusCode() == 200) {
          Thread.sleep(1_000); // the server's own last words first
          return true;
        }
      } catch (IOException e) {
        // not there yet
      }
    }
    return false;
  }
}
