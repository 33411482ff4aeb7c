// Starts the real program on a free port with a separate database for every worker.
import { type ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";

/** A program that can be killed and started again with the same data. */
export interface Program {
  base: string;
  data: string;
  environment: NodeJS.ProcessEnv;
  start(): Promise<void>;
  kill(): Promise<void>;
  remove(): Promise<void>;
}

/** Starts the program with the demo content, on a free port and in a new folder. */
export async function launch(): Promise<Program> {
  const program = process.env.LOA_PROGRAM;
  if (!program) throw new Error("LOA_PROGRAM names the program to test: run make test");
  const data = fs.mkdtempSync(path.join(os.tmpdir(), "loa-test-"));
  // readable by the database's user, which is not root
  fs.chmodSync(data, 0o755);
  const port = await freePort();
  const root = path.dirname(import.meta.dirname);
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    LOA_DATA_DIR: data,
    LOA_ADDRESS: `127.0.0.1:${port}`,
    LOA_LOG: "error,tower_http=off",
    LOA_SITE_ROOT: path.join(root, "frontend", "dist"),
  };
  delete environment.DATABASE_URL;
  const base = `http://127.0.0.1:${port}`;
  const logFile = path.join(data, "program.log");
  let server: ChildProcess;
  const start = async () => {
    const log = fs.openSync(logFile, "a");
    server = spawn(program, ["serve", "--demo"], { env: environment, stdio: ["ignore", log, log] });
    fs.closeSync(log);
    await waitUntilReady(base, server, logFile);
  };
  const stop = async (signal: NodeJS.Signals) => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const exited = new Promise((resolve) => server.once("exit", resolve));
    server.kill(signal);
    await exited;
  };
  await start();
  return {
    base,
    data,
    environment,
    start,
    kill: () => stop("SIGKILL"),
    remove: async () => {
      await stop("SIGTERM");
      fs.rmSync(data, { recursive: true, force: true });
    },
  };
}

async function waitUntilReady(base: string, server: ChildProcess, log: string): Promise<void> {
  const deadline = Date.now() + 90_000;
  while (Date.now() < deadline) {
    if (server.exitCode !== null) break;
    const ready = await fetch(base).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the program did not start:\n${fs.readFileSync(log, "utf8")}`);
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = net.createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as net.AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
