package org.apikeys.web.access;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.apikeys.api.tenant.Caller;
import org.apikeys.hot.Direct;
import org.apikeys.hot.Memo;
import org.apikeys.hot.Printable;
import org.apikeys.restriction.TrustedProxies;
import org.apikeys.setting.Settings;
import org.apikeys.usage.Geography;
import org.apikeys.web.http.RequestContext;
import org.jspecify.annotations.Nullable;

/** Where a request came from: the peer, or what trusted proxies say of it. */
@Direct
public class Origin {
  private static final String ADDRESS = "org.apikeys.address";
  private static final int LONGEST_AGENT = 200;
  private static final Memo<String> AGENTS = new Memo<>(256, Printable::of);

  private final TrustedProxies proxies;
  private final Geography geography;
  private final @Nullable String countryHeader;

  @Inject
  public Origin(Settings settings, Geography geography) {
    this.geography = geography;
    proxies = proxies(settings);
    countryHeader = settings.countryHeader().orElse(null);
  }

  private static TrustedProxies proxies(Settings settings) {
    try {
      return TrustedProxies.parse(String.join(",", settings.trustedProxies()));
    } catch (IllegalArgumentException e) {
      // without the cause, which has the value
      throw new IllegalStateException(
          "The setting apikeys.trusted-proxies is addresses and networks such as 203.0.113.0/24,"
              + " with commas between.");
    }
  }

  /** The client's address; worked out once a request. */
  public String address(HttpServletRequest request) {
    if (request.getAttribute(ADDRESS) instanceof String known) {
      return known;
    }
    String address = read(request);
    request.setAttribute(ADDRESS, address);
    return address;
  }

  private String read(HttpServletRequest request) {
    boolean forwarded = request.getHeader("X-Forwarded-For") != null;
    String address =
        proxies.clientAddress(
            request.getRemoteAddr(),
            forwarded ? Collections.list(request.getHeaders("X-Forwarded-For")) : List.of());
    if (countryHeader != null && isTrusted(request)) {
      geography.note(address, request.getHeader(countryHeader));
    }
    return address;
  }

  /** Whether the peer's forwarded headers are believed. */
  public boolean isTrusted(HttpServletRequest request) {
    return proxies.trusts(request.getRemoteAddr());
  }

  /** The client's program, printable and not too long. */
  static @Nullable String agent(HttpServletRequest request) {
    String agent = request.getHeader("User-Agent");
    if (agent == null) {
      return null;
    }
    String printable = AGENTS.of(agent);
    return printable.length() > LONGEST_AGENT ? printable.substring(0, LONGEST_AGENT) : printable;
  }

  /** Someone who has not said who they are. */
  public Caller anonymous(HttpServletRequest request) {
    return new Caller(
        Caller.Kind.ANONYMOUS,
        0,
        "anonymous",
        "anonymous",
        Caller.DEFAULT_ORGANIZATION,
        Set.of(),
        Set.of(),
        address(request),
        agent(request),
        RequestContext.id(request));
  }
}
