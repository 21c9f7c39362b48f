// bench/gc/plain-nodes.ts: nodes of two references as plain objects, which V8 collects.

import { settleMemory } from "../../src/lab/warm-up.js";
import { REFERENCES, type Targets } from "./random-graph.js";
import type { Collection, Subject, SubjectKind, YoungPlan, YoungTimes } from "./subject.js";

interface PlainNode {
  a: PlainNode | null;
  b: PlainNode | null;
}

export const plainNodes: SubjectKind = {
  name: "V8",
  does: 'nodes[i] = { a: nodes[…], b: nodes[…] }, an array of plain objects; gc() of node --expose-gc, or gc({ type: "minor" })',
  open: async () => new PlainNodes(),
};

class PlainNodes implements Subject {
  private targets: Targets = new Uint32Array();
  private nodes: readonly PlainNode[] = [];
  /** Holds the young ones; V8 forgets a local after its last use. */
  readonly young: { nodes: readonly PlainNode[] } = { nodes: [] };

  load(targets: Targets): void {
    this.targets = targets;
  }

  build(): void {
    const { targets } = this;
    const nodes = makeNodes(targets.length / REFERENCES);
    for (let i = 0; i < nodes.length; i += 1) {
      nodes[i]!.a = nodes[targets[i * REFERENCES]!]!;
      nodes[i]!.b = nodes[targets[i * REFERENCES + 1]!]!;
    }
    this.nodes = nodes;
    settleMemory();
  }

  drop(): void {
    this.nodes = [];
  }

  collect(): Collection {
    return collectPlain();
  }

  collectYoung({ count, draws, refersToOld }: YoungPlan): YoungTimes {
    const times: { held: number[]; dropped: number[] } = { held: [], dropped: [] };
    for (let first = 0; first < draws.length; first += count) {
      for (const isHeld of [true, false]) {
        collectYoungest();
        this.makeYoung(draws.subarray(first, first + count), refersToOld);
        if (!isHeld) this.young.nodes = [];
        times[isHeld ? "held" : "dropped"].push(collectYoungest().ms);
        this.young.nodes = [];
      }
    }
    return times;
  }

  private makeYoung(draws: Uint32Array, refersToOld: boolean): void {
    const nodes = makeNodes(draws.length);
    const others = refersToOld ? this.nodes : nodes;
    for (let i = 0; i < nodes.length; i += 1) {
      nodes[i]!.a = nodes[(i + 1) % nodes.length]!;
      nodes[i]!.b = others[draws[i]!]!;
    }
    this.young.nodes = nodes;
  }
}

function makeNodes(count: number): PlainNode[] {
  const nodes = new Array<PlainNode>(count);
  for (let i = 0; i < count; i += 1) nodes[i] = { a: null, b: null };
  return nodes;
}

/** V8's full collection: contenders' processes have --expose-gc. */
export function collectPlain(): Collection {
  return timed(() => exposed.gc());
}

function collectYoungest(): Collection {
  return timed(() => exposed.gc({ type: "minor" }));
}

/** Given any argument, Node 20 looks at the young objects only. */
const exposed = globalThis as unknown as { gc(options?: { type: "minor" }): void };

function timed(collect: () => void): Collection {
  const begin = performance.now();
  collect();
  return { ms: performance.now() - begin, found: undefined };
}
