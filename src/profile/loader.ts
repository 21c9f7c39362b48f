// src/profile/loader.ts: which files are instrumented, and as what: the rules that the hooks for imports and for require share.
// Not here: the hooks (import-hooks.ts, require-hooks.ts, both-hooks.ts), what is written (instrument.ts).

import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { instrument } from "./instrument.js";
import { nearPath } from "./near-path.js";
import { projectCompiler } from "./project-compiler.js";
import type { SourceKind } from "./syntax.js";

export interface LoaderOptions {
  /** Functions to be measured besides those marked: patterns of names; undefined where nothing is measured. */
  readonly functions: readonly string[] | undefined;
}

export interface Loaded {
  readonly source: string;
  readonly format: "module" | "commonjs";
}

const EXTENSIONS: Readonly<Record<string, { kind: SourceKind; isTypeScript: boolean }>> = {
  ".js": { kind: "unknown", isTypeScript: false },
  ".mjs": { kind: "module", isTypeScript: false },
  ".cjs": { kind: "commonjs", isTypeScript: false },
  ".ts": { kind: "unknown", isTypeScript: true },
  ".mts": { kind: "module", isTypeScript: true },
  ".cts": { kind: "commonjs", isTypeScript: true },
};
/** In place of what an import may say where TypeScript lies. */
const TYPESCRIPT_OF: Readonly<Record<string, string>> = { ".js": ".ts", ".mjs": ".mts", ".cjs": ".cts" };

/** This package's own bundles lie in one folder, and this file's in it or in one below. */
const OWN_BUNDLES = /^(.*[/\\]dist[/\\])/.exec(fileURLToPath(import.meta.url))?.[1];

export class Loader {
  constructor(private readonly options: LoaderOptions) {}

  /** Whether Node is to be given this file by us, whatever is in it. */
  isTypeScript(url: string): boolean {
    return isOfUser(url) && EXTENSIONS[extensionOf(url)]?.isTypeScript === true;
  }

  /** What a file's package says that it is. */
  kindOf(url: string): SourceKind {
    const kind = EXTENSIONS[extensionOf(url)]?.kind ?? "unknown";
    return kind === "unknown" ? packageKind(dirname(fileURLToPath(url))) : kind;
  }

  /**
   * The file as it is to be run.
   *
   * @param source - as Node has it; undefined: to be read.
   * @param format - Node's, if it has one.
   * @returns undefined for what is not the user's, or has nothing to measure in it.
   * @throws {ScriptSyntaxError}
   */
  load(url: string, source: string | undefined, format: string | null | undefined): Loaded | undefined {
    const extension = EXTENSIONS[extensionOf(url)];
    if (extension === undefined || !isOfUser(url)) return undefined;
    const path = fileURLToPath(url);
    const text = source ?? readFileSync(path, "utf8");
    const { functions } = this.options;
    const mayMeasure = functions !== undefined && (functions.length > 0 || text.includes("profile"));
    if (!mayMeasure && !extension.isTypeScript) return undefined;
    const kind = format === "module" || format === "commonjs" ? format : this.kindOf(url);
    const compile = projectCompiler(path);
    const instrumented = instrument(text, {
      url,
      file: nearPath(path),
      kind,
      isTypeScript: extension.isTypeScript,
      functions,
      ...(compile === undefined ? {} : { compile }),
    });
    return instrumented && { source: instrumented.code, format: instrumented.kind };
  }
}

/** What an import that leads nowhere may mean: TypeScript, named as what it compiles to, or without its ending. */
export function typeScriptNames(specifier: string): string[] {
  if (!/^(\.{0,2}\/|file:)/.test(specifier)) return [];
  const extension = extname(specifier);
  const other = TYPESCRIPT_OF[extension];
  if (other !== undefined) return [specifier.slice(0, -extension.length) + other];
  return [`${specifier}.ts`];
}

function isOfUser(url: string): boolean {
  if (!url.startsWith("file:") || url.includes("/node_modules/")) return false;
  return OWN_BUNDLES === undefined || !fileURLToPath(url).startsWith(OWN_BUNDLES);
}

function extensionOf(url: string): string {
  return extname(new URL(url).pathname);
}

const packageKinds = new Map<string, SourceKind>();

/** By the nearest package.json, as Node finds it. */
function packageKind(folder: string): SourceKind {
  let kind = packageKinds.get(folder);
  if (kind === undefined) {
    const manifest = join(folder, "package.json");
    const above = dirname(folder);
    if (existsSync(manifest)) {
      const { type } = createRequire(manifest)(manifest) as { type?: unknown };
      kind = type === "module" || type === "commonjs" ? type : "unknown";
    } else {
      kind = above === folder ? "unknown" : packageKind(above);
    }
    packageKinds.set(folder, kind);
  }
  return kind;
}
