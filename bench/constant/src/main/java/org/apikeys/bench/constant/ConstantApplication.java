package org.apikeys.bench.constant;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;

/** Serves {@code /constant/api}. */
@ApplicationPath("/api")
public class ConstantApplication extends Application {}
