// bench/gc/our-nodes.ts: nodes of two references as structs of this library.

import type { Heap } from "../../src/heap.js";
import type { ListHandle } from "../../src/kinds/list.js";
import { settleMemory, warmUp } from "../../src/lab/warm-up.js";
import { keep } from "../objects/new-heap.js";
import { newCollectedHeap } from "./collected-heap.js";
import { drawTargets, REFERENCES, type Targets } from "./random-graph.js";
import type { Collection, Subject, SubjectKind, YoungPlan, YoungTimes } from "./subject.js";

export const NODE = { a: "self", b: "self" } as const;
const APPENDS_PER_FRAME = 1000;
/** Few beside those that are measured; many enough for Wasm's functions to get compiled for good. */
const WARM_UP_NODES = 20_000;
const WARM_UP_SEED = 1;
const WARM_UP_YOUNG: YoungPlan = { count: 2000, draws: new Uint32Array(4000), refersToOld: true };

export const ourNodes: SubjectKind = {
  name: "pymalloc",
  does: "batch = Node.allocate(count), batch.column(…).set(…); list.append(batch.at(i)), batch.dispose(); heap.gc.collect()",
  open: () => open("list"),
};

export const ourNodesInBatch: SubjectKind = {
  name: "pymalloc, a batch",
  does: "the same, held by the batch in place of a list: each node by a reference from outside of the heap",
  open: () => open("batch"),
};

type NodeClass = ReturnType<typeof declareNode>;
type NodeBatch = ReturnType<NodeClass["allocate"]> & { dispose(): void };

function declareNode(heap: Heap) {
  return heap.struct("Node", NODE);
}

type Holder = "list" | "batch";

async function open(holder: Holder): Promise<Subject> {
  const subject = new OurNodes(await newCollectedHeap(), holder);
  subject.load(drawTargets(WARM_UP_SEED, WARM_UP_NODES));
  warmUp(() => {
    subject.build();
    subject.collect();
    subject.collectYoung(WARM_UP_YOUNG);
    subject.drop();
    subject.collect();
  });
  return subject;
}

class OurNodes implements Subject {
  private readonly Node: NodeClass;
  private targets: Targets = new Uint32Array();
  private nodes: { addresses: Uint32Array; held: { dispose(): void } } | undefined;

  constructor(
    private readonly heap: Heap,
    private readonly holder: Holder,
  ) {
    this.Node = declareNode(heap);
    keep(new this.Node());
  }

  load(targets: Targets): void {
    this.targets = targets;
  }

  build(): void {
    const { heap, Node, targets, holder } = this;
    const batch = Node.allocate(targets.length / REFERENCES);
    const addresses = batch.addresses.slice();
    const [a, b] = [batch.column("a"), batch.column("b")];
    for (let i = 0; i < addresses.length; i += 1) {
      a.set(i, addresses[targets[i * REFERENCES]!]!);
      b.set(i, addresses[targets[i * REFERENCES + 1]!]!);
    }
    this.nodes = { addresses, held: holder === "batch" ? batch : listOf(heap, batch) };
  }

  drop(): void {
    this.nodes?.held.dispose();
    this.nodes = undefined;
    settleMemory(); // JavaScript's garbage is not what is to be timed
  }

  collect(generation: 0 | 2 = 2): Collection {
    const begin = performance.now();
    const found = this.heap.gc.collect(generation);
    return { ms: performance.now() - begin, found };
  }

  collectYoung({ count, draws, refersToOld }: YoungPlan): YoungTimes {
    const { heap, Node } = this;
    const times: { held: number[]; dropped: number[] } = { held: [], dropped: [] };
    const collect = (expected: number): number => {
      const { ms, found } = this.collect(0);
      if (found !== expected) throw new Error(`a young collection found ${found} objects, not ${expected}`);
      return ms;
    };
    for (let first = 0; first < draws.length; first += count) {
      for (const isHeld of [true, false]) {
        const batch = Node.allocate(count);
        const addresses = batch.addresses.slice();
        const others = refersToOld ? this.nodes!.addresses : addresses;
        const [a, b] = [batch.column("a"), batch.column("b")];
        for (let i = 0; i < count; i += 1) {
          a.set(i, addresses[(i + 1) % count]!);
          b.set(i, others[draws[first + i]!]!);
        }
        const list = listOf(heap, batch);
        if (isHeld) times.held.push(collect(0));
        list.dispose();
        if (!isHeld) times.dropped.push(collect(count));
        this.heap.gc.collect(1);
      }
    }
    return times;
  }
}

/** A list of the records of a batch, which is disposed of. */
function listOf(heap: Heap, batch: NodeBatch): ListHandle {
  const list = heap.list();
  for (let first = 0; first < batch.length; first += APPENDS_PER_FRAME) {
    const end = Math.min(first + APPENDS_PER_FRAME, batch.length);
    heap.frame(() => {
      for (let i = first; i < end; i += 1) list.append(batch.at(i));
    });
  }
  batch.dispose();
  return list;
}
