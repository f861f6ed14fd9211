// Answers POST /verify with what better-auth says of a key, as its server does in a process of its own.
// STORE=memory or sqlite, KEYS, UNKNOWN (share of keys that nobody issued), PORT, BODIES (gets one request body a line).
import { createServer } from "node:http";
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { apiKey } from "better-auth/plugins";

const count = Number(process.env.KEYS ?? 2000);
const unknown = Number(process.env.UNKNOWN ?? 0.01);
const port = Number(process.env.PORT ?? 18093);
const inMemory = process.env.STORE !== "sqlite";

const options = {
  secret: randomBytes(32).toString("hex"),
  baseURL: `http://127.0.0.1:${port}`,
  emailAndPassword: { enabled: true },
  logger: { disabled: true },
  telemetry: { enabled: false },
  // the keys have no limit here either
  plugins: [apiKey({ rateLimit: { enabled: false }, enableMetadata: true })],
};
if (inMemory) {
  options.database = memoryAdapter({ user: [], session: [], account: [], verification: [], apikey: [] });
} else {
  const { default: Database } = await import("better-sqlite3");
  options.database = new Database(process.env.FILE ?? ":memory:");
  options.database.pragma("journal_mode = WAL");
}
const auth = betterAuth(options);
if (!inMemory) {
  const { getMigrations } = await import("better-auth/db");
  await (await getMigrations(options)).runMigrations();
}

const { user } = await auth.api.signUpEmail({
  body: { email: "bench@example.com", password: "correct-horse-battery-staple", name: "bench" },
});
const permissions = { agents: ["read"], deployments: ["write"], metrics: ["read"] };
const keys = [];
for (let i = 0; i < count; i++) {
  const made = await auth.api.createApiKey({ body: { userId: user.id, name: `bench ${i}`, permissions } });
  keys.push(made.key);
}
for (let i = 0; i < count * unknown; i++) {
  keys.push(randomBytes(48).toString("base64url"));
}
keys.sort(() => Math.random() - 0.5);
if (process.env.BODIES) {
  writeFileSync(process.env.BODIES, keys.map((key) => JSON.stringify({ key })).join("\n") + "\n");
}

createServer((request, response) => {
  let text = "";
  request.on("data", (part) => (text += part));
  request.on("end", async () => {
    const { key } = JSON.parse(text);
    const said = await auth.api.verifyApiKey({ body: { key, permissions: { agents: ["read"] } } });
    const answer = JSON.stringify({ valid: said.valid, code: said.error?.code ?? "VALID" });
    response.writeHead(200, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(answer) });
    response.end(answer);
  });
}).listen(port, "127.0.0.1", () => console.log("ready"));
