// src/gc/gc.ts: Python's gc module of one heap: when and what is collected, what collections came to, what refers to what.
// Not here: running a collection (collections.ts).
// Source: CPython 3.13, Modules/gcmodule.c and Python/gc.c.

import { COLLECTOR_ADDRESS } from "../../assembly/layout.js";
import {
  COLLECTOR_COUNTS,
  COLLECTOR_DEBUG,
  COLLECTOR_ENABLED,
  COLLECTOR_STATISTICS,
  COLLECTOR_THRESHOLDS,
  DEBUG_COLLECTABLE,
  DEBUG_SAVEALL,
  DEBUG_STATS,
  DEBUG_UNCOLLECTABLE,
  FLAG_FINALIZED,
  FLAG_TRACKED,
  GENERATION_COUNT,
  OBJECT_FLAGS,
  REFERENCE_SIZE,
  STATISTICS_SIZE,
} from "../../assembly/object-layout.js";
import { checkOptions, isU32 } from "../arguments.js";
import { trackedObjects } from "../census.js";
import { InvalidArgumentError } from "../errors.js";
import type { ListHandle } from "../kinds/list.js";
import type { Handle } from "../objects/handle.js";
import type { ObjectHeap } from "../objects/object-heap.js";
import { needStackRoom } from "../objects/stack-room.js";
import type { Address } from "../views.js";
import { Collections, type GcCallback, type GcStep } from "./collections.js";
import type { PauseStats } from "./pause-histogram.js";

/** 0: the youngest objects; 1: those that survived one collection; 2: all others. */
export type GenerationNumber = 0 | 1 | 2;

/** Since the heap was made. */
export interface GenerationStats {
  readonly collections: number;
  /** Objects. */
  readonly collected: number;
  /** Objects found that could not be collected; none, as finalizers don't keep objects from it. */
  readonly uncollectable: number;
}

export interface GcStats {
  readonly generations: readonly GenerationStats[];
  readonly pauses: PauseStats;
}

export class Gc {
  /** Flags of setDebug(): a line about each collection goes to debugOutput; */
  readonly DEBUG_STATS = DEBUG_STATS;
  /** a line about each object collected; */
  readonly DEBUG_COLLECTABLE = DEBUG_COLLECTABLE;
  /** a line about each object that can't be collected, of which there are none; */
  readonly DEBUG_UNCOLLECTABLE = DEBUG_UNCOLLECTABLE;
  /** objects found unreachable go to gc.garbage instead of being freed; */
  readonly DEBUG_SAVEALL = DEBUG_SAVEALL;
  /** all that helps to find a leak. */
  readonly DEBUG_LEAK = DEBUG_COLLECTABLE | DEBUG_UNCOLLECTABLE | DEBUG_SAVEALL;

  /** Where the lines go that setDebug() asks for. */
  debugOutput: (line: string) => void = (line) => console.error(line);

  /** Called at the start and at the end of each collection, and after each increment in between. What they throw goes to heap.onUnraisable. */
  readonly callbacks: GcCallback[] = [];

  readonly #objects: () => ObjectHeap;
  #collections: Collections | undefined;

  constructor(objects: () => ObjectHeap) {
    this.#objects = objects;
  }

  /** Has collections begin by themselves, when many containers have been made: so it is at first. */
  enable(): void {
    this.#objects().core.gc_enable(1);
  }

  /** From now on only collect() collects. */
  disable(): void {
    this.#objects().core.gc_enable(0);
  }

  isEnabled(): boolean {
    return this.#word(COLLECTOR_ENABLED) !== 0;
  }

  /**
   * Collects the objects of a generation, and of those younger than it, that only cycles keep alive.
   *
   * @returns how many were unreachable; 0 if a collection is on already, as in a finalizer that it runs.
   * @throws {MemoryError} if there is no memory for the collection's notes; nothing has changed then.
   */
  collect(generation: GenerationNumber = 2): number {
    checkGeneration(generation);
    return this.#running.collect(generation);
  }

  /**
   * One increment of a full collection that is done bit by bit while the program goes on; the first begins it. Nothing is done, and it is
   * over, while objects die, or another collection is on. What became garbage after the beginning may wait for the next such collection.
   *
   * @param options - budgetMs: the increment ends when so many milliseconds have passed, or soon after.
   */
  step(options: { readonly budgetMs?: number } = {}): GcStep {
    checkOptions(options);
    const { budgetMs = 1 } = options;
    checkMs("budgetMs", budgetMs);
    return this.#running.step(budgetMs);
  }

  /**
   * Has full collections that begin by themselves done in increments, so that the program never waits much longer than that.
   *
   * @param ms - 0: no more; they are done at once, as at first.
   */
  setPauseTarget(ms: number): void {
    checkMs("ms", ms);
    this.#running.pauseTarget = ms;
  }

  getPauseTarget(): number {
    return this.#running.pauseTarget;
  }

  /** By generation, since the heap was made. @param options - pauses: how long the program has waited, too. */
  getStats(options?: { readonly pauses?: false }): GenerationStats[];
  getStats(options: { readonly pauses: true }): GcStats;
  getStats(options: { readonly pauses?: boolean } = {}): GenerationStats[] | GcStats {
    checkOptions(options);
    const generations = this.#generationStats();
    return options.pauses ? { generations, pauses: this.#running.pauses.read() } : generations;
  }

  #generationStats(): GenerationStats[] {
    return Array.from({ length: GENERATION_COUNT }, (_, generation) => {
      const at = COLLECTOR_STATISTICS + generation * STATISTICS_SIZE;
      return {
        collections: this.#word(at),
        collected: this.#word(at + 4),
        uncollectable: this.#word(at + 8),
      };
    });
  }

  /**
   * Containers made less containers freed since the youngest generation was last collected; collections of the youngest since
   * the middle one was; collections of that since the oldest was.
   */
  getCount(): [young: number, middle: number, old: number] {
    return this.#words(COLLECTOR_COUNTS);
  }

  /** The counts past which generations are collected. */
  getThreshold(): [young: number, middle: number, old: number] {
    return this.#words(COLLECTOR_THRESHOLDS);
  }

  /** @param young - 0: no collection begins by itself. The others stay as they are unless given. */
  setThreshold(young: number, middle?: number, old?: number): void {
    const [, oldMiddle, oldOld] = this.getThreshold();
    const thresholds = [young, middle ?? oldMiddle, old ?? oldOld] as const;
    for (const [index, threshold] of thresholds.entries()) {
      if (!Number.isInteger(threshold) || threshold < 0 || threshold > 0x7fffffff) {
        throw new InvalidArgumentError(
          `threshold ${index}`,
          threshold,
          "a whole number from 0 up to 2**31 - 1",
        );
      }
    }
    this.#objects().core.gc_set_thresholds(...thresholds);
  }

  /** @param flags - DEBUG_ flags, or'ed; 0: none. */
  setDebug(flags: number): void {
    if (!isU32(flags)) throw new InvalidArgumentError("flags", flags, "gc.DEBUG_ flags");
    this.#objects().core.gc_set_debug(flags);
  }

  getDebug(): number {
    return this.#word(COLLECTOR_DEBUG);
  }

  /** A new handle of the list of objects that were found unreachable while DEBUG_SAVEALL was set. */
  get garbage(): ListHandle {
    const objects = this.#objects();
    const address = objects.core.gc_garbage() >>> 0;
    if (address === 0) throw objects.outOfMemory(REFERENCE_SIZE);
    return objects.handleOf(address) as ListHandle;
  }

  /** Whether the object can be part of a cycle, as far as the collector is to look. */
  isTracked(handle: Handle): boolean {
    return (this.#flags(handle) & FLAG_TRACKED) !== 0;
  }

  /** Whether the object's finalizer has run: the object was resurrected, and will die without it. */
  isFinalized(handle: Handle): boolean {
    return (this.#flags(handle) & FLAG_FINALIZED) !== 0;
  }

  /** Handles of the objects that this one refers to, once for each reference. */
  getReferents(handle: Handle): Handle[] {
    const objects = this.#objects();
    const object = objects.borrow(handle);
    return readBlock(objects, objects.core.gc_referents(object)).map((address) => objects.handleOf(address));
  }

  /** Handles of the containers that refer to any of these objects, each once; untracked and frozen ones aside. O(heap). */
  getReferrers(...handles: Handle[]): Handle[] {
    const objects = this.#objects();
    needStackRoom();
    const referrers = new Set<Address>();
    for (const handle of handles) {
      const object = objects.borrow(handle);
      for (const address of readBlock(objects, objects.core.gc_referrers(object))) referrers.add(address);
    }
    return [...referrers].map((address) => objects.handleOf(address));
  }

  /** Has collections ignore all objects that are tracked now. */
  freeze(): void {
    needStackRoom();
    this.#objects().core.gc_freeze();
  }

  unfreeze(): void {
    needStackRoom();
    this.#objects().core.gc_unfreeze();
  }

  /** How many objects collections ignore. */
  getFreezeCount(): number {
    return this.#objects().core.gc_freeze_count() >>> 0;
  }

  /** Handles of all containers that are tracked and not frozen, or those of one generation, in address order. O(heap). */
  getObjects(generation?: GenerationNumber): Handle[] {
    if (generation !== undefined) checkGeneration(generation);
    const objects = this.#objects();
    return trackedObjects(objects, generation).map((address) => objects.handleOf(address));
  }

  /** @internal Collects what is due; nothing while objects die, or a collection is on. */
  collectDue(): void {
    this.#running.collectDue();
  }

  get #running(): Collections {
    this.#collections ??= new Collections(this.#objects(), this.callbacks);
    return this.#collections;
  }

  #word(offset: number): number {
    return this.#objects().fresh().u32[(COLLECTOR_ADDRESS + offset) >>> 2]!;
  }

  #words(offset: number): [number, number, number] {
    return [this.#word(offset), this.#word(offset + 4), this.#word(offset + 8)];
  }

  #flags(handle: Handle): number {
    const objects = this.#objects();
    const object = objects.borrow(handle);
    return objects.fresh().u16[(object + OBJECT_FLAGS) >>> 1]!;
  }
}

function checkGeneration(generation: unknown): asserts generation is GenerationNumber {
  if (generation !== 0 && generation !== 1 && generation !== 2) {
    throw new InvalidArgumentError("generation", generation, "0, 1 or 2");
  }
}

function checkMs(argument: string, ms: unknown): void {
  if (typeof ms !== "number" || !(ms >= 0))
    throw new InvalidArgumentError(argument, ms, "milliseconds, from 0 up");
}

/** The addresses in a block of the core's, which is freed; still borrowed. @throws {MemoryError} if there is none. */
function readBlock(objects: ObjectHeap, block: number): number[] {
  if (block === 0) throw objects.outOfMemory(REFERENCE_SIZE);
  const { u32 } = objects.fresh();
  const start = block >>> 2;
  const addresses = Array.from(u32.subarray(start + 1, start + 1 + u32[start]!));
  objects.core.free(block);
  return addresses;
}
