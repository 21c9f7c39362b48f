// src/graph/object-graph.ts: the objects of a recorded CPython heap, what they refer to, and what became of them there.
// Not here: its file (ogr1.ts).

/** Flags of a node. */
export const NODE_TRACKED = 1;
export const NODE_IN_CYCLE = 2;
export const NODE_HELD_OUTSIDE = 4;
export const NODE_IN_CYCLE_ONCE_CUT = 8;

export interface ObjectGraph {
  /** The file's name without directory and extension. */
  readonly name: string;
  readonly file: string;
  readonly nodes: number;
  readonly edges: number;
  /** The list whose references are cut. */
  readonly dropRoot: number;
  /** `nodes + 1` of them: node `i` refers to `targets` from offsets[i] up to offsets[i + 1]. */
  readonly offsets: Uint32Array;
  /** Nodes, once for each reference. */
  readonly targets: Uint32Array;
  /** Bytes that each node had in CPython. */
  readonly sizes: Uint32Array;
  /** References to each node, from where ever; at least 1. */
  readonly refcounts: Uint32Array;
  /** Of these, the ones from outside of the graph. */
  readonly outsideReferences: Uint32Array;
  /** NODE_ bits. */
  readonly flags: Uint8Array;
  readonly answers: GraphAnswers;
  readonly recorded: RecordedFacts;
}

/** What has to come out of the experiment, exactly. */
export interface GraphAnswers {
  /** Nodes, atoms among them, that die when the drop root's references are cut. */
  readonly freedByRefcount: number;
  /** Nodes, atoms among them, that nothing reaches then, and that live nevertheless. */
  readonly heldByCycles: number;
  /** What gc.collect() returns: those of them that the collector has in view, the tracked ones. */
  readonly collected: number;
}

/** What the recorder tells of CPython; undefined where it does not. */
export interface RecordedFacts {
  readonly python: string | undefined;
  /** Of all nodes, their contents among them. */
  readonly bytes: number | undefined;
  /** gc.collect() with all alive. */
  readonly liveCollectMs: number | undefined;
  /** gc.collect() after the cut. */
  readonly garbageCollectMs: number | undefined;
}
