// src/profile/probes.ts: writes probes into the functions of a script, without changing what they do.
// Not here: which functions (selection.ts), what a probe does (activation.ts).
//
//   function f(a) {                function f(a) {const $a=$f().enter(0);try{
//     let sum = 0;                   $a.line(2);let sum = 0;
//     for (const x of a)      →      $a.line(3);for (const x of a)
//       sum += await x;              {{$a.line(4);sum += $a.resume(await $a.suspend(x));}$a.line(3);}
//   }                              }finally{$a.leave()}}
//
// A probe stands where a statement starts. A loop's header runs again after its body, where its update is, or before its test.

import type * as t from "@babel/types";
import type MagicString from "magic-string";
import {
  childrenOf,
  clashesIn,
  type FunctionNode,
  headLineOf,
  isClass,
  isFunction,
  lineOf,
  type Node,
} from "./syntax.js";

/** Names that the script does not use. */
export interface ProbeNames {
  /** Gives the file's functions. */
  readonly file: string;
  /** The running function's activation. */
  readonly activation: string;
  /** What labels start with. */
  readonly label: string;
}

/** The loop around a statement, as far as `continue` is concerned. */
interface Loop {
  readonly labels: readonly string[];
  /** What `continue` is written as; nothing if it stays. */
  readonly breakLabel?: string;
  isContinued: boolean;
}

/** The function around a node. */
interface Frame {
  /** Lines with a probe already: another statement on them does not count again. */
  readonly lines: Set<number>;
  readonly loops: readonly Loop[];
}

type Loops = t.ForStatement | t.ForInStatement | t.ForOfStatement;

export class ProbeWriter {
  #labels = 0;

  /**
   * @param text - of the script; changed in place.
   * @param selected - the functions with a table of their own, and its index.
   */
  constructor(
    private readonly text: MagicString,
    private readonly names: ProbeNames,
    private readonly selected: ReadonlyMap<FunctionNode, number>,
  ) {}

  write(program: t.Program): void {
    this.#visitChildren(program, undefined, undefined);
  }

  /** @param frame - undefined where no activation is. @param table - of the function that was selected, around. */
  #visit(node: Node, frame: Frame | undefined, table: number | undefined): void {
    if (isFunction(node)) {
      this.#visitFunction(node, frame, table);
      return;
    }
    if (isClass(node)) {
      this.#visitClass(node, frame, table);
      return;
    }
    if (frame !== undefined) {
      if (node.type === "AwaitExpression") {
        this.#wrapSuspension(node, node.argument, frame, table);
        return;
      }
      if (node.type === "YieldExpression") {
        this.#wrapSuspension(node, node.argument, frame, table);
        return;
      }
    }
    this.#visitChildren(node, frame, table);
  }

  #visitChildren(node: Node, frame: Frame | undefined, table: number | undefined): void {
    for (const child of childrenOf(node)) this.#visit(child, frame, table);
  }

  #visitFunction(node: FunctionNode, outer: Frame | undefined, outerTable: number | undefined): void {
    const own = this.selected.get(node);
    const table = own ?? outerTable;
    // a computed name is the outer function's to find
    for (const child of childrenOf(node)) {
      if (child === node.body) continue;
      const isKey = "key" in node && child === node.key;
      this.#visit(child, isKey ? outer : undefined, table);
    }
    const { body } = node;
    if (table === undefined || (body.type === "BlockStatement" && clashesIn(body).length > 0)) {
      this.#visit(body, undefined, table);
      return;
    }
    const { activation, file } = this.names;
    const lines = new Set<number>(own === undefined ? [] : [headLineOf(node)]);
    const frame: Frame = { lines, loops: [] };
    const call = own === undefined ? "inner" : "enter";
    const enter = `const ${activation}=${file}().${call}(${table});try{`;
    const leave = `}finally{${activation}.leave()}`;
    if (body.type === "BlockStatement") {
      const directive = body.directives.at(-1);
      // a directive need not end with a semicolon
      if (directive === undefined) this.text.appendLeft(body.start! + 1, enter);
      else this.text.appendLeft(directive.end!, `;${enter}`);
      this.#visitStatements(body.body, frame, table);
      this.text.appendLeft(body.end! - 1, leave);
      return;
    }
    this.text.appendRight(body.start!, `{${enter}${this.#probe(body, frame)}return `);
    this.#visit(body, frame, table);
    this.text.appendLeft(body.end!, `${leave}}`);
  }

  /** A class's names and superclass are found by who declares it; what its fields and blocks run is nobody's line. */
  #visitClass(node: t.Class, frame: Frame | undefined, table: number | undefined): void {
    for (const it of node.decorators ?? []) this.#visit(it, frame, table);
    if (node.superClass != null) this.#visit(node.superClass, frame, table);
    for (const member of node.body.body) {
      if (isFunction(member)) {
        this.#visitFunction(member, frame, table);
        continue;
      }
      const key = "computed" in member && member.computed === true ? member.key : undefined;
      for (const child of childrenOf(member)) this.#visit(child, child === key ? frame : undefined, table);
    }
  }

  /** `await x`, `yield x`, `yield* x`: nothing that happens meanwhile is the line's. */
  #wrapSuspension(
    node: t.AwaitExpression | t.YieldExpression,
    argument: Node | null | undefined,
    frame: Frame,
    table: number | undefined,
  ): void {
    const { activation } = this.names;
    const isDelegate = node.type === "YieldExpression" && node.delegate;
    this.text.appendRight(node.start!, `${activation}.resume(`);
    if (argument == null) {
      this.text.appendLeft(node.end!, ` ${activation}.suspend()`);
    } else {
      this.text.appendRight(argument.start!, ` ${activation}.${isDelegate ? "delegate" : "suspend"}(`);
      this.#visit(argument, frame, table);
      this.text.appendLeft(argument.end!, ")");
    }
    this.text.appendLeft(node.end!, ")");
  }

  #visitStatements(statements: readonly t.Statement[], frame: Frame, table: number | undefined): void {
    for (const statement of statements) this.#visitStatement(statement, frame, table, []);
  }

  #visitStatement(
    node: t.Statement,
    frame: Frame,
    table: number | undefined,
    labels: readonly string[],
  ): void {
    const { text } = this;
    switch (node.type) {
      case "FunctionDeclaration": // hoisted: nothing runs
        this.#visit(node, frame, table);
        return;
      case "EmptyStatement":
        return;
      case "BlockStatement":
        this.#visitStatements(node.body, frame, table);
        return;
      case "LabeledStatement":
        if (labels.length === 0 && !isTestFirst(unlabelled(node))) {
          text.appendRight(node.start!, this.#probe(unlabelled(node), frame));
        }
        this.#visitStatement(node.body, frame, table, [...labels, node.label.name]);
        return;
      case "IfStatement":
        if (labels.length === 0) this.#putProbe(node, frame);
        this.#visitIf(node, frame, table);
        return;
      case "WhileStatement": {
        text.appendRight(node.test.start!, `${this.#again(node, frame)},`);
        this.#visit(node.test, frame, table);
        this.#visitBranch(node.body, inLoop(frame, { labels, isContinued: false }), table);
        return;
      }
      case "DoWhileStatement":
        this.#visitBranch(node.body, inLoop(frame, { labels, isContinued: false }), table);
        text.appendRight(node.test.start!, `${this.#call(lineOf(node.test), frame)},`);
        this.#visit(node.test, frame, table);
        return;
      case "ForStatement":
      case "ForInStatement":
      case "ForOfStatement":
        if (labels.length === 0) this.#putProbe(node, frame);
        this.#visitFor(node, frame, table, labels);
        return;
      case "SwitchStatement":
        if (labels.length === 0) this.#putProbe(node, frame);
        this.#visit(node.discriminant, frame, table);
        for (const it of node.cases) {
          if (it.test != null) this.#visit(it.test, frame, table);
          this.#visitStatements(it.consequent, frame, table);
        }
        return;
      case "TryStatement":
        this.#visitStatements(node.block.body, frame, table);
        if (node.handler != null) {
          if (node.handler.param != null) this.#visit(node.handler.param, frame, table);
          this.#visitStatements(node.handler.body.body, frame, table);
        }
        if (node.finalizer != null) this.#visitStatements(node.finalizer.body, frame, table);
        return;
      case "WithStatement":
        if (labels.length === 0) this.#putProbe(node, frame);
        this.#visit(node.object, frame, table);
        this.#visitBranch(node.body, frame, table);
        return;
      case "ContinueStatement":
        this.#putProbe(node, frame);
        this.#rewriteContinue(node, frame);
        return;
      default:
        if (isTypeOnly(node)) return;
        if (labels.length === 0) this.#putProbe(node, frame);
        this.#visit(node, frame, table);
        return;
    }
  }

  #visitIf(node: t.IfStatement, frame: Frame, table: number | undefined): void {
    this.#visit(node.test, frame, table);
    this.#visitBranch(node.consequent, frame, table);
    const { alternate } = node;
    if (alternate?.type === "IfStatement") {
      this.text.appendRight(alternate.test.start!, `${this.#call(lineOf(alternate), frame)},`);
      this.#visitIf(alternate, frame, table);
      return;
    }
    if (alternate != null) this.#visitBranch(alternate, frame, table);
  }

  /** A statement that may stand alone: gets the braces that a probe before it needs. */
  #visitBranch(node: t.Statement, frame: Frame, table: number | undefined): void {
    const isBare = node.type !== "BlockStatement" && node.type !== "FunctionDeclaration";
    if (isBare) this.text.appendRight(node.start!, "{");
    this.#visitStatement(node, frame, table, []);
    if (isBare) this.text.appendLeft(node.end!, "}");
  }

  #visitFor(node: Loops, frame: Frame, table: number | undefined, labels: readonly string[]): void {
    const { text } = this;
    const again = this.#again(node, frame);
    if (node.type === "ForStatement") {
      for (const part of [node.init, node.test]) if (part != null) this.#visit(part, frame, table);
      if (node.update != null) {
        text.appendRight(node.update.start!, `${again},`);
        this.#visit(node.update, frame, table);
        this.#visitBranch(node.body, inLoop(frame, { labels, isContinued: false }), table);
        return;
      }
    } else {
      this.#visit(node.left, frame, table);
      const isAwaited = node.type === "ForOfStatement" && node.await;
      if (isAwaited) text.appendRight(node.right.start!, `${this.names.activation}.delegate(`);
      this.#visit(node.right, frame, table);
      if (isAwaited) text.appendLeft(node.right.end!, ")");
    }
    // the header's turn is behind the body, to which `continue` leads as well
    this.#labels += 1;
    const loop: Loop = { labels, breakLabel: `${this.names.label}${this.#labels}`, isContinued: false };
    const { body } = node;
    this.#visitStatement(body, inLoop(frame, loop), table, []);
    text.prependRight(body.start!, loop.isContinued ? `{${loop.breakLabel}:{` : "{{");
    text.appendLeft(body.end!, `}${again}}`);
  }

  /** Out of the block that is the loop's body, then. */
  #rewriteContinue(node: t.ContinueStatement, frame: Frame): void {
    const label = node.label?.name;
    const loop = frame.loops.findLast((it) => label === undefined || it.labels.includes(label));
    if (loop?.breakLabel === undefined) return;
    loop.isContinued = true;
    const start = node.start!;
    this.text.update(start, start + "continue".length, "break");
    if (node.label == null) this.text.appendLeft(start + "continue".length, ` ${loop.breakLabel}`);
    else this.text.update(node.label.start!, node.label.end!, loop.breakLabel);
  }

  #putProbe(node: Node, frame: Frame): void {
    this.text.appendRight(node.start!, this.#probe(node, frame));
  }

  #probe(node: Node, frame: Frame): string {
    return `${this.#call(lineOf(node), frame)};`;
  }

  /** A header that runs once more. */
  #again(node: Node, frame: Frame): string {
    frame.lines.add(lineOf(node));
    return `${this.names.activation}.line(${lineOf(node)})`;
  }

  #call(line: number, frame: Frame): string {
    const method = frame.lines.has(line) ? "stay" : "line";
    frame.lines.add(line);
    return `${this.names.activation}.${method}(${line})`;
  }
}

function inLoop(frame: Frame, loop: Loop): Frame {
  return { lines: frame.lines, loops: [...frame.loops, loop] };
}

function unlabelled(node: t.Statement): t.Statement {
  return node.type === "LabeledStatement" ? unlabelled(node.body) : node;
}

/** Whether a probe in the statement itself is the first that runs. */
function isTestFirst(node: t.Statement): boolean {
  return (
    node.type === "WhileStatement" ||
    node.type === "DoWhileStatement" ||
    node.type === "BlockStatement" ||
    node.type === "TryStatement" ||
    node.type === "FunctionDeclaration"
  );
}

function isTypeOnly(node: t.Statement): boolean {
  switch (node.type) {
    case "TSInterfaceDeclaration":
    case "TSTypeAliasDeclaration":
    case "TSDeclareFunction":
      return true;
    default:
      return "declare" in node && node.declare === true;
  }
}

/** What a function can't be measured for, line by line; nothing for most. */
export function obstacleOf(node: FunctionNode): string | undefined {
  if (node.body.type !== "BlockStatement") return undefined;
  const [name] = clashesIn(node.body);
  return name === undefined ? undefined : `it declares ${name} as a function and once more`;
}
