// Starts the real program on a free port with a database of its own, and stops it after the last test.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";

export default async function start(): Promise<() => Promise<void>> {
  const program = process.env.LOA_PROGRAM;
  if (!program) throw new Error("LOA_PROGRAM names the program to test: run make test");
  const data = fs.mkdtempSync(path.join(os.tmpdir(), "loa-test-"));
  // the database's own user passes through
  fs.chmodSync(data, 0o755);
  const port = await freePort();
  const root = path.dirname(import.meta.dirname);
  const environment: NodeJS.ProcessEnv = { ...process.env, LOA_DATA_DIR: data, LOA_ADDRESS: `127.0.0.1:${port}`, LOA_LOG: "error,tower_http=off", LOA_SITE_ROOT: path.join(root, "frontend", "dist") };
  delete environment.DATABASE_URL;
  const log = fs.openSync(path.join(data, "program.log"), "w");
  const server = spawn(program, ["serve", "--demo"], { env: environment, stdio: ["ignore", log, log] });
  const base = `http://127.0.0.1:${port}`;
  await ready(base, server, path.join(data, "program.log"));
  Object.assign(process.env, { LOA_BASE: base, LOA_DATA_DIR: data, LOA_PID: String(server.pid) });
  // tests write from one address, faster than people do
  execFileSync(program, ["setting", "set", "limits.comments_per_address", "100000"], { env: environment });
  return async () => {
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGTERM");
    await ended;
    fs.rmSync(data, { recursive: true, force: true });
  };
}

async function ready(base: string, server: ChildProcess, log: string): Promise<void> {
  const deadline = Date.now() + 90_000;
  while (Date.now() < deadline) {
    if (server.exitCode !== null) break;
    const answered = await fetch(base).then((answer) => answer.ok, () => false);
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the program did not start:\n${fs.readFileSync(log, "utf8")}`);
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = net.createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as net.AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
