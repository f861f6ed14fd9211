import io.vertx.core.AbstractVerticle;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;

/** The least that a Vert.x server can do: an empty answer. Argument: the port. */
public final class Constant {
  private Constant() {}

  public static void main(String[] arguments) {
    Vertx vertx =
        Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
    vertx.deployVerticle(
        new AbstractVerticle() {
          @Override
          public void start() {
            vertx
                .createHttpServer(
                    new HttpServerOptions()
                        .setHost("127.0.0.1")
                        .setPort(Integer.parseInt(arguments[0]))
                        .setHttp2ClearTextEnabled(false))
                .requestHandler(request -> request.response().setStatusCode(204).end())
                .listen();
          }
        });
  }
}
