// src/profile/typescript.ts: TypeScript without its types, its lines where they were; decorators by the project's own compiler.

import type * as t from "@babel/types";
import { type Transform, transform } from "sucrase";
import { childrenOf, type Node, ScriptSyntaxError } from "./syntax.js";

export interface Stripped {
  readonly code: string;
  /** A source map, as an object. */
  readonly map: object;
}

/** What a text is, and is to be. */
export interface StripKind {
  readonly isTypeScript: boolean;
  /** Its imports and exports are to be CommonJS's. */
  readonly isRequired: boolean;
}

/** What takes types away from a text, by a compiler of the user's. */
export type Strip = (code: string, kind: StripKind) => Stripped;

export interface StripOptions extends StripKind {
  readonly url: string;
  readonly file: string;
  /** As it was written. */
  readonly source: string;
  /** What takes a compiler: the first such thing, if there is any. */
  readonly obstacle: t.Decorator | t.TSModuleDeclaration | undefined;
  readonly compile?: Strip;
}

/** @throws {ScriptSyntaxError} where it takes a compiler, and there is none. */
export function stripTypes(code: string, options: StripOptions): Stripped {
  const { url, file, source, obstacle, isRequired } = options;
  if (obstacle !== undefined) {
    if (options.compile !== undefined) return options.compile(code, options);
    const what = obstacle.type === "Decorator" ? "decorators other than @profile" : "namespaces";
    const { line, column } = obstacle.loc!.start;
    const reason = `${what} take a compiler: npm install -D esbuild beside the script`;
    throw new ScriptSyntaxError(reason, file, { line, column: column + 1 }, source);
  }
  const transforms: Transform[] = isRequired ? ["typescript", "imports"] : ["typescript"];
  const stripped = transform(code, {
    transforms,
    disableESTransforms: true,
    preserveDynamicImport: true,
    filePath: url,
    sourceMapOptions: { compiledFilename: url },
  });
  return { code: stripped.code, map: stripped.sourceMap! };
}

/** The first namespace with something to run in it. */
export function namespaceIn(node: Node): t.TSModuleDeclaration | undefined {
  if (node.type === "TSModuleDeclaration") return node.declare === true ? undefined : node;
  for (const child of childrenOf(node)) {
    const found = namespaceIn(child);
    if (found !== undefined) return found;
  }
  return undefined;
}
