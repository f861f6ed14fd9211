declare class Client {
  static readonly Client: typeof Client;
  constructor(options: Client.Options);
  static signIn(options: { username: string; password: string } & Omit<Client.Options, 'apiKey' | 'token'>): Promise<Client>;
  readonly keys: Client.Keys;
  readonly apiKeys: Client.Keys;
  me(): Promise<any>;
  report(records: object[]): Promise<{ accepted: number; rejected: { index: number; error: string }[] }>;
  request(method: string, path: string, options?: Client.RequestOptions): Promise<any>;
  /** Any other collection below /api/v1: users, webhooks, requests, agents, … */
  readonly [collection: string]: any;
}

declare namespace Client {
  type Environment = 'production' | 'staging' | 'development';

  interface Options {
    /** A key of this server, secret or publishable. */
    apiKey?: string;
    /** A person's token, in place of a key. */
    token?: string;
    /** Default: the environment variable APIKEYS_URL, else http://localhost:8080. */
    baseUrl?: string;
    /** Refuses a key of another environment at once. */
    environment?: Environment;
    /** How often a request is tried again; 3. */
    retries?: number;
    /** Milliseconds to wait for an answer; 10000. */
    timeout?: number;
    fetch?: typeof fetch;
  }

  interface RequestOptions {
    query?: Record<string, string | number | boolean | null | undefined>;
    body?: unknown;
    headers?: Record<string, string>;
    idempotencyKey?: string;
  }

  interface Pages<T> extends AsyncIterable<T>, PromiseLike<T[]> {
    all(): Promise<T[]>;
  }

  interface Resource<T = any> {
    list(query?: Record<string, string | number | boolean>): Pages<T>;
    get(id: string | number): Promise<T>;
    create(body: object, options?: { idempotencyKey?: string }): Promise<T>;
    update(id: string | number, body: object, options?: { ifMatch?: string }): Promise<T>;
    delete(id: string | number, query?: Record<string, string>): Promise<any>;
  }

  interface Key {
    id: number;
    key_id: string;
    /** Only in the answer that issued or rotated it. */
    key?: string | null;
    key_prefix: string;
    name: string;
    scopes: string[];
    status: 'active' | 'inactive' | 'expired' | 'revoked' | 'archived';
    environment: Environment;
    owner: string;
    created_at: string;
    expires_at: string | null;
    usage_count: number;
    [field: string]: unknown;
  }

  interface CallToVerify {
    scopes?: string[] | string;
    resource?: string;
    ip?: string;
    referrer?: string;
    method?: string;
    endpoint?: string;
    environment?: Environment;
    cost?: number;
    bytes_in?: number;
    explain?: boolean;
    lease?: number;
  }

  interface Decision {
    valid: boolean;
    code: string;
    status: 200 | 401 | 403 | 413 | 429;
    decision_id: string | null;
    key: Pick<Key, 'id' | 'key_id' | 'name' | 'owner' | 'environment' | 'scopes' | 'expires_at'> | null;
    rate_limit: { limit: number; remaining: number; reset_at: string; window: string } | null;
    credits: { balance: number; refill_at: string | null } | null;
    checks?: { check: string; outcome: 'passed' | 'failed' | 'skipped'; detail: string }[];
  }

  interface Keys extends Resource<Key> {
    revoke(id: string | number, reason?: string): Promise<{ message: string }>;
    rotate(id: string | number, options?: { overlap?: string }): Promise<Key & { previous_key_expires_at: string | null }>;
    renew(id: string | number, expiresAt: string): Promise<Key>;
    usage(id: string | number): Promise<any>;
    effectivePermissions(id: string | number): Promise<any>;
    scopes(): Promise<{ scopes: { name: string; description: string }[]; permission_sets: { name: string; scopes: string[] }[] }>;
    import(keys: object[], hmacSecret?: string): Promise<{ results: { index: number; status: 'imported' | 'rejected'; id: number | null; error: string | null }[] }>;
    verify(key: string, call?: CallToVerify): Promise<Decision>;
  }

  class ApiError extends Error {
    status: number;
    code: string | null;
    detail: string | null;
    errors: { field: string; message: string }[];
    requestId: string | null;
    /** Seconds. */
    retryAfter: number | null;
  }
  function isWellFormedKey(text: string): boolean;
  function isGenuineWebhook(message: {
    secret: string;
    headers: Headers | Record<string, string | string[] | undefined>;
    body: string | Uint8Array;
    /** Milliseconds since 1970 UTC; now. */
    now?: number;
  }): boolean;
  function requireKey(options: { client: Client; scope?: string; address?: (req: any) => string }): (req: any, res: any, next: (error?: unknown) => void) => Promise<unknown>;
}

export = Client;
