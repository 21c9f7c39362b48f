// src/profile/install-hooks.ts: has this process load scripts through our loader, TypeScript among them, as far as its Node lets us.
// Not here: what the loader makes of them (loader.ts).

import module from "node:module";
import { isMainThread } from "node:worker_threads";
import { hookBoth } from "./both-hooks.js";
import { Loader, type LoaderOptions } from "./loader.js";
import { hookRequire, hookRequiredTypeScript } from "./require-hooks.js";

export function installHooks(loaderOptions: LoaderOptions): void {
  const loader = new Loader(loaderOptions);
  if (hookBoth(loader)) {
    hookRequiredTypeScript(loader);
    return;
  }
  if (!isMainThread) return;
  if (module.register === undefined)
    throw new Error("the loader takes Node 20.6 or later; this is an older one");
  hookRequire(loader);
  // beside the bundle that this file is in
  module.register("./import-hooks.js", { parentURL: import.meta.url, data: loaderOptions });
}
