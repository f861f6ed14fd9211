package org.apikeys.web.audit;

import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.util.stream.Collectors;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.LogKeeper;
import org.apikeys.audit.LogProofs;
import org.apikeys.audit.LogVerifier;
import org.apikeys.web.http.Query;

/** What the log can be checked with. */
@Path("/v1/audit")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class ProofsResource {
  private static final String TEXT = "text/plain;charset=UTF-8";

  private final LogProofs proofs;
  private final LogVerifier verifier;
  private final LogKeeper keeper;
  private final Caller caller;

  @Inject
  public ProofsResource(LogProofs proofs, LogVerifier verifier, LogKeeper keeper, Caller caller) {
    this.proofs = proofs;
    this.verifier = verifier;
    this.keeper = keeper;
    this.caller = caller;
  }

  @SuppressWarnings("NullAway")
  protected ProofsResource() {
    proofs = null;
    verifier = null;
    keeper = null;
    caller = null;
  }

  @GET
  @Path("checkpoint")
  @RolesAllowed(ManagementScope.AUDIT_READ)
  @Produces(TEXT)
  public String checkpoint(@Context UriInfo uri) {
    Long size = Query.of(uri).count("size");
    keeper.catchUp();
    return proofs.checkpoint(size);
  }

  @GET
  @Path("proof/inclusion")
  @RolesAllowed(ManagementScope.AUDIT_READ)
  public LogProofs.Inclusion inclusion(@Context UriInfo uri) {
    Query query = Query.of(uri);
    Long size = query.count("size");
    long leaf = required(query, "leaf");
    keeper.catchUp();
    return proofs.inclusion(caller, leaf, size);
  }

  @GET
  @Path("proof/consistency")
  @RolesAllowed(ManagementScope.AUDIT_READ)
  public LogProofs.Consistency consistency(@Context UriInfo uri) {
    Query query = Query.of(uri);
    Long to = query.count("to");
    long from = required(query, "from");
    keeper.catchUp();
    return proofs.consistency(from, to);
  }

  @GET
  @Path("public-key")
  @RolesAllowed(ManagementScope.AUDIT_READ)
  @Produces(TEXT)
  public String publicKey() {
    return proofs.publicKeys().stream().map(key -> key + "\n").collect(Collectors.joining());
  }

  @POST
  @Path("verify")
  @RolesAllowed(ManagementScope.AUDIT_READ)
  public LogVerifier.Result verify() {
    keeper.catchUp();
    return verifier.verify(caller);
  }

  private static long required(Query query, String name) {
    Long number = query.count(name);
    if (number == null) {
      throw ProblemException.invalid(name, "is needed");
    }
    return number;
  }
}
