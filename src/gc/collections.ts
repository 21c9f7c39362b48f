// src/gc/collections.ts: runs collections: the core's phases one after the other, at once or in increments, and tells whoever wants to know.
// Not here: Python's gc module (gc.ts).

import { COLLECTOR_ADDRESS } from "../../assembly/layout.js";
import {
  COLLECTOR_DEBUG,
  COLLECTOR_IDLE,
  COLLECTOR_INCREMENT,
  COLLECTOR_MIDDLE,
  COLLECTOR_YOUNG,
  DEBUG_STATS,
  GENERATION_INCOMPLETE,
} from "../../assembly/object-layout.js";
import type { ObjectHeap } from "../objects/object-heap.js";
import { needStackRoom } from "../objects/stack-room.js";
import { PauseHistogram } from "./pause-histogram.js";

/** What gc.callbacks are told. */
export interface GcInfo {
  readonly generation: number;
  /** Objects; 0 before the end. */
  readonly collected: number;
  /** Always 0: finalizers don't keep objects from being collected. */
  readonly uncollectable: number;
  /** Milliseconds that the program has waited this time; 0 at the start. */
  readonly pauseMs: number;
  /** Given up, with nothing changed: no memory for its notes, or, of one in increments, another came first. */
  readonly isSkipped: boolean;
}

/** A collection in increments has a "step" for each but the last. */
export type GcCallback = (phase: "start" | "step" | "stop", info: GcInfo) => void;

/** What gc.step() has come to. */
export interface GcStep {
  /** Whether the collection is over, or none could go on: the next step begins another. */
  readonly isDone: boolean;
  /** Objects that it has collected; 0 before it is over. */
  readonly collected: number;
}

/** Arenas a call: short calls, so that engines can put better code in the place of the first. */
const ARENAS_PER_CALL = 8;
/** As ARENAS_PER_CALL, where the clock is looked at after each. */
const ARENAS_PER_INCREMENT = 1;

/** A collection notes a byte for so many of the heap's. */
const BYTES_PER_NOTE = 16;

const OLDEST = 2;
const MIDDLE = 1;

/** Of the pause target: the rest is for the last piece of work to end. */
const INCREMENT_SHARE = 0.7;
const DEBUG_INDEX = (COLLECTOR_ADDRESS + COLLECTOR_DEBUG) >>> 2;
const YOUNG_INCOMPLETE_INDEX = (COLLECTOR_ADDRESS + COLLECTOR_YOUNG + GENERATION_INCOMPLETE) >>> 2;
const MIDDLE_INCOMPLETE_INDEX = (COLLECTOR_ADDRESS + COLLECTOR_MIDDLE + GENERATION_INCOMPLETE) >>> 2;
const INCREMENT_INDEX = (COLLECTOR_ADDRESS + COLLECTOR_INCREMENT) >>> 2;

export class Collections {
  readonly pauses = new PauseHistogram();
  /** Milliseconds; 0: collections are not done in increments by themselves. */
  pauseTarget = 0;
  /** A collection in increments was begun, and its end has not been told. */
  #isOn = false;
  /** Callbacks are being told: the collection they are told of is on, as CPython has it, though the core may have ended it, or not begun. */
  #isTelling = false;

  constructor(
    private readonly objects: ObjectHeap,
    private readonly callbacks: readonly GcCallback[],
  ) {}

  /** @returns objects found unreachable; 0 if a collection is on. @throws {MemoryError} if there is none for its notes. */
  collect(generation: number): number {
    if (this.#isTelling) return 0;
    const collected = this.#run(generation);
    if (collected < 0) {
      throw this.objects.outOfMemory(this.objects.core.memory.buffer.byteLength / BYTES_PER_NOTE);
    }
    return collected;
  }

  /** Collects the oldest generation that is due, unless objects are dying. */
  collectDue(): void {
    if (this.#isBusy) return;
    const { core } = this.objects;
    const generation = core.gc_due();
    if (this.pauseTarget === 0) {
      if (generation >= 0) this.#run(generation);
      return;
    }
    const start = performance.now();
    const isIncrement = generation === OLDEST || this.#isIncrementing;
    // what is young now is to be old when the increments begin
    if (generation >= 0) this.#run(Math.min(generation, MIDDLE), !isIncrement);
    if (isIncrement && !this.#isBusy) this.#step(start + this.pauseTarget * INCREMENT_SHARE, start);
  }

  /** One increment. */
  step(budgetMs: number): GcStep {
    this.objects.fresh(); // throws if the heap is closed
    if (this.#isBusy) return { isDone: true, collected: 0 };
    if (this.#hasEnded) return this.#end(0);
    const start = performance.now();
    if (!this.#isIncrementing && this.#isYoungListed) this.#run(MIDDLE, false); // increments leave the young alone
    if (this.#isBusy) return { isDone: true, collected: 0 };
    return this.#step(start + budgetMs, start);
  }

  /** Whether collecting young objects looks at no others. */
  get #isYoungListed(): boolean {
    const { u32 } = this.objects.fresh();
    return (u32[YOUNG_INCOMPLETE_INDEX]! | u32[MIDDLE_INCOMPLETE_INDEX]!) === 0;
  }

  get #isIncrementing(): boolean {
    return this.objects.fresh().u32[INCREMENT_INDEX] !== COLLECTOR_IDLE;
  }

  /** Whether nothing can be collected now. */
  get #isBusy(): boolean {
    return this.objects.isClosed || this.#isTelling || this.objects.isCoreAtWork;
  }

  /** @param isWholePause - the program goes on afterwards. */
  #run(generation: number, isWholePause = true): number {
    const { core } = this.objects;
    needStackRoom();
    if (this.objects.isCoreAtWork && core.gc_state() !== COLLECTOR_IDLE) return 0;
    this.#tell("start", generation, 0, 0);
    if (this.objects.isClosed) return 0;
    const start = performance.now();
    core.gc_begin(generation);
    // once a finalizer has closed the heap, there is nothing to be called
    while (!this.objects.isClosed && core.gc_advance(ARENAS_PER_CALL) !== 0);
    const pauseMs = performance.now() - start;
    if (isWholePause) this.pauses.record(pauseMs);
    if (this.objects.isClosed) return 0;
    const collected = core.gc_result();
    this.#tell("stop", generation, collected, pauseMs);
    return collected;
  }

  /** Whether the collection in increments has come to its end since the last: somebody has looked at all objects, or collected them. */
  get #hasEnded(): boolean {
    return this.#isOn && !this.#isIncrementing;
  }

  #end(pauseMs: number): GcStep {
    this.#isOn = false;
    const collected = this.objects.core.gc_increment_result();
    this.#tell("stop", OLDEST, collected, pauseMs);
    return { isDone: true, collected: Math.max(collected, 0) };
  }

  /** @param start - when the program began to wait. */
  #step(deadline: number, start: number): GcStep {
    const { core } = this.objects;
    needStackRoom();
    if (this.#hasEnded) this.#end(0);
    if (!this.#isIncrementing) {
      this.#tell("start", OLDEST, 0, 0);
      if (this.#isBusy) return { isDone: true, collected: 0 };
      if (core.gc_increment_begin() < 0) {
        this.#tell("stop", OLDEST, -1, performance.now() - start);
        return { isDone: true, collected: 0 };
      }
      this.#isOn = true;
    }
    let isOn = true;
    do isOn = core.gc_increment(ARENAS_PER_INCREMENT) !== 0;
    while (isOn && performance.now() < deadline);
    const pauseMs = performance.now() - start;
    this.pauses.record(pauseMs);
    if (this.objects.isClosed) return { isDone: true, collected: 0 };
    if (!isOn) return this.#end(pauseMs);
    this.#tell("step", OLDEST, 0, pauseMs);
    return { isDone: false, collected: 0 };
  }

  /** @param collected - below 0: there was no memory. */
  #tell(phase: "start" | "step" | "stop", generation: number, collected: number, pauseMs: number): void {
    const { objects } = this;
    const info: GcInfo = {
      generation,
      collected: Math.max(collected, 0),
      uncollectable: 0,
      pauseMs,
      isSkipped: collected < 0,
    };
    this.#isTelling = true;
    try {
      const { collectable } = objects;
      objects.collectable = [];
      for (const object of collectable) this.#writeLine(`gc: collectable <${object}>`);
      if (objects.isClosed) return;
      if ((objects.fresh().u32[DEBUG_INDEX]! & DEBUG_STATS) !== 0) this.#write(phase, info);
      for (const callback of [...this.callbacks]) {
        objects.runCallback(
          () => "a function of gc.callbacks",
          () => callback(phase, info),
        );
      }
    } finally {
      this.#isTelling = false;
    }
  }

  /** For DEBUG_STATS. */
  #write(phase: "start" | "step" | "stop", { generation, collected, pauseMs, isSkipped }: GcInfo): void {
    const waited = `${pauseMs.toFixed(3)} ms`;
    const lines = {
      start: `gc: collecting generation ${generation}...`,
      step: `gc: went on for ${waited}`,
      stop: isSkipped
        ? "gc: skipped: no memory"
        : `gc: done, ${collected} unreachable, 0 uncollectable, ${waited}`,
    };
    this.#writeLine(lines[phase]);
  }

  #writeLine(line: string): void {
    this.objects.runCallback(
      () => "gc.debugOutput",
      () => this.objects.heap.gc.debugOutput(line),
    );
  }
}
