// src/stress/heap-nodes.ts: nodes as structs of a heap, on the pointer tier: no object of JavaScript's a node.

import { OBJECT_REFCOUNT, OBJECT_TYPE } from "../../assembly/object-layout.js";
import type { Address, Heap } from "../heap.js";
import type { StructClass } from "../structs/struct-class.js";
import { StressCheckError } from "./check-error.js";
import { type Nodes, type Pass, Shadow } from "./nodes.js";
import type { Shape } from "./shapes.js";

const CONTENT = { number: "u32", check: "u32" } as const;

/** The class of a shape's nodes. */
export type NodeClass = StructClass<Record<string, "self" | "u32">>;

export function declareNode(heap: Heap, { name, fields }: Shape): NodeClass {
  const references = Object.fromEntries(fields.map((field) => [field, "self"] as const));
  return heap.struct(`${name} node`, { ...references, ...CONTENT }) as unknown as NodeClass;
}

export class HeapNodes implements Nodes {
  /** Of the node of each number, borrowed where it is not held. */
  readonly addresses: Uint32Array<ArrayBuffer>;
  /** Nodes that make() has made. */
  made = 0;
  readonly #shadow: Shadow;
  readonly #offsets: readonly number[];
  readonly #numberOffset: number;
  readonly #checkOffset: number;

  constructor(
    private readonly heap: Heap,
    private readonly Node: NodeClass,
    readonly shape: Shape,
    seed: number,
  ) {
    this.addresses = new Uint32Array(shape.count);
    this.#shadow = new Shadow(shape, seed);
    const { offsets } = Node;
    this.#offsets = shape.fields.map((field) => offsets[field]!);
    this.#numberOffset = offsets.number!;
    this.#checkOffset = offsets.check!;
  }

  /** Of a field from a node's address. */
  offsetOf(field: string): number {
    return this.Node.offsets[field]!;
  }

  /** @throws {MemoryError} with `made` nodes there. */
  make(from: number, to: number): number {
    for (let node = from; node < to; node += 1) {
      this.addresses[node] = this.#new(node);
      this.made = node + 1;
    }
    return to - from;
  }

  /** Gives up the nodes that were made, before any has been linked. */
  discard(): void {
    for (let node = 0; node < this.made; node += 1) this.heap.decref(this.addresses[node]!);
    this.made = 0;
  }

  link(from: number, to: number): number {
    const { heap, shape, addresses } = this;
    let set = 0;
    for (let field = 0; field < this.#offsets.length; field += 1) {
      const offset = this.#offsets[field]!;
      for (let node = from; node < to; node += 1) {
        const target = shape.targetOf(node, field);
        if (target < 0) continue;
        heap.setRef(addresses[node]!, offset, addresses[target]!);
        set += 1;
      }
    }
    return set;
  }

  handOver(from: number, to: number): number {
    const { heap, shape, addresses } = this;
    for (let node = from; node < to; node += 1) if (!shape.isHeld(node)) heap.decref(addresses[node]!);
    return to - from;
  }

  replace(from: number, to: number, pass: Pass): number {
    const { heap, shape, addresses } = this;
    let replaced = 0;
    for (let node = from; node < to; node += 1) {
      if (!pass.chooses(node)) continue;
      const old = addresses[node]!;
      this.#shadow.bear(node, pass);
      addresses[node] = this.#new(node);
      this.#linkNode(node);
      if (shape.isHeld(node)) heap.decref(old);
      replaced += 1;
    }
    return replaced;
  }

  relink(from: number, to: number): number {
    const { heap, shape, addresses } = this;
    const { u32 } = heap.memory;
    for (let field = 0; field < this.#offsets.length; field += 1) {
      const offset = this.#offsets[field]!;
      for (let node = from; node < to; node += 1) {
        const target = shape.targetOf(node, field);
        if (target < 0) continue;
        const [address, wanted] = [addresses[node]!, addresses[target]!];
        if (u32[(address + offset) >>> 2] !== wanted) heap.setRef(address, offset, wanted);
      }
    }
    return to - from;
  }

  settle(from: number, to: number, pass: Pass): number {
    const { heap, shape, addresses } = this;
    let settled = 0;
    for (let node = from; node < to; node += 1) {
      if (!pass.chooses(node)) continue;
      if (!shape.isHeld(node)) heap.decref(addresses[node]!);
      settled += 1;
    }
    return settled;
  }

  drop(from: number, to: number): number {
    const { heap, shape, addresses } = this;
    for (let node = from; node < to; node += 1) if (shape.isHeld(node)) heap.decref(addresses[node]!);
    return to - from;
  }

  check(from: number, to: number): number {
    const { addresses } = this;
    const shadow = this.#shadow;
    const { typeId } = this.Node;
    const { u16, u32 } = this.heap.memory;
    const [numberOffset, checkOffset] = [this.#numberOffset, this.#checkOffset];
    for (let node = from; node < to; node += 1) {
      const address = addresses[node]!;
      const type = u16[(address + OBJECT_TYPE) >>> 1]!;
      if (type !== typeId) throw this.#differs(node, "type", type, typeId);
      const number = u32[(address + numberOffset) >>> 2]!;
      if (number !== node) throw this.#differs(node, "number", number, node);
      const [check, content] = [u32[(address + checkOffset) >>> 2]!, shadow.contentOf(node) >>> 0];
      if (check !== content) throw this.#differs(node, "check", check, content);
      const [references, expected] = [u32[(address + OBJECT_REFCOUNT) >>> 2]!, shadow.referencesTo(node)];
      if (references !== expected) throw this.#differs(node, "reference count", references, expected);
    }
    for (let field = 0; field < this.#offsets.length; field += 1) this.#checkField(from, to, field);
    return to - from;
  }

  #checkField(from: number, to: number, field: number): void {
    const { shape, addresses } = this;
    const offset = this.#offsets[field]!;
    const { u32 } = this.heap.memory;
    for (let node = from; node < to; node += 1) {
      const target = shape.targetOf(node, field);
      const expected = target < 0 ? 0 : addresses[target]!;
      const reference = u32[(addresses[node]! + offset) >>> 2]!;
      if (reference !== expected) throw this.#differs(node, shape.fields[field]!, reference, expected);
    }
  }

  #differs(node: number, what: string, found: number, expected: number): StressCheckError {
    const at = this.addresses[node]!.toString(16);
    return new StressCheckError(`${what} of ${this.shape.name} node ${node} at 0x${at}`, found, expected);
  }

  #new(node: number): Address {
    const address = this.Node.allocate();
    const { u32 } = this.heap.memory;
    u32[(address + this.#numberOffset) >>> 2] = node;
    u32[(address + this.#checkOffset) >>> 2] = this.#shadow.contentOf(node);
    return address;
  }

  #linkNode(node: number): void {
    const { heap, shape, addresses } = this;
    for (let field = 0; field < this.#offsets.length; field += 1) {
      const target = shape.targetOf(node, field);
      if (target >= 0) heap.setRef(addresses[node]!, this.#offsets[field]!, addresses[target]!);
    }
  }
}
