// src/profile/selection.ts: which functions of a script are measured: those marked with profile, and those chosen by name.
// Not here: what is written into them (probes.ts).

import type * as t from "@babel/types";
import {
  bare,
  boundBy,
  childrenOf,
  type FunctionNode,
  isClass,
  isFunction,
  lineOf,
  type Node,
  nameOf,
} from "./syntax.js";

/** Where scripts import profile from. */
const MODULE = "pymalloc/profile";
const PROFILE = "profile";
const ANONYMOUS = "(anonymous)";

/** A function to be measured. */
export interface Selected {
  readonly node: FunctionNode;
  /** With the classes and functions around it: `Store.add`. */
  readonly name: string;
  /** The first line that belongs to it, its decorators included. */
  readonly firstLine: number;
}

/** An argument of profile() that is measured line by line. */
export interface MarkedArgument {
  readonly argument: Node;
}

export interface Selection {
  /** In the order of the text. */
  readonly functions: readonly Selected[];
  readonly arguments: readonly MarkedArgument[];
  /** The decorators `@profile`, and whether each stands before a member of a class, with none before it. */
  readonly decorators: readonly { readonly node: t.Decorator; readonly isFirstOfMember: boolean }[];
  /** The first of the others, if there is one. */
  readonly otherDecorator: t.Decorator | undefined;
}

/** A name, alone or with what is around it, against patterns in which * stands for any letters and ? for one. */
export function nameMatcher(patterns: readonly string[]): (name: string) => boolean {
  const expressions = patterns.map((pattern) => {
    const text = pattern.replaceAll(/[.+^${}()|[\]\\]/g, "\\$&");
    return new RegExp(`^${text.replaceAll("*", ".*").replaceAll("?", ".")}$`);
  });
  return (name) => {
    const parts = name.split(".");
    return parts.some((_, from) => expressions.some((it) => it.test(parts.slice(from).join("."))));
  };
}

/** @param patterns - names that are chosen, besides what is marked. */
export function select(program: t.Program, patterns: readonly string[]): Selection {
  return new Selector(program, nameMatcher(patterns)).select();
}

interface Place {
  /** What the value is called where it goes to. */
  readonly hint?: string | undefined;
  readonly path: readonly string[];
}

class Selector {
  readonly #names: { readonly direct: Set<string>; readonly namespaces: Set<string> };
  readonly #declared = new Map<string, FunctionNode[]>();
  readonly #nameOf = new Map<FunctionNode, { name: string; firstLine: number }>();
  readonly #chosen = new Set<FunctionNode>();
  /** Named in profile(name). */
  readonly #referred: { readonly name: string; readonly argument: Node }[] = [];
  readonly #arguments: MarkedArgument[] = [];
  readonly #decorators: { node: t.Decorator; isFirstOfMember: boolean }[] = [];
  #otherDecorator: t.Decorator | undefined;

  constructor(
    private readonly program: t.Program,
    private readonly matches: (name: string) => boolean,
  ) {
    this.#names = profileNames(program);
  }

  select(): Selection {
    this.#visit(this.program, { path: [] });
    for (const { name, argument } of this.#referred) {
      const candidates = this.#declared.get(name) ?? [];
      if (candidates.length !== 1) continue; // imported, or nobody's to tell: measured as a whole
      this.#chosen.add(candidates[0]!);
      this.#arguments.push({ argument });
    }
    const functions = [...this.#chosen].map((node) => ({ node, ...this.#nameOf.get(node)! }));
    return {
      functions: functions.sort((a, b) => a.node.start! - b.node.start!),
      arguments: this.#arguments,
      decorators: this.#decorators,
      otherDecorator: this.#otherDecorator,
    };
  }

  #visit(node: Node, place: Place): void {
    if (isFunction(node)) {
      this.#visitFunction(node, place);
      return;
    }
    if (isClass(node)) {
      this.#visitClass(node, place);
      return;
    }
    const { path } = place;
    switch (node.type) {
      case "ParenthesizedExpression":
      case "TSAsExpression":
      case "TSSatisfiesExpression":
      case "TSNonNullExpression":
        this.#visit(node.expression, place);
        return;
      case "VariableDeclarator":
        this.#visit(node.id, { path });
        if (node.init != null) this.#visit(node.init, { path, hint: nameOf(node.id) });
        return;
      case "AssignmentExpression":
        this.#visit(node.left, { path });
        this.#visit(node.right, { path, hint: nameOf(node.left) });
        return;
      case "AssignmentPattern":
        this.#visit(node.left, { path });
        this.#visit(node.right, { path, hint: nameOf(node.left) });
        return;
      case "ObjectExpression": {
        const inner = place.hint === undefined ? path : [...path, place.hint];
        for (const property of node.properties) this.#visit(property, { path: inner });
        return;
      }
      case "ObjectProperty":
        if (node.computed) this.#visit(node.key, { path });
        this.#visit(node.value, { path, hint: node.computed ? undefined : nameOf(node.key) });
        return;
      case "ExportDefaultDeclaration":
        this.#visit(node.declaration, { path, hint: "default" });
        return;
      case "CallExpression":
        if (this.#isProfile(node.callee)) {
          this.#visitProfileCall(node, place);
          return;
        }
    }
    for (const child of childrenOf(node)) this.#visit(child, { path });
  }

  #visitFunction(node: FunctionNode, { path, hint }: Place): void {
    const isMember = "key" in node;
    const own = isMember
      ? node.computed
        ? undefined
        : nameOf(node.key)
      : "id" in node
        ? nameOf(node.id)
        : undefined;
    const name = own ?? hint ?? ANONYMOUS;
    const decorators = "decorators" in node ? (node.decorators ?? []) : [];
    const firstLine = Math.min(lineOf(node), ...decorators.map(lineOf));
    const inner = [...path, name];
    this.#nameOf.set(node, { name: inner.join("."), firstLine });
    if (!isMember && name !== ANONYMOUS) this.#declare(name, node);
    const isNamed = name !== ANONYMOUS && this.matches(inner.join("."));
    if (this.#takeDecorators(decorators, true) || isNamed) this.#chosen.add(node);
    for (const child of childrenOf(node)) if (child.type !== "Decorator") this.#visit(child, { path: inner });
  }

  #visitClass(node: t.Class, { path, hint }: Place): void {
    const inner = [...path, nameOf(node.id) ?? hint ?? ANONYMOUS];
    if (this.#takeDecorators(node.decorators ?? [], false)) this.#chooseMembers(node);
    if (node.superClass != null) this.#visit(node.superClass, { path });
    for (const member of node.body.body) this.#visitMember(member, inner);
  }

  #visitMember(member: t.ClassBody["body"][number], path: readonly string[]): void {
    if (isFunction(member)) {
      this.#visitFunction(member, { path });
      return;
    }
    if (!("value" in member)) {
      for (const child of childrenOf(member)) this.#visit(child, { path });
      return;
    }
    const value = member.value == null ? undefined : bare(member.value);
    if (this.#takeDecorators(member.decorators ?? [], true) && value !== undefined && isFunction(value)) {
      this.#chosen.add(value);
    }
    const isComputed = "computed" in member && member.computed === true;
    if (isComputed) this.#visit(member.key, { path });
    if (member.value != null) {
      this.#visit(member.value, { path, hint: isComputed ? undefined : nameOf(member.key) });
    }
  }

  /** Marking a class marks what it can do. */
  #chooseMembers(node: t.Class): void {
    for (const member of node.body.body) {
      if (isFunction(member)) this.#chosen.add(member);
      const value = "value" in member && member.value != null ? bare(member.value) : undefined;
      if (value !== undefined && isFunction(value)) this.#chosen.add(value);
    }
  }

  #visitProfileCall(node: t.CallExpression, place: Place): void {
    const [first, ...others] = node.arguments;
    if (first !== undefined) {
      const value = bare(first);
      if (isFunction(value)) this.#chosen.add(value);
      if (isClass(value)) this.#chooseMembers(value);
      if (isFunction(value) || isClass(value)) this.#arguments.push({ argument: first });
      if (value.type === "Identifier") this.#referred.push({ name: value.name, argument: first });
      this.#visit(first, place);
    }
    for (const other of others) this.#visit(other, { path: place.path });
  }

  /** @returns whether profile is among them. */
  #takeDecorators(decorators: readonly t.Decorator[], isMember: boolean): boolean {
    let isMarked = false;
    for (const [index, node] of decorators.entries()) {
      const expression = bare(node.expression);
      if (this.#isProfile(expression)) {
        isMarked = true;
        this.#decorators.push({ node, isFirstOfMember: isMember && index === 0 });
      } else {
        this.#otherDecorator ??= node;
        this.#visit(node.expression, { path: [] });
      }
    }
    return isMarked;
  }

  #declare(name: string, node: FunctionNode): void {
    this.#declared.set(name, [...(this.#declared.get(name) ?? []), node]);
  }

  #isProfile(node: Node): boolean {
    if (node.type === "Identifier") return this.#names.direct.has(node.name);
    return (
      node.type === "MemberExpression" &&
      nameOf(node) === PROFILE &&
      node.object.type === "Identifier" &&
      this.#names.namespaces.has(node.object.name)
    );
  }
}

/** What profile is called in a script: as imported or required; or just so, unless that means something else there. */
function profileNames(program: t.Program): { direct: Set<string>; namespaces: Set<string> } {
  const direct = new Set<string>();
  const namespaces = new Set<string>();
  const taken = new Set<string>();
  const visit = (node: Node): void => {
    if ("declare" in node && node.declare === true) return; // what is elsewhere is named, nothing new
    if (node.type === "ImportDeclaration") {
      const isOurs = node.source.value === MODULE;
      for (const it of node.specifiers) {
        if (!isOurs) taken.add(it.local.name);
        else if (it.type !== "ImportSpecifier") namespaces.add(it.local.name);
        else if (nameOf(it.imported) === PROFILE) direct.add(it.local.name);
      }
    } else if (node.type === "VariableDeclarator" && isRequired(node.init)) {
      if (node.id.type === "Identifier") namespaces.add(node.id.name);
      if (node.id.type === "ObjectPattern") {
        for (const it of node.id.properties) {
          if (it.type === "ObjectProperty" && nameOf(it.key) === PROFILE) direct.add(nameOf(it.value)!);
        }
      }
    } else if (node.type === "VariableDeclarator") {
      for (const name of boundBy(node.id)) taken.add(name);
    } else if (isFunction(node) || isClass(node)) {
      if ("id" in node && node.id != null) taken.add(node.id.name);
      if (isFunction(node)) for (const it of node.params) for (const name of boundBy(it)) taken.add(name);
    } else if (node.type === "CatchClause" && node.param != null) {
      for (const name of boundBy(node.param)) taken.add(name);
    }
    for (const child of childrenOf(node)) visit(child);
  };
  visit(program);
  if (direct.size === 0 && namespaces.size === 0 && !taken.has(PROFILE)) direct.add(PROFILE);
  return { direct, namespaces };
}

function isRequired(node: Node | null | undefined): boolean {
  if (node == null) return false;
  const value = bare(node);
  if (value.type === "AwaitExpression") return isRequired(value.argument);
  if (value.type === "ImportExpression") return isModuleName(value.source);
  if (value.type !== "CallExpression") return false;
  const isLoading = value.callee.type === "Import" || nameOf(value.callee) === "require";
  return isLoading && value.arguments[0] !== undefined && isModuleName(value.arguments[0]);
}

function isModuleName(node: Node): boolean {
  return node.type === "StringLiteral" && node.value === MODULE;
}
