// scripts/build-wasm.mjs: compiles every Wasm module of the package: the core as asconfig.json's targets have it, and each strategy.

import { mkdirSync, readFileSync, rmSync } from "node:fs";
import asc from "assemblyscript/asc";

const STRATEGY_FOLDER = "assembly/strategies";
const strategies = JSON.parse(readFileSync(`${STRATEGY_FOLDER}/strategies.json`, "utf8"));

async function compile(args) {
  const { error, stderr } = await asc.main(args);
  if (error) {
    process.stderr.write(stderr.toString());
    process.exit(1);
  }
}

rmSync("build/strategies", { recursive: true, force: true }); // none of a strategy that is gone
mkdirSync("build/strategies", { recursive: true });
for (const target of ["release", "checked"]) await compile(["assembly/index.ts", "--target", target]);
for (const target of ["objects", "objects-checked"])
  await compile(["assembly/objects.ts", "--target", target]);
await compile(["assembly/verifier.ts", "--target", "verifier"]);
for (const [name, { runtime }] of Object.entries(strategies)) {
  await compile([
    `${STRATEGY_FOLDER}/${name}.ts`,
    ...["--config", "none", "--outFile", `build/strategies/${name}.wasm`],
    ...["-O3", "--converge", "--noAssert", "--bindings", "none"],
    ...["--runtime", runtime ?? "stub", "--initialMemory", "1", "--maximumMemory", "65536"],
  ]);
}
