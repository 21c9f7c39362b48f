// test/support/traced-programs.ts: random programs of raw blocks and objects on a heap that is traced, started and stopped meanwhile in any mode.
// Not here: what must hold after each step (test/src/tracemalloc/traced-programs.test.ts).

import fc from "fast-check";
import type { Heap } from "../../src/heap.js";
import { readAtoms, readObjects } from "../../src/heap-map.js";
import { DictHandle } from "../../src/kinds/dict.js";
import { ListHandle } from "../../src/kinds/list.js";
import type { Handle } from "../../src/objects/handle.js";
import type { StartOptions } from "../../src/tracemalloc/tracemalloc.js";
import type { ByteCounter } from "../../src/tracemalloc/tracer.js";

export const MODES: readonly StartOptions[] = [
  {},
  { nframe: 3 },
  { sampleBytes: 1, seed: 1 },
  { sampleBytes: 64, seed: 2 },
  { sampleBytes: 4096, seed: 3 },
];

const ALLOCATIONS = [
  ...(["malloc", "calloc", "aligned", "realloc", "free"] as const),
  ...([
    "list",
    "dict",
    "set",
    "tuple",
    "text",
    "bytes",
    "big",
    "struct",
    "final",
    "cycle",
    "weakref",
    "nested",
    "many",
  ] as const),
  ...(["append", "pop", "put", "release", "release", "collect", "step", "track", "untrack"] as const),
];

export interface TracedStep {
  readonly what: (typeof ALLOCATIONS)[number] | "start" | "stop" | "clear" | "count";
  readonly a: number;
  readonly b: number;
}

export const tracedPrograms: fc.Arbitrary<TracedStep[]> = fc.array(
  fc.record({
    what: fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom(...ALLOCATIONS) },
      {
        weight: 1,
        arbitrary: fc.constantFrom("start" as const, "stop" as const, "clear" as const, "count" as const),
      },
    ),
    a: fc.nat(1000),
    b: fc.oneof(fc.nat(100), fc.nat(30_000)),
  }),
  { maxLength: 80, size: "max" },
);

/** Runs steps, and knows what there is. */
export class TracedProgram {
  /** Raw blocks, and blocks of others, made since traces were last forgotten: bytes by address. */
  readonly raw = new Map<number, number>();
  readonly user = new Map<number, number>();
  mode: StartOptions | undefined;
  counter: ByteCounter | undefined;
  #objectsBefore: ReadonlySet<number> = new Set();
  /** What the counter says more than there is in traces. */
  countedBefore = 0;
  readonly #handles: Handle[] = [];
  /** Of before: let be, so that their blocks stay. */
  readonly #parked: (Handle | number)[] = [];
  readonly #Node;
  readonly #Final;

  constructor(readonly heap: Heap) {
    this.#Node = heap.struct("Node", { left: "ref", x: "f64", right: "ref" });
    this.#Final = heap.struct(
      "Final",
      { next: "ref" },
      { finalizer: () => heap.list(["made and gone", 12_345]).dispose() },
    );
    heap.from([new this.#Node(), new this.#Final(), 1000, 2.5, "text", new Map(), new Set()]);
    this.#parked.push(heap.list());
  }

  get isExact(): boolean {
    return this.mode !== undefined && this.mode.sampleBytes === undefined;
  }

  run({ what, a, b }: TracedStep): void {
    const { heap } = this;
    const { tracemalloc } = heap;
    const handles = this.#handles;
    const one = handles[a % handles.length];
    const other = handles[b % handles.length];
    const block = [...this.raw.keys()][a % this.raw.size];
    switch (what) {
      case "malloc":
        this.raw.set(heap.malloc(b), b);
        break;
      case "calloc":
        this.raw.set(heap.calloc(a, 7), a * 7);
        break;
      case "aligned":
        this.raw.set(heap.alignedAlloc(2 ** (a % 10), b), b);
        break;
      case "realloc": {
        if (block === undefined) break;
        const moved = heap.realloc(block, b);
        this.raw.delete(block);
        this.raw.set(moved, b);
        break;
      }
      case "free":
        if (block === undefined) break;
        heap.free(block);
        this.raw.delete(block);
        break;
      case "list":
        handles.push(heap.list([one, other, a * 1000]));
        break;
      case "dict":
        handles.push(
          heap.dict(
            new Map<unknown, unknown>([
              ["one", one],
              [a, other],
              [2.5, `text ${b}`],
            ]),
          ),
        );
        break;
      case "set":
        handles.push(heap.set(Array.from({ length: a % 40 }, (_, index) => index * b)));
        break;
      case "tuple":
        handles.push(heap.tuple([one, one, other, b]));
        break;
      case "text":
        handles.push(heap.str("ä".repeat(b)));
        break;
      case "bytes":
        handles.push(heap.bytearray(b));
        break;
      case "big":
        handles.push(heap.int(3n ** BigInt(a)));
        break;
      case "struct":
        handles.push(new this.#Node({ left: one ?? null, right: other ?? null }));
        break;
      case "final":
        handles.push(new this.#Final({ next: one ?? null }));
        break;
      case "cycle":
        heap.frame(() => {
          const list = heap.list([new this.#Final()]);
          list.append(new this.#Node({ left: list, right: one ?? null }));
        });
        break;
      case "weakref": {
        const node = new this.#Node();
        handles.push(node, heap.weakref.ref(node, a % 2 === 0 ? () => heap.tuple([1000]).dispose() : null));
        break;
      }
      case "nested":
        handles.push(heap.from({ a: [1000 + a, { b: new Set(["x", b]) }], c: "text" }));
        break;
      case "many": {
        const batch = this.#Node.allocate(1 + (a % 300));
        handles.push(batch.at(b % batch.length));
        batch.dispose();
        break;
      }
      case "append":
        if (one instanceof ListHandle) one.append(a % 2 === 0 ? other : b * 2.5);
        break;
      case "pop":
        if (one instanceof ListHandle && one.length > 0) heap.frame(() => void one.pop());
        break;
      case "put":
        if (one instanceof DictHandle) one.set(b, a * 2.5);
        break;
      case "release":
        if (one !== undefined) handles.splice(a % handles.length, 1)[0]!.dispose();
        break;
      case "collect":
        heap.gc.collect((a % 3) as 0 | 1 | 2);
        break;
      case "step":
        heap.gc.step({ budgetMs: 0.01 });
        break;
      case "track":
        if (this.mode === undefined) break;
        tracemalloc.track(1 + (a % 20), b);
        this.user.set(1 + (a % 20), b);
        break;
      case "untrack":
        tracemalloc.untrack(1 + (a % 20));
        this.user.delete(1 + (a % 20));
        break;
      case "start": {
        if (this.mode !== undefined) break;
        const mode = MODES[a % MODES.length]!;
        if (mode.sampleBytes !== undefined) this.#endCount();
        this.#park();
        tracemalloc.start(mode);
        this.mode = mode;
        this.#remember();
        break;
      }
      case "stop":
        this.#park();
        tracemalloc.stop();
        this.mode = undefined;
        this.#remember();
        break;
      case "clear":
        this.#park();
        tracemalloc.clearTraces();
        this.#remember();
        break;
      case "count":
        this.#park();
        if (this.mode !== undefined) tracemalloc.clearTraces();
        if (this.counter !== undefined) this.#endCount();
        else if (this.mode?.sampleBytes === undefined) this.counter = tracemalloc.countBytes();
        this.#remember();
    }
  }

  /** Gives all back. */
  end(): void {
    const { heap } = this;
    for (const item of [...this.raw.keys(), ...this.#handles, ...this.#parked]) {
      if (typeof item === "number") heap.free(item);
      else item.dispose();
    }
    for (const key of this.user.keys()) heap.tracemalloc.untrack(key);
    this.raw.clear();
    this.user.clear();
    this.#handles.length = 0;
    this.#parked.length = 0;
    for (let round = 0; round < 3; round += 1) heap.gc.collect();
  }

  /** What there is, is of before; garbage is not. */
  #park(): void {
    for (let round = 0; round < 3; round += 1) this.heap.gc.collect();
    this.#parked.push(...this.raw.keys(), ...this.#handles.splice(0));
    this.raw.clear();
    this.user.clear();
  }

  #remember(): void {
    this.#objectsBefore = new Set(this.#allObjects());
    this.countedBefore = (this.counter?.read() ?? 0) - this.#tracedBytes();
  }

  /** Addresses of the objects that live, of those made since traces were last forgotten. */
  objects(): number[] {
    return this.#allObjects().filter((address) => !this.#objectsBefore.has(address));
  }

  #allObjects(): number[] {
    const { memory } = this.heap.memory;
    return [...readObjects(memory), ...readAtoms(memory)];
  }

  #tracedBytes(): number {
    const user = [...this.user.values()].reduce((sum, size) => sum + size, 0);
    return this.heap.tracemalloc.getTracedMemory().current - user;
  }

  /** Bytes in blocks that the counter has, made since traces were last forgotten. */
  get counted(): number {
    return (this.counter?.read() ?? 0) - this.countedBefore;
  }

  #endCount(): void {
    this.counter?.stop();
    this.counter = undefined;
  }
}
