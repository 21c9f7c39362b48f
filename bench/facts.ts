// bench/facts.ts: where and how figures were measured.
// Not here: the figures.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { cpus } from "node:os";
import { readVersion } from "../src/cli/modules.js";

export interface RunFacts {
  readonly seed: number;
  readonly rounds: number;
  readonly isQuick: boolean;
  readonly version: string;
  readonly commit: string;
  readonly date: string;
  readonly node: string;
  readonly v8: string;
  /** The modules measured, as files: a build may be newer or older than the commit. */
  readonly wasm: readonly ModuleFacts[];
  readonly machine: { readonly cpu: string; readonly cpuCount: number; readonly platform: string };
}

export interface ModuleFacts {
  readonly name: string;
  readonly wasmBytes: number;
  readonly sha256: string;
}

export async function collectFacts(
  run: Pick<RunFacts, "seed" | "rounds" | "isQuick" | "wasm">,
): Promise<RunFacts> {
  const processors = cpus();
  const cpu = processors[0]?.model ?? "unknown";
  return {
    ...run,
    ...{ version: await readVersion(), commit: commit(), date: new Date().toISOString() },
    ...{ node: process.versions.node, v8: process.versions.v8 },
    machine: { cpu, cpuCount: processors.length, platform: `${process.platform} ${process.arch}` },
  };
}

export async function describeModule(name: string, file: string | URL): Promise<ModuleFacts> {
  const bytes = await readFile(file);
  return { name, wasmBytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}

/** Of the working tree; "+" where it has changes that are not committed. */
function commit(): string {
  const git = (...args: string[]): string =>
    execFileSync("git", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  try {
    return `${git("rev-parse", "--short", "HEAD")}${git("status", "--porcelain") === "" ? "" : "+"}`;
  } catch {
    return "unknown";
  }
}

/** The facts as lines for people. */
export function factLines({
  seed,
  rounds,
  isQuick,
  version,
  commit,
  date,
  node,
  v8,
  machine,
}: RunFacts): string {
  return [
    `pymalloc ${version}, commit ${commit}, ${date}`,
    `Node ${node}, V8 ${v8}, ${machine.cpu} (${machine.cpuCount} CPUs), ${machine.platform}`,
    `seed ${seed}, ${rounds} interleaved rounds${isQuick ? ", quick: too short to quote" : ""}`,
  ].join("\n");
}
