// bench/gc/subject.ts: a heap that is filled and collected: what ours, Python's and V8's have in common.
// Not here: their ways to do it (our-nodes.ts, python-nodes.ts, plain-nodes.ts), what is measured (full.ts, young.ts).

import type { Targets } from "./random-graph.js";

/** What a collection gave. */
export interface Collection {
  readonly ms: number;
  /** Objects found to be garbage; undefined where the collector does not tell. */
  readonly found: number | undefined;
}

/** Milliseconds of each young collection. */
export interface YoungTimes {
  readonly held: readonly number[];
  readonly dropped: readonly number[];
}

export interface YoungPlan {
  /** Young objects in one collection. */
  readonly count: number;
  /** For each young object of each collection, the number of the one that its b refers to. Its a refers to the next young one. */
  readonly draws: Uint32Array<ArrayBuffer>;
  /** What `draws` are numbers of: the nodes that were built, or the young ones themselves. */
  readonly refersToOld: boolean;
}

type Awaitable<T> = T | Promise<T>;

/** A heap for nodes of two references. Nothing in it is collected unless it is asked to. */
export interface Subject {
  /** The program, where it is not this one. */
  readonly program?: string;
  /** The nodes that are to be built; to be called once. */
  load(targets: Targets): Awaitable<void>;
  /** Makes the nodes, held by one list and by nothing else. */
  build(): Awaitable<void>;
  /** Has the list let go of them. */
  drop(): Awaitable<void>;
  /** A whole collection. */
  collect(): Awaitable<Collection>;
  /** Makes young objects beside the nodes that were built, a list of them too, and collects: with the list, and without. */
  collectYoung(plan: YoungPlan): Awaitable<YoungTimes>;
}

/** How a contender of this name gets its subject. */
export interface SubjectKind {
  readonly name: string;
  readonly does: string;
  /** @throws {UnavailableError} */
  open(): Promise<Subject>;
}
