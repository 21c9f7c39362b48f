// src/profile/typescript.ts: TypeScript without its types, its lines where they were; decorators by the project's own compiler.

import type * as t from "@babel/types";
import { transform } from "sucrase";
import { childrenOf, type Node, ScriptSyntaxError } from "./syntax.js";

export interface Stripped {
  readonly code: string;
  /** A source map, as an object. */
  readonly map: object;
}

/** What takes types away from a text, by a compiler of the user's. */
export type Strip = (code: string, isTypeScript: boolean) => Stripped;

export interface StripOptions {
  readonly url: string;
  readonly file: string;
  readonly isTypeScript: boolean;
  readonly compile?: Strip;
}

/**
 * @param hasDecorators - which Node has not.
 * @throws {ScriptSyntaxError} where that takes a compiler, and there is none.
 */
export function stripTypes(
  code: string,
  program: t.Program,
  hasDecorators: boolean,
  options: StripOptions,
): Stripped {
  const needs = hasDecorators
    ? "decorators other than @profile"
    : hasNamespace(program)
      ? "namespaces"
      : undefined;
  if (needs !== undefined) {
    if (options.compile !== undefined) return options.compile(code, options.isTypeScript);
    const reason = `${needs} take a compiler: npm install -D esbuild beside the script`;
    throw new ScriptSyntaxError(reason, options.file, { line: 1, column: 1 }, code);
  }
  const stripped = transform(code, {
    transforms: ["typescript"],
    disableESTransforms: true,
    preserveDynamicImport: true,
    filePath: options.url,
    sourceMapOptions: { compiledFilename: options.url },
  });
  return { code: stripped.code, map: stripped.sourceMap! };
}

/** Namespaces with something to run in them. */
function hasNamespace(node: Node): boolean {
  if (node.type === "TSModuleDeclaration") return node.declare !== true;
  return childrenOf(node).some(hasNamespace);
}
