package least;

import jakarta.inject.Inject;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Application;

@Path("things")
public class ThingsResource {
  @Inject private Things things;

  @GET
  public long count() {
    return things.count();
  }

  @ApplicationPath("api")
  public static class Api extends Application {}
}
