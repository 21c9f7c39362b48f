// scripts/build-wasm.mjs: compiles every Wasm module of the package: the core as asconfig.json's targets have it, and each strategy.

import { mkdirSync, readdirSync } from "node:fs";
import asc from "assemblyscript/asc";

/** Flags of each strategy that differ from the core's; a strategy is any file here but the interface. */
const RUNTIMES = { tlsf: "minimal" };
const STRATEGY_FOLDER = "assembly/strategies";

async function compile(args) {
  const { error, stderr } = await asc.main(args);
  if (error) {
    process.stderr.write(stderr.toString());
    process.exit(1);
  }
}

mkdirSync("build/strategies", { recursive: true });
for (const target of ["release", "checked"]) await compile(["assembly/index.ts", "--target", target]);
for (const target of ["objects", "objects-checked"])
  await compile(["assembly/objects.ts", "--target", target]);
await compile(["assembly/verifier.ts", "--target", "verifier"]);
for (const file of readdirSync(STRATEGY_FOLDER)) {
  const name = file.replace(/\.ts$/, "");
  if (name === "interface") continue;
  await compile([
    `${STRATEGY_FOLDER}/${file}`,
    ...["--config", "none", "--outFile", `build/strategies/${name}.wasm`],
    ...["-O3", "--converge", "--noAssert", "--bindings", "none"],
    ...["--runtime", RUNTIMES[name] ?? "stub", "--initialMemory", "1", "--maximumMemory", "65536"],
  ]);
}
