// src/profile/require-hooks.ts: instruments what is required, where import-hooks.ts sees only imports.

import { readFileSync } from "node:fs";
import Module from "node:module";
import { pathToFileURL } from "node:url";
import type { Loader } from "./loader.js";

interface Compiled {
  _compile(source: string, file: string, ...others: unknown[]): unknown;
}

type Extensions = Record<string, ((module: Compiled, file: string) => void) | undefined>;

const extensions = (Module as unknown as { _extensions: Extensions })._extensions;

export function hookRequire(loader: Loader): void {
  const js = extensions[".js"]!;
  extensions[".js"] = (module, file) => {
    const compile = module._compile;
    module._compile = function (source, name, ...others) {
      module._compile = compile;
      const loaded = loader.load(pathToFileURL(name).href, source, "commonjs");
      return compile.call(this, loaded?.source ?? source, name, ...others);
    };
    js(module, file);
  };
  hookRequiredTypeScript(loader);
}

/** Has files found whose ending is left out, too, where Node itself does not. */
export function hookRequiredTypeScript(loader: Loader): void {
  for (const extension of [".ts", ".cts"]) {
    const earlier = extensions[extension];
    extensions[extension] = (module, file) => {
      const loaded = loader.load(pathToFileURL(file).href, undefined, "commonjs");
      if (loaded !== undefined) module._compile(loaded.source, file);
      else if (earlier !== undefined) earlier(module, file);
      else module._compile(readFileSync(file, "utf8"), file);
    };
  }
}
