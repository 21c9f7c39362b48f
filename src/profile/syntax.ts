// src/profile/syntax.ts: a script's text as a syntax tree, and the parts of a tree that the instrumenter asks for.
// Not here: which functions are measured (selection.ts), what is written into them (probes.ts).

import { type ParserPlugin, parse } from "@babel/parser";
import type * as t from "@babel/types";

export type Node = t.Node;
/** What has statements or one expression to run, when called. */
export type FunctionNode =
  | t.FunctionDeclaration
  | t.FunctionExpression
  | t.ArrowFunctionExpression
  | t.ObjectMethod
  | t.ClassMethod
  | t.ClassPrivateMethod;

/** How a file is to be read: as what Node says it is, or as its syntax says. */
export type SourceKind = "module" | "commonjs" | "unknown";

/** The script is none; told as Node tells it, with the place. */
export class ScriptSyntaxError extends SyntaxError {
  // hidden, or else they were printed behind the text
  readonly #place: { readonly line: number; readonly column: number };

  constructor(
    reason: string,
    file: string,
    place: { readonly line: number; readonly column: number },
    source: string,
  ) {
    super(reason);
    this.#place = place;
    const { line, column } = place;
    const text = source.split(/\r\n?|\n/)[line - 1] ?? "";
    const margin = text.slice(0, column - 1).replaceAll(/[^\t]/g, " ");
    const at = `${file}:${line}:${column}`;
    this.stack = `${at}\n${text}\n${margin}^\n\nSyntaxError: ${reason}\n    at ${at}`;
  }

  get line(): number {
    return this.#place.line;
  }

  /** From 1 up. */
  get column(): number {
    return this.#place.column;
  }
}

/** In any file; the newest of them are not in the parser's default. */
const PLUGINS: readonly ParserPlugin[] = [
  "decoratorAutoAccessors",
  "explicitResourceManagement",
  "sourcePhaseImports",
  "deferredImportEvaluation",
];

/** @throws {ScriptSyntaxError} */
export function parseScript(source: string, file: string, kind: SourceKind, isTypeScript: boolean): t.File {
  // decorators of parameters are the old kind's alone
  const attempts: ParserPlugin[][] = [
    [...PLUGINS, "decorators"],
    [...PLUGINS, "decorators-legacy"],
  ];
  let first: unknown;
  for (const plugins of attempts) {
    try {
      return parse(source, {
        sourceType: kind === "unknown" ? "unambiguous" : kind === "module" ? "module" : "script",
        allowReturnOutsideFunction: kind !== "module",
        allowNewTargetOutsideFunction: kind !== "module",
        createParenthesizedExpressions: true,
        attachComment: false,
        plugins: isTypeScript ? [...plugins, "typescript"] : plugins,
      });
    } catch (error) {
      first ??= error;
    }
  }
  const { loc, message } = first as Error & { loc?: { line: number; column: number } };
  if (loc === undefined) throw first;
  const reason = message.replace(/ \(\d+:\d+\)$/, "");
  throw new ScriptSyntaxError(reason, file, { line: loc.line, column: loc.column + 1 }, source);
}

const NO_CHILDREN = new Set(["loc", "start", "end", "extra", "type", "errors", "tokens", "comments"]);

/** The nodes below a node, in the order of the text. */
export function childrenOf(node: Node): Node[] {
  const children: Node[] = [];
  for (const [key, value] of Object.entries(node)) {
    if (NO_CHILDREN.has(key)) continue;
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child)) children.push(child);
    }
  }
  return children.sort((a, b) => a.start! - b.start!);
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Node).type === "string";
}

/** A function that has a body: no overload, nothing abstract. */
export function isFunction(node: Node): node is FunctionNode {
  switch (node.type) {
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
    case "ObjectMethod":
    case "ClassMethod":
    case "ClassPrivateMethod":
      return isNode(node.body);
    default:
      return false;
  }
}

export function isClass(node: Node): node is t.Class {
  return node.type === "ClassDeclaration" || node.type === "ClassExpression";
}

/** The expression inside of parentheses and types. */
export function bare(node: Node): Node {
  switch (node.type) {
    case "ParenthesizedExpression":
    case "TSAsExpression":
    case "TSSatisfiesExpression":
    case "TSNonNullExpression":
    case "TSTypeAssertion":
      return bare(node.expression);
    default:
      return node;
  }
}

/** What stands for a name: an identifier, a property's key; nothing if it is computed. */
export function nameOf(node: Node | null | undefined): string | undefined {
  switch (node?.type) {
    case "Identifier":
      return node.name;
    case "PrivateName":
      return `#${node.id.name}`;
    case "StringLiteral":
      return node.value;
    case "NumericLiteral":
      return String(node.value);
    case "MemberExpression":
      return node.computed ? undefined : nameOf(node.property);
    default:
      return undefined;
  }
}

export function lineOf(node: Node): number {
  return node.loc!.start.line;
}

/** The line in which a function begins, behind its decorators. */
export function headLineOf(node: FunctionNode): number {
  return lineOf("key" in node ? node.key : node);
}

/** Names that a function's body declares both as a function and once more: what no block may. */
export function clashesIn(body: t.BlockStatement): string[] {
  const declared: string[] = [];
  const functions: string[] = [];
  for (const statement of body.body) {
    if (statement.type === "FunctionDeclaration") functions.push(statement.id!.name);
  }
  const collect = (node: Node): void => {
    if (isFunction(node) || isClass(node)) return;
    if (node.type === "VariableDeclaration" && node.kind === "var") {
      for (const { id } of node.declarations) declared.push(...boundBy(id));
    }
    for (const child of childrenOf(node)) collect(child);
  };
  for (const statement of body.body) collect(statement);
  return functions.filter((name, index) => functions.indexOf(name) !== index || declared.includes(name));
}

/** The names that a pattern binds. */
export function boundBy(pattern: Node): string[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name];
    case "AssignmentPattern":
      return boundBy(pattern.left);
    case "RestElement":
      return boundBy(pattern.argument);
    case "ArrayPattern":
      return pattern.elements.flatMap((element) => (element === null ? [] : boundBy(element)));
    case "ObjectPattern":
      return pattern.properties.flatMap((property) =>
        boundBy(property.type === "RestElement" ? property.argument : property.value),
      );
    case "TSParameterProperty":
      return boundBy(pattern.parameter);
    default:
      return [];
  }
}
