// src/lab/formats/call-tree.ts: the stacks of a heaptrack file: strings, addresses and tree nodes by number, as the file grows them.
// Not here: the lines they come from (heaptrack-interpreted.ts, heaptrack-raw.ts).
// Source: heaptrack 1.4.0, src/analyze/accumulatedtracedata.cpp, whose report shows stacks so.

import { toAddress } from "./address-table.js";
import type { Call, Frame, Sites } from "./sites.js";
import { matchesPattern } from "./suppressions.js";

/** Left out at the inner end of a stack: what is behind them asked for the memory. */
const ALLOCATION_OPERATORS = new Set([
  "operator new(unsigned long)",
  "operator new[](unsigned long)",
  "operator new(unsigned int)",
  "operator new[](unsigned int)",
]);
/** The outer end of a stack: what calls these is the same in every program. */
const OUTERMOST = new Set(["main", "__libc_start_main", "__static_initialization_and_destruction_0"]);
/** Numbers of one frame: function, file, line. */
const FRAME_FIELDS = 3;

/** Strings, addresses and nodes count from 1; 0 is none. */
export class CallTree implements Sites {
  readonly #strings = [""];
  readonly #highs = [0];
  readonly #lows = [0];
  readonly #modules = [0];
  /** Of each address, the inlined ones behind the innermost. */
  readonly #frames: (readonly number[])[] = [[]];
  readonly #isOperator = [false];
  readonly #nodeAddresses = [0];
  readonly #nodeParents = [0];
  /** Site of each node, 0 if it has not allocated. */
  readonly #nodeSites = [0];
  readonly #siteNodes = [0];

  get stringCount(): number {
    return this.#strings.length - 1;
  }

  get addressCount(): number {
    return this.#highs.length - 1;
  }

  get nodeCount(): number {
    return this.#nodeParents.length - 1;
  }

  get count(): number {
    return this.#siteNodes.length - 1;
  }

  /** Whether an address has more than 32 bits. */
  get hasWideAddress(): boolean {
    return this.#highs.some((high) => high > 0);
  }

  /** @returns its number. */
  addString(text: string): number {
    return this.#strings.push(text) - 1;
  }

  /** @param frames - three numbers each: function, file, line; the innermost first. @returns its number. */
  addAddress(high: number, low: number, module: number, frames: readonly number[]): number {
    this.#highs.push(high);
    this.#lows.push(low);
    this.#modules.push(module);
    this.#isOperator.push(ALLOCATION_OPERATORS.has(this.#strings[frames[0] ?? 0]!));
    return this.#frames.push(frames) - 1;
  }

  addNode(address: number, parent: number): void {
    let from = address;
    let to = parent;
    while (this.#isOperator[from]) {
      from = this.#nodeAddresses[to]!;
      to = this.#nodeParents[to]!;
    }
    this.#nodeAddresses.push(from);
    this.#nodeParents.push(to);
    this.#nodeSites.push(0);
  }

  /** A node's site; a new one at its first use. */
  siteOf(node: number): number {
    const known = this.#nodeSites[node]!;
    if (known !== 0) return known;
    const site = this.#siteNodes.push(node) - 1;
    this.#nodeSites[node] = site;
    return site;
  }

  stackOf(site: number): readonly Call[] {
    const calls: Call[] = [];
    for (let node = this.#siteNodes[site] ?? 0; ; node = this.#nodeParents[node]!) {
      const address = this.#nodeAddresses[node]!;
      if (address === 0) return calls;
      const call = this.#callAt(address);
      calls.push(call);
      if (OUTERMOST.has(call.functionName)) return calls;
    }
  }

  comparePlaces(a: number, b: number): number {
    const first = this.#nodeAddresses[this.#siteNodes[a]!]!;
    const second = this.#nodeAddresses[this.#siteNodes[b]!]!;
    if (first === second) return 0;
    const module = this.#modules[first]! - this.#modules[second]!;
    if (module !== 0) return module;
    for (let field = 0; field < FRAME_FIELDS; field += 1) {
      const difference = (this.#frames[first]![field] ?? 0) - (this.#frames[second]![field] ?? 0);
      if (difference !== 0) return difference;
    }
    return 0;
  }

  matching(patterns: readonly string[]): (site: number) => boolean {
    const isString = this.#strings.map((text) => patterns.some((pattern) => matchesPattern(pattern, text)));
    if (!isString.includes(true)) return () => false;
    const isAddress = this.#frames.map(
      (frames, address) =>
        isString[this.#modules[address]!]! ||
        frames.some((number, field) => field % FRAME_FIELDS !== FRAME_FIELDS - 1 && isString[number]!),
    );
    const isNode = new Uint8Array(this.#nodeParents.length);
    for (const [node, parent] of this.#nodeParents.entries()) {
      isNode[node] = isNode[parent]! | Number(isAddress[this.#nodeAddresses[node]!]!);
    }
    return (site) => isNode[this.#siteNodes[site]!] === 1;
  }

  #callAt(address: number): Call {
    const frames = this.#frames[address]!;
    const inlinedInto: Frame[] = [];
    for (let at = FRAME_FIELDS; at < frames.length; at += FRAME_FIELDS)
      inlinedInto.push(this.#frameAt(frames, at));
    return {
      ...this.#frameAt(frames, 0),
      address: `0x${toAddress(this.#highs[address]!, this.#lows[address]!).toString(16)}`,
      module: this.#strings[this.#modules[address]!]!,
      inlinedInto,
    };
  }

  #frameAt(frames: readonly number[], at: number): Frame {
    return {
      functionName: this.#strings[frames[at] ?? 0]!,
      file: this.#strings[frames[at + 1] ?? 0]!,
      line: frames[at + 2] ?? 0,
    };
  }
}
