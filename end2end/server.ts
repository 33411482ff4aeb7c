// Starts the real program on a free port with a database of its own: one for every worker.
import { type ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";

/** A running program: where it is, and how to stop, kill and start it again. */
export interface Program {
  base: string;
  data: string;
  environment: NodeJS.ProcessEnv;
  kill(): Promise<void>;
  again(): Promise<void>;
  remove(): Promise<void>;
}

/** Starts the program with the demo, on a port and in a folder of its own. */
export async function launch(): Promise<Program> {
  const program = process.env.LOA_PROGRAM;
  if (!program) throw new Error("LOA_PROGRAM names the program to test: run make test");
  const data = fs.mkdtempSync(path.join(os.tmpdir(), "loa-test-"));
  // the database's own user passes through
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
  const again = async () => {
    const log = fs.openSync(logFile, "a");
    server = spawn(program, ["serve", "--demo"], { env: environment, stdio: ["ignore", log, log] });
    fs.closeSync(log);
    await ready(base, server, logFile);
  };
  const end = async (signal: NodeJS.Signals) => {
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill(signal);
    await ended;
  };
  await again();
  return {
    base,
    data,
    environment,
    again,
    kill: () => end("SIGKILL"),
    remove: async () => {
      await end("SIGTERM");
      fs.rmSync(data, { recursive: true, force: true });
    },
  };
}

async function ready(base: string, server: ChildProcess, log: string): Promise<void> {
  const deadline = Date.now() + 90_000;
  while (Date.now() < deadline) {
    if (server.exitCode !== null) break;
    const answered = await fetch(base).then(
      (answer) => answer.ok,
      () => false,
    );
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
