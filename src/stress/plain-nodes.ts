// src/stress/plain-nodes.ts: the same nodes as plain objects of JavaScript's, for V8 to keep and to collect.

import { StressCheckError } from "./check-error.js";
import { type Nodes, type Pass, Shadow } from "./nodes.js";
import { NONE, type Shape } from "./shapes.js";

/** A node of one reference; numbers as V8 keeps them without a box. */
interface PlainNode {
  number: number;
  check: number;
  first: PlainNode | null;
}

interface PairNode extends PlainNode {
  second: PlainNode | null;
}

interface WideNode extends PairNode {
  third: PlainNode | null;
  fourth: PlainNode | null;
}

export class PlainNodes implements Nodes {
  /** By number: whoever wants to find a plain object again must hold it. */
  #nodes: PlainNode[];
  readonly #shadow: Shadow;

  constructor(
    readonly shape: Shape,
    seed: number,
  ) {
    this.#nodes = new Array<PlainNode>(shape.count);
    this.#shadow = new Shadow(shape, seed);
  }

  make(from: number, to: number): number {
    for (let node = from; node < to; node += 1) this.#nodes[node] = this.#new(node);
    return to - from;
  }

  link(from: number, to: number): number {
    const { shape } = this;
    const nodes = this.#nodes;
    const fields = shape.fields.length;
    let set = 0;
    for (let field = 0; field < fields; field += 1) {
      for (let node = from; node < to; node += 1) {
        const target = shape.targetOf(node, field);
        if (target < 0) continue;
        write(nodes[node]!, field, nodes[target]!);
        set += 1;
      }
    }
    return set;
  }

  /** Nothing: the array holds all. */
  handOver(from: number, to: number): number {
    return to - from;
  }

  replace(from: number, to: number, pass: Pass): number {
    let replaced = 0;
    for (let node = from; node < to; node += 1) {
      if (!pass.chooses(node)) continue;
      this.#shadow.bear(node, pass);
      this.#nodes[node] = this.#new(node);
      this.#linkNode(node);
      replaced += 1;
    }
    return replaced;
  }

  relink(from: number, to: number): number {
    const { shape } = this;
    const nodes = this.#nodes;
    const fields = shape.fields.length;
    for (let field = 0; field < fields; field += 1) {
      for (let node = from; node < to; node += 1) {
        const target = shape.targetOf(node, field);
        if (target < 0) continue;
        const [plain, wanted] = [nodes[node]!, nodes[target]!];
        if (read(plain, field) !== wanted) write(plain, field, wanted);
      }
    }
    return to - from;
  }

  settle(from: number, to: number, pass: Pass): number {
    let settled = 0;
    for (let node = from; node < to; node += 1) if (pass.chooses(node)) settled += 1;
    return settled;
  }

  /** All at once, with the first piece. */
  drop(from: number, to: number): number {
    this.#nodes = [];
    return to - from;
  }

  check(from: number, to: number): number {
    const { shape } = this;
    const nodes = this.#nodes;
    const fields = shape.fields.length;
    for (let node = from; node < to; node += 1) {
      const plain = nodes[node]!;
      this.#compare(node, "number", plain.number, node);
      this.#compare(node, "check", plain.check, this.#shadow.contentOf(node));
      for (let field = 0; field < fields; field += 1) {
        const target = shape.targetOf(node, field);
        const expected = target < 0 ? null : nodes[target]!;
        const found = read(plain, field);
        if (found === expected) continue;
        this.#compare(node, shape.fields[field]!, found?.number ?? NONE, target);
        this.#compare(node, `check of the ${shape.fields[field]}`, found!.check, expected!.check);
      }
    }
    return to - from;
  }

  #compare(node: number, what: string, found: number, expected: number): void {
    if (found !== expected) throw new StressCheckError(`${what} of plain node ${node}`, found, expected);
  }

  #new(node: number): PlainNode {
    const check = this.#shadow.contentOf(node);
    switch (this.shape.fields.length) {
      case 1:
        return { number: node, check, first: null };
      case 2:
        return { number: node, check, first: null, second: null } as PairNode;
      default:
        return { number: node, check, first: null, second: null, third: null, fourth: null } as WideNode;
    }
  }

  #linkNode(node: number): void {
    const { shape } = this;
    const fields = shape.fields.length;
    for (let field = 0; field < fields; field += 1) {
      const target = shape.targetOf(node, field);
      if (target >= 0) write(this.#nodes[node]!, field, this.#nodes[target]!);
    }
  }
}

function read(node: PlainNode, field: number): PlainNode | null {
  switch (field) {
    case 0:
      return node.first;
    case 1:
      return (node as PairNode).second;
    case 2:
      return (node as WideNode).third;
    default:
      return (node as WideNode).fourth;
  }
}

function write(node: PlainNode, field: number, target: PlainNode): void {
  switch (field) {
    case 0:
      node.first = target;
      break;
    case 1:
      (node as PairNode).second = target;
      break;
    case 2:
      (node as WideNode).third = target;
      break;
    default:
      (node as WideNode).fourth = target;
  }
}
