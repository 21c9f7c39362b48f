// src/objects/namespace.ts: named variables, for those who think in Python: ns.a = heap.list(); ns.b = ns.a; delete ns.b.
// A variable owns one reference, by a handle. A namespace is a Proxy over Variables: so every name is free for use.

import { InvalidArgumentError } from "../errors.js";
import type { Heap } from "../heap.js";
import { ScalarHandle } from "../kinds/scalar.js";
import { Handle } from "./handle.js";
import type { ObjectHeap } from "./object-heap.js";
import { Scope } from "./scope.js";

/** Variables by name. Reading one that isn't there gives undefined. */
export interface Namespace {
  // biome-ignore lint/suspicious/noExplicitAny: a variable has any type, and changes it, as in Python
  [name: string]: any;
}

/** A variable's own handle, and what reading the variable gives: that, or what stands for it. */
interface Variable {
  readonly handle: Handle;
  readonly shown: object;
}

/** What is behind a namespace: the handles, by name. */
export class Variables {
  readonly #objects: ObjectHeap;
  readonly #isWatched: boolean;
  /** Undefined while there are none, as in most frames; so is the scope. */
  #variables: Map<string, Variable> | undefined;
  #scope: Scope | undefined;
  #isEnded = false;

  /** @param isWatched - whether the variables outlive every frame. */
  constructor(objects: ObjectHeap, isWatched: boolean) {
    this.#objects = objects;
    this.#isWatched = isWatched;
  }

  get heap(): Heap {
    return this.#objects.heap;
  }

  /** What owns the variables' handles, if there ever were any. */
  get scope(): Scope | undefined {
    return this.#scope;
  }

  get names(): string[] {
    return [...(this.#variables?.keys() ?? [])].filter((name) => this.get(name) !== undefined);
  }

  /** The variable; undefined if it is unbound, or its handle was released by others. */
  get(name: string): Variable | undefined {
    const variable = this.#variables?.get(name);
    if (!variable?.handle.isReleased) return variable;
    this.#variables?.delete(name);
    return undefined;
  }

  /** Binds the variable; what it was bound to is released afterwards. */
  bind(name: string, value: unknown): void {
    if (this.#isEnded) throw new InvalidArgumentError("name", name, "of a frame that has not ended");
    const before = this.get(name);
    if (before !== undefined && before.shown === value) return;
    const variable = this.#handOver(value);
    this.#variables ??= new Map();
    this.#variables.set(name, variable);
    if (before?.handle !== variable.handle) before?.handle.dispose();
  }

  unbind(name: string): void {
    const variable = this.get(name);
    this.#variables?.delete(name);
    variable?.handle.dispose();
  }

  /** Leaves a handle to whoever takes it. */
  giveUp(handle: Handle): void {
    for (const [name, own] of this.#variables ?? []) {
      if (own.handle === handle) this.#variables?.delete(name);
    }
  }

  /** Unbinds all, in the order in which they were first bound. */
  end(): void {
    this.#isEnded = true;
    for (const { handle } of this.#variables?.values() ?? []) {
      handle.dispose();
      handle._scope = this.#scope!; // so that its use is told as coming after the frame
    }
    this.#variables = undefined;
    this.#scope?.end();
  }

  /** Of a handle that no variable owns, itself, else a new one. */
  #handOver(value: unknown): Variable {
    const objects = this.#objects;
    const standsFor = objects.standIns.get(value as object);
    const given = value instanceof Handle ? value : standsFor;
    let handle: Handle;
    if (given !== undefined) {
      objects.borrow(given, "value");
      handle = given._scope.isVariable ? given.dup() : given;
    } else {
      handle = objects.adopt(objects.box(value));
    }
    this.#scope ??= new Scope(objects, this.#isWatched, true, undefined);
    objects.handOver(handle, this.#scope);
    return { handle, shown: standsFor === undefined ? handle : handle._standIn };
  }
}

/** What a namespace has its variables by. */
const VARIABLES = Symbol("variables");

const handler: ProxyHandler<Variables> = {
  get(variables, name) {
    if (typeof name === "symbol") return name === VARIABLES ? variables : undefined;
    const shown = variables.get(name)?.shown;
    return shown instanceof ScalarHandle ? shown.value : shown;
  },
  set(variables, name, value) {
    if (typeof name === "symbol") throw new InvalidArgumentError("name", name, "a string");
    variables.bind(name, value);
    return true;
  },
  deleteProperty(variables, name) {
    if (typeof name === "string") variables.unbind(name);
    return true;
  },
  has(variables, name) {
    return typeof name === "string" && variables.get(name) !== undefined;
  },
  ownKeys(variables) {
    return variables.names;
  },
  getOwnPropertyDescriptor(variables, name) {
    const value: unknown = handler.get?.(variables, name, undefined);
    return value === undefined ? undefined : { value, writable: true, enumerable: true, configurable: true };
  },
  getPrototypeOf: () => null,
  defineProperty(_, name) {
    throw new InvalidArgumentError("name", name, "assigned to: variables have no other attributes");
  },
};

export function namespaceOf(variables: Variables): Namespace {
  return new Proxy(variables, handler) as unknown as Namespace;
}

/** What is behind a namespace; undefined if it is none. */
export function variablesOf(namespace: unknown): Variables | undefined {
  const variables: unknown = (namespace as { [VARIABLES]?: unknown } | null | undefined)?.[VARIABLES];
  return variables instanceof Variables ? variables : undefined;
}
