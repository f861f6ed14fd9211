package org.apikeys.web.client.sample;

import jakarta.enterprise.context.ApplicationScoped;
import org.apikeys.client.security.RequiresScope;

/** A bean that is guarded as a whole, with what it has inherited. */
@ApplicationScoped
@RequiresScope("deployments:write")
public class Notes extends Announcements {}
