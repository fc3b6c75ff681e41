import { existsSync, readdirSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { cached } from "../support/folders.ts";
import { runProgram } from "../support/process.ts";

/** The PyPI source package that holds the whole source of llama.cpp, of the version that the golden results come from. */
const sourcePackage = "llama-cpp-python==0.3.36";

export interface LlamaCpp {
  readonly bench: string;
  readonly quantize: string;
}

/**
 * llama-bench and llama-quantize compiled for this machine's processor: those that `LLAMA_BENCH` and `LLAMA_QUANTIZE` name, or
 * built once into the cache. Building needs pip, CMake and a C++ compiler, and takes some minutes.
 * @throws Error where they can't be built
 */
export async function llamaCpp(onProgress: (text: string) => void): Promise<LlamaCpp> {
  const { LLAMA_BENCH: bench, LLAMA_QUANTIZE: quantize } = process.env;
  if (bench !== undefined && quantize !== undefined) return { bench, quantize };

  const folder = cached("llama.cpp", "x", "..");
  const programs = (binaries: string): LlamaCpp => ({
    bench: bench ?? join(binaries, "llama-bench"),
    quantize: quantize ?? join(binaries, "llama-quantize"),
  });
  const built = unpackedSource(folder);
  if (built !== undefined) {
    const found = programs(join(built, "build/bin"));
    if (existsSync(found.bench) && existsSync(found.quantize)) return found;
  }
  const fetched = built ?? (await fetchSource(folder, onProgress));
  const onLine = (line: string) => onProgress(`llama.cpp: ${line}`);
  const off = ["LLAMA_CURL", "LLAMA_OPENSSL", "LLAMA_BUILD_SERVER", "BUILD_SHARED_LIBS"].map((name) => `-D${name}=OFF`);
  const configure = ["-B", "build", "-DCMAKE_BUILD_TYPE=Release", "-DGGML_NATIVE=ON", ...off];
  onProgress("llama.cpp: configuring");
  await runProgram("cmake", configure, { cwd: fetched, onLine });
  onProgress("llama.cpp: compiling, which takes some minutes");
  const targets = ["llama-bench", "llama-quantize"];
  const jobs = String(cpus().length);
  await runProgram("cmake", ["--build", "build", "-j", jobs, "--target", ...targets], { cwd: fetched, onLine });
  return programs(join(fetched, "build/bin"));
}

function unpackedSource(folder: string): string | undefined {
  if (!existsSync(folder)) return undefined;
  const unpacked = readdirSync(folder).find((name) => /^llama_cpp_python-[\d.]+$/.test(name));
  return unpacked === undefined ? undefined : join(folder, unpacked, "vendor/llama.cpp");
}

/** pip builds nothing of it, but asks its build tool for metadata, which pip fetches for that. */
async function fetchSource(folder: string, onProgress: (text: string) => void): Promise<string> {
  onProgress(`llama.cpp: fetching ${sourcePackage}`);
  const download = `-m pip download --quiet --no-deps --no-binary llama-cpp-python --dest ${folder} ${sourcePackage}`;
  await runProgram("python3", download.split(" "));
  const archive = readdirSync(folder).find((name) => name.endsWith(".tar.gz"));
  await runProgram("tar", ["-xzf", archive ?? ""], { cwd: folder });
  const source = unpackedSource(folder);
  if (source === undefined) throw new Error(`${folder}: the source package has no vendor/llama.cpp`);
  return source;
}

export interface LlamaBenchSettings {
  readonly threads: number;
  readonly promptTokens?: number;
  readonly generateTokens?: number;
  readonly repetitions?: number;
  readonly depth?: number;
}

export interface LlamaBenchResult {
  /** Tokens per second, one value a repetition. */
  readonly prefill: readonly number[];
  readonly decode: readonly number[];
  readonly commit: string;
}

interface Reported {
  readonly n_prompt: number;
  readonly n_gen: number;
  readonly samples_ts: readonly number[];
  readonly build_commit: string;
}

/** Runs llama-bench with its own defaults (among them flash attention `auto`, an F16 cache, repacked weights). */
export async function llamaBench(
  program: string,
  model: string,
  { threads, promptTokens = 256, generateTokens = 64, repetitions = 1, depth = 0 }: LlamaBenchSettings,
): Promise<LlamaBenchResult> {
  const numbers = { "-t": threads, "-p": promptTokens, "-n": generateTokens, "-r": repetitions, "-d": depth };
  const args = Object.entries(numbers).flatMap(([name, value]) => [name, String(value)]);
  const { stdout } = await runProgram(program, ["-m", model, ...args, "-o", "json"]);
  const tests = JSON.parse(stdout) as Reported[];
  if (tests.length === 0) throw new Error(`${program} measured nothing`);
  const samples = (pick: (test: Reported) => boolean) => tests.find(pick)?.samples_ts ?? [];
  return {
    prefill: samples(({ n_prompt, n_gen }) => n_prompt > 0 && n_gen === 0),
    decode: samples(({ n_prompt, n_gen }) => n_prompt === 0 && n_gen > 0),
    commit: tests[0].build_commit,
  };
}

/** The version of llama.cpp that a llama-bench was built from. */
export async function llamaBenchVersion(program: string): Promise<string> {
  const { stdout, stderr } = await runProgram(program, ["--version"]);
  return `${stdout}${stderr}`.trim().split("\n")[0].replace("version: ", "");
}
