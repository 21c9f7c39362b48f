// src/lab/tuning/compile.ts: compiles this package's allocator with other sizes, from the sources that come with it.
// Not here: which sizes go together (tunables.ts). Needs AssemblyScript beside the package.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { PymallocError } from "../../errors.js";
import { classesLog2, hasRoomForKinds, type Tunables } from "./tunables.js";

const LAYOUT_FILE = "assembly/layout.ts";
/** As the target "release" of asconfig.json: a test holds the two together. */
const FLAGS = [
  ...["--config", "none", "-O3", "--converge", "--noAssert", "--bindings", "none"],
  ...["--runtime", "stub", "--initialMemory", "1", "--maximumMemory", "65536"],
];
const OUT_FILE = "tuned.wasm";

/** The compiler is missing, or refused. */
export class CompilerError extends PymallocError {
  override readonly name = "CompilerError";
}

/**
 * The allocator's module with these sizes. Takes seconds.
 *
 * @param packageRoot - folder that has assembly/.
 * @throws {CompilerError} if AssemblyScript is not installed, or finds a fault.
 */
export async function compileTuned(
  tunables: Tunables,
  packageRoot: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const asc = await loadCompiler();
  const layout = replaceConstants(await readFile(join(packageRoot, LAYOUT_FILE), "utf8"), {
    POOL_SIZE_LOG2: Math.log2(tunables.poolSize),
    ARENA_SIZE_LOG2: Math.log2(tunables.arenaSize),
    ALIGNMENT_LOG2: Math.log2(tunables.spacing),
    CLASSES_PER_DOUBLING_LOG2: classesLog2(tunables),
    SMALL_REQUEST_MAX_LOG2: Math.log2(tunables.smallRequestMax),
    ...(hasRoomForKinds(tunables) ? {} : { KIND_CLASS_COUNT: 1 }), // no objects are in this module
  });
  let module: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    ["assembly/index.ts", "--baseDir", packageRoot, "--outFile", OUT_FILE, ...FLAGS],
    {
      readFile: (name, folder) => {
        if (name === LAYOUT_FILE) return layout;
        return readFile(join(folder, name), "utf8").catch(() => null);
      },
      writeFile: (name, contents) => {
        if (name === OUT_FILE) module = contents as unknown as Uint8Array;
      },
    },
  );
  if (error !== null || module === undefined) {
    throw new CompilerError(
      `AssemblyScript could not compile ${JSON.stringify(tunables)}: ${stderr.toString()}`,
    );
  }
  return new Uint8Array(module);
}

type Compiler = typeof import("assemblyscript/asc");

async function loadCompiler(): Promise<Compiler> {
  try {
    return await import("assemblyscript/asc");
  } catch (error) {
    throw new CompilerError(
      "tuning compiles the allocator, which needs AssemblyScript: npm install assemblyscript",
      { cause: error },
    );
  }
}

/** @throws {CompilerError} if one is not there exactly once. */
function replaceConstants(source: string, values: Readonly<Record<string, number>>): string {
  let replaced = source;
  for (const [name, value] of Object.entries(values)) {
    const pattern = new RegExp(`^export const ${name} = [^;]+;$`, "gm");
    const found = replaced.match(pattern)?.length ?? 0;
    if (found !== 1) throw new CompilerError(`${LAYOUT_FILE} has ${name} ${found} times, not once`);
    replaced = replaced.replace(pattern, `export const ${name} = ${value};`);
  }
  return replaced;
}
