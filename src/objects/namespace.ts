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

/** What is behind a namespace: the handles, by name. */
export class Variables {
  readonly #objects: ObjectHeap;
  readonly #isWatched: boolean;
  /** Undefined while there are none, as in most frames; so is the scope. */
  #handles: Map<string, Handle> | undefined;
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
    return [...(this.#handles?.keys() ?? [])].filter((name) => this.handle(name) !== undefined);
  }

  /** The variable's handle; undefined if it is unbound, or its handle was released by others. */
  handle(name: string): Handle | undefined {
    const handle = this.#handles?.get(name);
    if (!handle?.isReleased) return handle;
    this.#handles?.delete(name);
    return undefined;
  }

  /** Binds the variable; what it was bound to is released afterwards. */
  bind(name: string, value: unknown): void {
    if (this.#isEnded) throw new InvalidArgumentError("name", name, "of a frame that has not ended");
    const before = this.handle(name);
    if (before !== undefined && before === value) return;
    const handle = this.#handOver(value);
    this.#handles ??= new Map();
    this.#handles.set(name, handle);
    before?.dispose();
  }

  unbind(name: string): void {
    const handle = this.handle(name);
    this.#handles?.delete(name);
    handle?.dispose();
  }

  /** Leaves a handle to whoever takes it. */
  giveUp(handle: Handle): void {
    for (const [name, own] of this.#handles ?? []) if (own === handle) this.#handles?.delete(name);
  }

  /** Unbinds all, in the order in which they were first bound. */
  end(): void {
    this.#isEnded = true;
    for (const handle of this.#handles?.values() ?? []) {
      handle.dispose();
      handle._scope = this.#scope!; // so that its use is told as coming after the frame
    }
    this.#handles = undefined;
    this.#scope?.end();
  }

  /** A handle that no variable owns itself, else a new one. */
  #handOver(value: unknown): Handle {
    const objects = this.#objects;
    let handle: Handle;
    if (value instanceof Handle) {
      objects.borrow(value, "value");
      handle = value._scope.isVariable ? value.dup() : value;
    } else {
      handle = objects.adopt(objects.box(value));
    }
    this.#scope ??= new Scope(objects, this.#isWatched, true, undefined);
    objects.handOver(handle, this.#scope);
    return handle;
  }
}

/** What a namespace has its variables by. */
const VARIABLES = Symbol("variables");

const handler: ProxyHandler<Variables> = {
  get(variables, name) {
    if (typeof name === "symbol") return name === VARIABLES ? variables : undefined;
    const handle = variables.handle(name);
    return handle instanceof ScalarHandle ? handle.value : handle;
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
    return typeof name === "string" && variables.handle(name) !== undefined;
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
