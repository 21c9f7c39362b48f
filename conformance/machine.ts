// conformance/machine.ts: the state that ops work on, over the public facade: a heap, its variables, creation ids, nodes and their actions.
// Not here: the ops (ops.ts).

import {
  type Address,
  createHeapSync,
  DictHandle,
  Handle,
  type Heap,
  ListHandle,
  ProxyHandle,
  ScalarHandle,
  SetHandle,
  StructHandle,
  TupleHandle,
  type Value,
  WeakrefHandle,
} from "../src/index.js";
import type { Action, Item, Name, NodeOptions } from "./program.js";

export type Kind = "list" | "tuple" | "dict" | "set" | "node" | "wref" | "proxy";

/** Why an op can't be done; nothing has changed then. */
export type Refusal = "unbound" | "noweak" | "kind" | "range" | "atom";

/** An op that can't be done, as CPython refuses it too. No Error: nobody looks at a stack, which takes time. */
export class Refused {
  constructor(readonly refusal: Refusal) {}
}

/** What the action "raise" throws. */
class Raised extends Error {}

/** A node: a struct of so many reference fields. */
export interface NodeHandle extends StructHandle {
  [slot: `s${number}`]: Value;
}
/** Has as many slots as its type says. */
type NodeClass = new () => NodeHandle;

/** One program's. */
export class Machine {
  readonly heap: Heap;
  readonly variables: Record<Name, Value>;
  log: string[] = [];
  /** Thrown where the library lets nothing through: in a finalizer or a callback. */
  failure: unknown;
  /** For those who look at what collections do. @param isAction - an action wants it, not an op. */
  aroundCollection = (_isAction: boolean, collect: () => number): number => collect();

  /** Creation id of the object made last at an address. */
  readonly #ids = new Map<Address, number>();
  #created = 0;
  readonly #options = new Map<number, NodeOptions>();
  readonly #nodeClasses = new Map<string, NodeClass>();
  readonly #slotCounts = new Map<string, number>();

  constructor(module: WebAssembly.Module) {
    this.heap = createHeapSync(module);
    this.heap.gc.disable();
    this.variables = this.heap.namespace();
    this.heap.gc.garbage.dispose(); // made now, or it might lie where an object of the program once was
    this.heap.onUnraisable = (error) => {
      if (error instanceof Raised) this.log.push("unraisable");
      else this.failure ??= error;
    };
  }

  // Objects

  /** Gives an object that was just made its id. */
  register<Made extends Handle>(made: Made): Made {
    this.#ids.set(made.address, this.#created);
    this.#created += 1;
    return made;
  }

  /** As register; but a weakref may be one that was there before. */
  registerIfNew<Made extends Handle>(made: Made): Made {
    return this.heap.refcount(made) === 1 ? this.register(made) : made;
  }

  idOf(object: Handle): number {
    const id = this.#ids.get(object.address);
    if (id === undefined)
      throw new Error(`nobody made the ${object.typeName} at 0x${object.address.toString(16)}`);
    return id;
  }

  /** Ids, ascending, of those values that are objects. */
  idsOf(values: Iterable<Value>): number[] {
    return [...values]
      .filter(isObject)
      .map((object) => this.idOf(object))
      .sort(ascending);
  }

  /** Ids, ascending, of all objects that are there. */
  census(): number[] {
    return [...this.objectTypes().keys()].sort(ascending);
  }

  /** By id, in the order of their addresses: the types of all objects that are there. */
  objectTypes(): Map<number, string> {
    const types = new Map<number, string>();
    for (const { address, type } of this.heap.objects()) {
      const id = this.#ids.get(address);
      if (id !== undefined) types.set(id, type);
    }
    return types;
  }

  collect(generation: number, isAction: boolean): number {
    return this.aroundCollection(isAction, () => this.heap.gc.collect(generation as 0 | 1 | 2));
  }

  newNode(slotCount: number, options: NodeOptions | null): NodeHandle {
    const node = this.register(new (this.#nodeClass(slotCount, options?.fin !== undefined))());
    if (options !== null) this.#options.set(this.idOf(node), options);
    return node;
  }

  slotCountOf(node: NodeHandle): number {
    return this.#slotCounts.get(node.typeName)!;
  }

  #nodeClass(slotCount: number, hasFinalizer: boolean): NodeClass {
    const name = `${hasFinalizer ? "Finalized" : "Plain"}${slotCount}`;
    let nodeClass = this.#nodeClasses.get(name);
    if (nodeClass === undefined) {
      const fields = Object.fromEntries(
        Array.from({ length: slotCount }, (_, index) => [`s${index}`, "ref"] as const),
      );
      const call = (self: Handle, weakref: Handle): void => this.#callBack(self as NodeHandle, weakref);
      const finalizer = (self: Handle): void => this.#finalize(self as NodeHandle);
      nodeClass = this.heap.struct(
        name,
        fields,
        hasFinalizer ? { call, finalizer } : { call },
      ) as unknown as NodeClass;
      this.#nodeClasses.set(name, nodeClass);
      this.#slotCounts.set(name, slotCount);
    }
    return nodeClass;
  }

  // Operands

  bind(name: Name, object: Handle): void {
    this.variables[name] = object;
  }

  /** The variable's own handle. */
  value(name: Name): Handle {
    const value = this.variables[name];
    if (value === undefined) throw new Refused("unbound");
    return value as Handle;
  }

  item(item: Item): Value {
    return typeof item === "string" ? this.value(item) : item;
  }

  /** Whether the log tells of the beginnings and ends of collections. */
  hearCollections(isOn: boolean): void {
    const { callbacks } = this.heap.gc;
    callbacks.length = 0;
    if (!isOn) return;
    callbacks.push((phase, { generation, collected, uncollectable }) => {
      const counts = phase === "stop" ? ` ${collected} ${uncollectable}` : "";
      this.log.push(`gc${phase} ${generation}${counts}`);
    });
  }

  /** @throws if the heap is damaged, or somebody but the variables still holds a handle. */
  verify(): void {
    const outside = this.heap.countOutsideReferences();
    const handles = Object.values(this.variables).filter((value) => isObject(value as Value)).length;
    if (outside !== handles + 1) {
      throw new Error(`${outside} references from outside, for ${handles} variables`);
    }
    const { liveHandles } = this.heap;
    const bound = Object.keys(this.variables).length;
    if (liveHandles !== bound) throw new Error(`${liveHandles} handles live, for ${bound} variables`);
  }

  // Finalizers and callbacks

  #finalize(self: NodeHandle): void {
    const id = this.idOf(self);
    this.log.push(`del ${id}`);
    this.#perform(self, id, this.#options.get(id)?.fin ?? []);
  }

  #callBack(self: NodeHandle, weakref: Handle): void {
    const id = this.idOf(self);
    this.log.push(`cb ${id} ${this.idOf(weakref)}`);
    this.#perform(self, id, this.#options.get(id)?.cb ?? []);
  }

  /** Each action has a frame of its own: what it reads is let go of before the next. */
  #perform(self: NodeHandle, id: number, actions: readonly Action[]): void {
    for (const action of actions) this.heap.frame(() => this.#act(self, id, action));
  }

  #act(self: NodeHandle, id: number, action: Action): void {
    const { heap, variables } = this;
    switch (action[0]) {
      case "self":
        variables[action[1]] = self;
        break;
      case "wself":
        variables[action[1]] = this.registerIfNew(heap.weakref.ref(self));
        break;
      case "slot": {
        const value = self[`s${action[2]}`]!;
        if (isObject(value)) variables[action[1]] = value;
        break;
      }
      case "drop":
        self[`s${action[1]}`] = null;
        break;
      case "app": {
        const list = self[`s${action[1]}`];
        if (list instanceof ListHandle) list.append(self);
        break;
      }
      case "newlist":
        self[`s${action[1]}`] = this.register(heap.list([self]));
        break;
      case "peek": {
        const weakref = self[`s${action[1]}`]!;
        if (!isObject(weakref) || kindOf(weakref) !== "wref") break;
        const referent = (weakref as WeakrefHandle).deref();
        this.log.push(`peek ${id} ${referent === null ? "-" : this.idOf(referent)}`);
        break;
      }
      case "gc":
        this.log.push(`gc ${this.collect(action[1], true)}`);
        break;
      case "raise":
        throw new Raised("as the program wants it");
    }
  }
}

/** Whether it is an object of the program, not an atom. */
export function isObject(value: Value): value is Handle {
  return value instanceof Handle && !(value instanceof ScalarHandle);
}

export function kindOf(object: Handle): Kind {
  if (object instanceof ListHandle) return "list";
  if (object instanceof TupleHandle) return "tuple";
  if (object instanceof DictHandle) return "dict";
  if (object instanceof SetHandle) return "set";
  if (object instanceof StructHandle) return "node";
  if (object instanceof ProxyHandle) return "proxy";
  if (object instanceof WeakrefHandle) return "wref";
  throw new Error(`a ${object.typeName} is no object of a program`);
}

function ascending(left: number, right: number): number {
  return left - right;
}

/** @throws {Refused} if it is of another kind. */
export function ofKind<Wanted extends Handle>(object: Handle, ...kinds: readonly Kind[]): Wanted {
  if (!kinds.includes(kindOf(object))) throw new Refused("kind");
  return object as Wanted;
}
