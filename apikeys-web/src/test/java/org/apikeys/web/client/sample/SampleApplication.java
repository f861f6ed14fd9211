package org.apikeys.web.client.sample;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;

/** Its resources are found by the container. */
@ApplicationPath("/api")
public class SampleApplication extends Application {}
