package org.apikeys.bench.constant;

/** About as long as the answer to a verification. */
final class ConstantAnswer {
  static final String JSON =
      """
      {"valid":true,"code":"VALID","status":200,"decision_id":"01JC8Q2Y5S7M3T9V4X6Z0B1D2F",\
      "key":{"id":4711,"key_id":"key-4711","name":"bench 4711","organization_id":1,\
      "owner":"admin","environment":"production",\
      "scopes":["agents:read","deployments:write","metrics:read"],"metadata":{},\
      "expires_at":null},"rate_limit":{"limit":100,"remaining":55,\
      "reset_at":"2027-01-31T23:59:00Z","window":"PT1M"},"credits":null}\
      """;

  private ConstantAnswer() {}
}
