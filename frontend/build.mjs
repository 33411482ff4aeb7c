// Builds the files for the browser: splits and optimises the wasm, bundles scripts and styles, and compresses all of
// them. The folder is named by the hash of its content, so that browsers cache it permanently and never mix versions.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import subset from "subset-font";

const here = import.meta.dirname;
const root = path.dirname(here);
const NAME = "loa";
// the loader of the wasm, and what the desk has beside it
const SCRIPTS = ["loader.js", "desk.js"];
const target = process.env.CARGO_TARGET_DIR ?? path.join(root, "target");
const dist = process.env.LOA_DIST ?? path.join(here, "dist");
const cargoHome = process.env.CARGO_HOME ?? path.join(os.homedir(), ".cargo");
const work = path.join(target, "frontend-work");

const log = (message) => console.log(`browser files: ${message}`);
const run = (program, args, options = {}) => execFileSync(program, args, { stdio: "inherit", cwd: root, ...options });

function compileWasm() {
  log("compiling the wasm (about two minutes the first time)");
  const quiet = process.env.LOA_PROGRESS ? [] : ["--quiet"];
  // panics name their file: short names, and none of this machine's folders
  const sources = path.join(cargoHome, "registry", "src");
  const crates = fs.existsSync(sources) ? fs.readdirSync(sources).map((folder) => path.join(sources, folder)) : [];
  const remaps = [[cargoHome, "cargo"], [root, "loa"], ...crates.map((folder) => [folder, "crates"])];
  const remap = remaps.map(([from, to]) => `--remap-path-prefix=${from}=${to}`).join(" ");
  run("cargo", ["build", ...quiet, "--locked", "-p", "frontend", "--lib", "--target", "wasm32-unknown-unknown", "--profile", "wasm-release", "--features", "hydrate"], {
    // the splitter needs the relocations
    env: { ...process.env, RUSTFLAGS: `-Clink-args=--emit-relocs ${remap}`, CARGO_TARGET_DIR: target },
  });
  return path.join(target, "wasm32-unknown-unknown", "wasm-release", "frontend.wasm");
}

function splitAndBind(wasm, out) {
  log("splitting off the code of the desk");
  run("bind-browser-program", [wasm, NAME, out]);
}

function optimise(out) {
  log("optimising");
  const wasmOpt = path.join(here, "node_modules", ".bin", "wasm-opt");
  for (const file of fs.readdirSync(out)) {
    const name = path.join(out, file);
    if (file.endsWith(".wasm")) {
      // the features that rustc uses and browsers of 2021 support
      const features = ["bulk-memory", "bulk-memory-opt", "multivalue", "mutable-globals", "nontrapping-float-to-int", "reference-types", "sign-ext"].map((name) => `--enable-${name}`);
      // measured: with a shrink level of 2 and repeated until nothing changes it is 600 bytes smaller as it travels;
      // -Oz is a tenth smaller uncompressed, but a tenth larger compressed; inlining hides repetition from brotli
      const inlining = ["always-inline", "one-caller-inline", "flexible-inline"].map((kind) => `--${kind}-max-function-size=0`);
      run(wasmOpt, ["-O2", "-s", "2", "--converge", ...inlining, "--strip-debug", "--strip-producers", "--strip-target-features", ...features, name, "-o", name]);
    } else if (file.endsWith(".js")) {
      // minified one by one, because the chunks import each other by file name
      const { code } = esbuild.transformSync(fs.readFileSync(name, "utf8"), { minify: true, format: "esm", target: "es2022" });
      fs.writeFileSync(name, code);
    }
  }
  esbuild.buildSync({ entryPoints: SCRIPTS.map((script) => path.join(here, script)), outdir: out, bundle: true, minify: true, format: "esm", target: "es2022" });
  esbuild.buildSync({ entryPoints: [path.join(here, "editor", "editor.js")], outdir: out, bundle: true, minify: true, format: "esm", target: "es2022", legalComments: "none" });
  // a worker of its own, loaded with the first Word file alone
  esbuild.buildSync({ entryPoints: [path.join(here, "editor", "word.worker.js")], outdir: out, bundle: true, minify: true, format: "iife", target: "es2022", legalComments: "none" });
  esbuild.buildSync({ entryPoints: ["main.css", "desk.css"].map((file) => path.join(root, "style", file)), outdir: out, bundle: true, minify: true, external: ["./icon.svg", "*.woff2"], target: ["chrome90", "safari14", "firefox100"] });
}

function compress(folder) {
  for (const file of fs.readdirSync(folder, { withFileTypes: true })) {
    if (!file.isFile() || !/\.(wasm|js|css|svg|json|webmanifest|txt|ico)$/.test(file.name)) continue;
    const name = path.join(folder, file.name);
    const bytes = fs.readFileSync(name);
    // measured: short distances without extra bits make the wasm 250 bytes smaller
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length, [constants.BROTLI_PARAM_NDIRECT]: 8 };
    fs.writeFileSync(`${name}.br`, brotliCompressSync(bytes, { params }));
    fs.writeFileSync(`${name}.gz`, gzipSync(bytes, { level: 9 }));
  }
}

function hashOf(folder) {
  const hash = createHash("sha256");
  for (const file of fs.readdirSync(folder).sort()) {
    hash.update(`${file}\0`).update(fs.readFileSync(path.join(folder, file)));
  }
  return hash.digest("hex").slice(0, 12);
}

const out = path.join(work, "pkg");
fs.rmSync(out, { recursive: true, force: true });
fs.mkdirSync(out, { recursive: true });
const wasm = compileWasm();
const stamp = createHash("sha256").update(fs.readFileSync(wasm));
for (const file of [import.meta.filename, ...SCRIPTS.map((script) => path.join(here, script)), ...scriptFiles("editor"), ...scriptFiles("page"), path.join(here, "package-lock.json"), ...styles(), ...publicFiles()]) stamp.update(fs.readFileSync(file));
const stampFile = path.join(dist, ".stamp");
const currentStamp = stamp.digest("hex");
if (fs.existsSync(stampFile) && fs.readFileSync(stampFile, "utf8") === currentStamp) {
  log("nothing changed");
} else {
  splitAndBind(wasm, out);
  optimise(out);
  // pages link to the icons in the hashed folder; programs that fetch /favicon.ico directly get the copy in dist
  fs.cpSync(path.join(here, "public"), out, { recursive: true });
  await subsetFont(out);
  const name = `pkg-${hashOf(out)}`;
  // open pages and a running server still use the files of earlier builds, so the last two remain
  const earlier = fs.existsSync(dist) ? fs.readdirSync(dist).filter((file) => file.startsWith("pkg-") && file !== name) : [];
  const age = (file) => fs.statSync(path.join(dist, file)).mtimeMs;
  for (const old of earlier.sort((a, b) => age(b) - age(a)).slice(2)) fs.rmSync(path.join(dist, old), { recursive: true, force: true });
  fs.cpSync(path.join(here, "public"), dist, { recursive: true });
  fs.cpSync(out, path.join(dist, name), { recursive: true });
  for (const folder of [dist, path.join(dist, name)]) compress(folder);
  fs.writeFileSync(path.join(dist, ".package"), name);
  fs.writeFileSync(stampFile, currentStamp);
  log(`${path.relative(root, path.join(dist, name))} is ready`);
}

// the face of titles: Latin and Vietnamese in one file, so that no word is drawn with letters of two faces, and its licence
async function subsetFont(out) {
  const family = path.join(here, "node_modules", "@expo-google-fonts", "be-vietnam-pro");
  const ranges = [[0x20, 0x7e], [0xa0, 0xff], [0x102, 0x103], [0x110, 0x111], [0x128, 0x129], [0x168, 0x169], [0x1a0, 0x1a1], [0x1af, 0x1b0], [0x1ea0, 0x1ef9], [0x2010, 0x2027], [0x2030, 0x203a], [0x20ab, 0x20ac]];
  const letters = ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, n) => String.fromCodePoint(from + n)));
  const whole = fs.readFileSync(path.join(family, "700Bold", "BeVietnamPro_700Bold.ttf"));
  fs.writeFileSync(path.join(out, "be-vietnam-pro.woff2"), await subset(whole, letters.join(""), { targetFormat: "woff2" }));
  fs.copyFileSync(path.join(family, "LICENSE_FONT"), path.join(out, "be-vietnam-pro-licence.txt"));
}

function styles() {
  return fs.readdirSync(path.join(root, "style")).sort().map((file) => path.join(root, "style", file));
}

function scriptFiles(folder) {
  return fs.readdirSync(path.join(here, folder)).sort().map((file) => path.join(here, folder, file));
}

function publicFiles() {
  return fs.readdirSync(path.join(here, "public")).sort().map((file) => path.join(here, "public", file));
}
