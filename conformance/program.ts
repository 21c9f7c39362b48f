// conformance/program.ts: programs of the oracle's op language (FORMAT.md beside its corpora), and reading them from .jsonl files.
// Not here: what the ops do (ops.ts).

import { readFile } from "node:fs/promises";
import { UsageError } from "../src/cli/exit.js";

/** A variable's name. */
export type Name = string;
/** What goes into a place of a container: a variable's object or an integer; null leaves a node's slot unset. */
export type Item = Name | number | null;
export type Key = string | number;

/** A step of a node's finalizer or callback. */
export type Action =
  | readonly ["self" | "wself", Name]
  | readonly ["slot", Name, number]
  | readonly ["drop" | "app" | "newlist" | "peek" | "gc", number]
  | readonly ["raise"];

/** A node has a finalizer exactly if `fin` is there. */
export interface NodeOptions {
  readonly fin?: readonly Action[];
  readonly cb?: readonly Action[];
}

export type LinkKind = "node" | "list" | "tuple" | "dict";

export type Op =
  | readonly ["new", Name, "list" | "tuple", readonly Item[]]
  | readonly ["new", Name, "dict", readonly (readonly [string, Item])[]]
  | readonly ["new", Name, "set", readonly Name[]]
  | readonly ["new", Name, "node", number, NodeOptions | null, readonly Item[]]
  | readonly ["bind" | "wbind", Name, Name]
  | readonly ["get", Name, Name, Key]
  | readonly ["append", Name, Item]
  | readonly ["pop", Name, number]
  | readonly ["set", Name, Key, Item]
  | readonly ["unset", Name, Key]
  | readonly ["delslice", Name, number, number]
  | readonly ["sadd" | "sdiscard", Name, Name]
  | readonly ["wref" | "proxy", Name, Name]
  | readonly ["wref" | "proxy", Name, Name, Name]
  | readonly ["weq", Name, Name]
  | readonly ["del" | "clear" | "deref" | "palive" | "wcb" | "wcount" | "wrefs" | "whash", Name]
  | readonly [
      "refcount" | "tracked" | "finalized" | "len" | "items" | "referents" | "referrers" | "gen",
      Name,
    ]
  | readonly ["census" | "stats" | "garbage" | "gclear" | "freeze" | "unfreeze" | "frozen"]
  | readonly ["collect", number]
  | readonly ["saveall" | "gccb", boolean]
  | readonly ["gget", Name, number]
  | readonly ["chain" | "ring" | "wide", Name, LinkKind, number, NodeOptions | null]
  | readonly ["loops", number, NodeOptions | null]
  | readonly ["cbchain", Name, number];

export type OpName = Op[0];
/** The ops of some names. */
export type OpOf<N extends OpName> = Op extends infer One
  ? One extends readonly [infer Names, ...infer Rest]
    ? Names extends N
      ? readonly [Names, ...Rest]
      : never
    : never
  : never;

/** A long list: how many entries, their hash (compare.ts), the first and the last few. */
export interface Digest<Entry> {
  readonly n: number;
  readonly fnv: string;
  readonly head: readonly Entry[];
  readonly tail: readonly Entry[];
}

/** What an op shows; null is nothing at all. */
export type Observation = {
  readonly r?: unknown;
  readonly err?: string;
  readonly log?: readonly string[] | Digest<string>;
} | null;

export interface Program {
  readonly id: string;
  readonly note?: string;
  readonly style?: string;
  /** False: it runs no collection. */
  readonly collects: boolean;
  readonly compare: "exact" | "unordered";
  readonly ops: readonly Op[];
  /** One a op: what CPython shows. */
  readonly expect: readonly Observation[];
}

/**
 * The programs of a .jsonl file, one a line.
 *
 * @param mayLackExpectations - as of a file that is yet to be recorded.
 * @throws {UsageError} saying which line is no program, and why.
 */
export async function readPrograms(file: string, mayLackExpectations = false): Promise<Program[]> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(`cannot read ${file}: ${code === "ENOENT" ? "no such file" : message}`);
  }
  return text.split("\n").flatMap((line, index) => {
    if (line.trim() === "") return [];
    const fault = (reason: string): UsageError => new UsageError(`${file}:${index + 1}: ${reason}`);
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (error) {
      throw fault(`not JSON: ${(error as Error).message}`);
    }
    const reason =
      faultOf(value) ?? (mayLackExpectations ? undefined : faultOfExpectations(value as Program));
    if (reason !== undefined) throw fault(reason);
    return [value as Program];
  });
}

type Check = (value: unknown) => boolean;

const isName: Check = (value) => typeof value === "string";
const isInteger: Check = (value) => Number.isSafeInteger(value);
const isBoolean: Check = (value) => typeof value === "boolean";
const isItem: Check = (value) => value === null || isName(value) || isInteger(value);
const isKey: Check = (value) => isName(value) || isInteger(value);
const isLinkKind: Check = (value) => ["node", "list", "tuple", "dict"].includes(value as string);
const isListOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const isEntry: Check = (value) =>
  Array.isArray(value) && value.length === 2 && isName(value[0]) && isItem(value[1]);

/** Arguments after the name, by the action's name. */
const ACTIONS: Readonly<Record<Action[0], readonly Check[]>> = {
  self: [isName],
  wself: [isName],
  slot: [isName, isInteger],
  drop: [isInteger],
  app: [isInteger],
  newlist: [isInteger],
  peek: [isInteger],
  gc: [isInteger],
  raise: [],
};

const isAction: Check = (value) => {
  if (!Array.isArray(value) || !Object.hasOwn(ACTIONS, value[0])) return false;
  const checks = ACTIONS[value[0] as Action[0]];
  return value.length === checks.length + 1 && checks.every((check, index) => check(value[index + 1]));
};
const isOptions: Check = (value) => {
  if (value === null) return true;
  if (typeof value !== "object") return false;
  return Object.entries(value).every(
    ([key, list]) => ["fin", "cb"].includes(key) && isListOf(isAction)(list),
  );
};

/** Arguments after the name and, of "new", the variable and the kind. */
const NEW: Readonly<Record<string, readonly Check[]>> = {
  list: [isListOf(isItem)],
  tuple: [isListOf(isItem)],
  dict: [isListOf(isEntry)],
  set: [isListOf(isName)],
  node: [isInteger, isOptions, isListOf(isItem)],
};

const ARGUMENTS: Readonly<Record<Exclude<OpName, "new">, readonly Check[]>> = {
  ...{ bind: [isName, isName], del: [isName], get: [isName, isName, isKey] },
  ...{ append: [isName, isItem], pop: [isName, isInteger], set: [isName, isKey, isItem] },
  ...{ unset: [isName, isKey], delslice: [isName, isInteger, isInteger], clear: [isName] },
  ...{ sadd: [isName, isName], sdiscard: [isName, isName] },
  ...{ wref: [isName, isName], proxy: [isName, isName] },
  ...{ deref: [isName], wbind: [isName, isName], palive: [isName], wcb: [isName], wcount: [isName] },
  ...{ wrefs: [isName], weq: [isName, isName], whash: [isName] },
  ...{ refcount: [isName], tracked: [isName], finalized: [isName], len: [isName], items: [isName] },
  ...{ referents: [isName], referrers: [isName], gen: [isName] },
  ...{ census: [], stats: [], garbage: [], gclear: [], freeze: [], unfreeze: [], frozen: [] },
  ...{ collect: [isInteger], saveall: [isBoolean], gccb: [isBoolean], gget: [isName, isInteger] },
  ...{ chain: [isName, isLinkKind, isInteger, isOptions], ring: [isName, isLinkKind, isInteger, isOptions] },
  ...{ wide: [isName, isLinkKind, isInteger, isOptions], loops: [isInteger, isOptions] },
  cbchain: [isName, isInteger],
};

/** Why a value is no program, or undefined if it is one. */
function faultOf(value: unknown): string | undefined {
  const isRecord = typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isRecord) return "not a program: an object with id, ops and expect";
  const { id, collects, compare, ops } = value as Record<string, unknown>;
  if (typeof id !== "string") return '"id" is no string';
  if (typeof collects !== "boolean") return `${id}: "collects" is neither true nor false`;
  if (compare !== "exact" && compare !== "unordered")
    return `${id}: "compare" is neither "exact" nor "unordered"`;
  if (!Array.isArray(ops)) return `${id}: "ops" is no list`;
  const wrong = ops.findIndex((op) => !isOp(op));
  if (wrong >= 0) return `${id}: op ${wrong} is no op of the language: ${JSON.stringify(ops[wrong])}`;
  return undefined;
}

function faultOfExpectations({ id, ops, expect }: Program): string | undefined {
  const isOnePerOp = Array.isArray(expect) && expect.length === ops.length;
  return isOnePerOp ? undefined : `${id}: "expect" is no list as long as "ops"`;
}

function isOp(op: unknown): boolean {
  if (!Array.isArray(op)) return false;
  const [name, ...rest] = op;
  if (name === "new") {
    const checks = NEW[rest[1]];
    return checks !== undefined && isName(rest[0]) && fits(checks, rest.slice(2));
  }
  if (!Object.hasOwn(ARGUMENTS, name)) return false;
  const checks = ARGUMENTS[name as Exclude<OpName, "new">];
  const hasCallback = (name === "wref" || name === "proxy") && rest.length > checks.length;
  return fits(hasCallback ? [...checks, isName] : checks, rest);
}

function fits(checks: readonly Check[], values: readonly unknown[]): boolean {
  return values.length === checks.length && checks.every((check, index) => check(values[index]));
}
