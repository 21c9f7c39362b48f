// src/profile/project-compiler.ts: the esbuild of the user's project, if it has one: for decorators and namespaces.

import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Strip } from "./typescript.js";

interface Esbuild {
  transformSync(code: string, options: object): { code: string; map: string };
}

/** @returns undefined if there is none to be found from the script. */
export function projectCompiler(script: string): Strip | undefined {
  let found: string;
  const require = createRequire(script);
  try {
    found = require.resolve("esbuild");
  } catch {
    return undefined;
  }
  return (code, { isTypeScript, isRequired }) => {
    const esbuild = require(found) as Esbuild;
    const config = nearest(dirname(script), "tsconfig.json");
    const compiled = esbuild.transformSync(code, {
      loader: isTypeScript ? "ts" : "js",
      target: `node${process.versions.node}`,
      sourcefile: script,
      sourcemap: "external",
      ...(isRequired ? { format: "cjs" } : {}),
      ...(config === undefined ? {} : { tsconfigRaw: readFileSync(config, "utf8") }),
    });
    return { code: compiled.code, map: JSON.parse(compiled.map) as object };
  };
}

function nearest(folder: string, name: string): string | undefined {
  const file = join(folder, name);
  if (existsSync(file)) return file;
  const above = dirname(folder);
  return above === folder ? undefined : nearest(above, name);
}
