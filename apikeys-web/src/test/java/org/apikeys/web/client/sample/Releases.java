package org.apikeys.web.client.sample;

import jakarta.ejb.Stateless;
import org.apikeys.client.security.RequiresScope;

/** A service that is guarded as a whole, with what it has inherited. */
@Stateless
@RequiresScope("deployments:write")
public class Releases extends Announcements {}
