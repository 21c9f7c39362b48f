// src/profile/import-hooks.ts: instruments what is imported, in the thread that Node runs hooks in: before both-hooks.ts could.

import { textOf } from "./both-hooks.js";
import { Loader, type LoaderOptions, typeScriptNames } from "./loader.js";

let loader: Loader;

/** Called by Node with what module.register was given. */
export function initialize(options: LoaderOptions): void {
  loader = new Loader(options);
}

type Next<T> = (name: string, context?: object) => Promise<T>;

export async function resolve(specifier: string, context: object, next: Next<object>): Promise<object> {
  try {
    return await next(specifier, context);
  } catch (error) {
    for (const name of typeScriptNames(specifier)) {
      try {
        return await next(name, context);
      } catch {
        // the first error says what the script asked for
      }
    }
    throw error;
  }
}

interface LoadResult {
  readonly format: string;
  readonly source?: string | ArrayBuffer | NodeJS.TypedArray | null;
  readonly shortCircuit?: boolean;
}

export async function load(
  url: string,
  context: { format?: string },
  next: Next<LoadResult>,
): Promise<LoadResult> {
  if (loader.isTypeScript(url)) {
    const { source, format } = loader.load(url, undefined, undefined)!;
    // without a source Node has require load it, and so require-hooks.ts
    return format === "module" ? { source, format, shortCircuit: true } : { format, shortCircuit: true };
  }
  const found = await next(url, context);
  if (found.format !== "module" || found.source == null) return found;
  const loaded = loader.load(url, textOf(found.source), found.format);
  return loaded === undefined ? found : { ...found, source: loaded.source };
}
