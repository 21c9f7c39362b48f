// src/profile/both-hooks.ts: instruments what is imported and what is required, in the thread itself: Node 22.15, 23.5 and later.

import module from "node:module";
import { type Loader, typeScriptNames } from "./loader.js";

interface LoadResult {
  format: string | null | undefined;
  source?: string | ArrayBuffer | NodeJS.TypedArray | undefined;
  shortCircuit?: boolean;
}

/** As of the versions that have it; the types here are older. */
interface SyncHooks {
  registerHooks?(hooks: {
    resolve(
      specifier: string,
      context: object,
      next: (specifier: string, context?: object) => { url: string },
    ): object;
    load(
      url: string,
      context: { format?: string | null },
      next: (url: string, context?: object) => LoadResult,
    ): LoadResult;
  }): void;
}

/** @returns whether this Node can. */
export function hookBoth(loader: Loader): boolean {
  const { registerHooks } = module as unknown as SyncHooks;
  if (registerHooks === undefined) return false;
  registerHooks({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context);
      } catch (error) {
        for (const name of typeScriptNames(specifier)) {
          try {
            return next(name, context);
          } catch {
            // the first error says what the script asked for
          }
        }
        throw error;
      }
    },
    load(url, context, next) {
      if (loader.isTypeScript(url)) return { ...loader.load(url, undefined, undefined)!, shortCircuit: true };
      const found = next(url, context);
      const source = found.source == null ? undefined : textOf(found.source);
      const loaded = loader.load(url, source, found.format);
      if (loaded === undefined) return found;
      // as Node has it: where it has none, the syntax tells it
      return { ...found, source: loaded.source, format: found.format ?? loaded.format };
    },
  });
  return true;
}

export function textOf(source: string | ArrayBuffer | NodeJS.TypedArray): string {
  return typeof source === "string" ? source : new TextDecoder().decode(source);
}
