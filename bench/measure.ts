// bench/measure.ts: every workload on every allocator; rows of what an operation cost.
// Not here: the rounds of one workload (rounds.ts), what to make of the rows (report.ts).

import type { AllocatorModule } from "../src/lab/allocator.js";
import type { Progress } from "../src/lab/measure.js";
import { yieldToEvents } from "../src/lab/replay.js";
import type { Spread } from "../src/lab/spread.js";
import { settleEngine, settleMemory } from "../src/lab/warm-up.js";
import { CHUNK_OPERATIONS } from "./churn-plan.js";
import { type Driver, InsideModule, VARIANTS, type Variant } from "./inside-module.js";
import { type Contender, runRounds } from "./rounds.js";
import type { InsideWorkload, JsWorkload, Runner, Workload } from "./workloads.js";

const NEVER_FREES =
  "it never reuses memory, so that loops as long as these would time the system handing out fresh pages";

/** "js": every call comes from JavaScript; otherwise the loop is inside Wasm. */
export type Mode = "js" | Variant;

interface Cell {
  readonly workload: string;
  readonly allocator: string;
  readonly mode: Mode;
}

/** One workload on one allocator. */
export interface Row extends Cell {
  /** The loop's own cost is part of it, the same for all. */
  readonly nsPerOperation: Spread;
}

/** A row there is none of, and why. */
export interface MissingRow extends Cell {
  readonly reason: string;
}

export interface Measurement {
  readonly rows: Row[];
  /** Allocators that ran out of memory, trapped, or could not be merged. */
  readonly failures: MissingRow[];
  /** Allocators left out of one workload or of all, and why. */
  readonly skipped: { readonly allocator: string; readonly reason: string }[];
  /** Aborted before the last round: rows are of the rounds done. */
  isInterrupted: boolean;
}

export interface MeasureOptions {
  readonly seed: number;
  readonly rounds: number;
  /** Fraction of each workload's operations that a round performs. */
  readonly share: number;
  /** For merged modules. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** Measures; failing allocators and aborts are part of the result. */
export async function measure(
  workloads: readonly Workload[],
  allocators: readonly AllocatorModule[],
  options: MeasureOptions,
): Promise<Measurement> {
  const run = new Run(workloads, allocators, options);
  await run.run();
  return run.measurement;
}

/** A module lacks an optional call. */
class MissingCallError extends Error {
  constructor(call: string) {
    super(`it exports no ${call}`);
  }
}

/** A contender before its heap exists. */
interface Entry {
  readonly cell: Cell;
  start(): Promise<Runner>;
}

class Run {
  readonly measurement: Measurement = { rows: [], failures: [], skipped: [], isInterrupted: false };
  private readonly allocators: readonly AllocatorModule[];
  private readonly insideModules = new Map<Driver, InsideModule[]>();

  constructor(
    private readonly workloads: readonly Workload[],
    allocators: readonly AllocatorModule[],
    private readonly options: MeasureOptions,
  ) {
    this.allocators = allocators.filter((it) => !it.neverFrees);
    for (const { name } of allocators.filter((it) => it.neverFrees)) {
      this.measurement.skipped.push({ allocator: name, reason: NEVER_FREES });
    }
  }

  async run(): Promise<void> {
    // Compilers leave garbage and warm caches behind: all of their work comes before the first measurement.
    const drivers = new Set(this.workloads.flatMap((it) => (it.place === "inside" ? [it.driver] : [])));
    for (const driver of drivers) this.insideModules.set(driver, await this.buildInside(driver));
    settleEngine();
    for (const [index, workload] of this.workloads.entries()) {
      if (this.options.signal.aborted) break;
      await this.measureOne(workload, index);
      settleMemory();
    }
    this.measurement.isInterrupted = this.options.signal.aborted;
  }

  private async buildInside(driver: Driver): Promise<InsideModule[]> {
    const modules: InsideModule[] = [];
    for (const allocator of this.allocators) {
      if (this.options.signal.aborted) break;
      this.options.onProgress({ trace: `merging ${driver}`, allocator: allocator.name, done: 0 });
      try {
        modules.push(...(await InsideModule.build(allocator, driver, this.options.folder)));
      } catch (error) {
        const reason = (error as Error).message;
        const affected = this.workloads.filter((it) => it.place === "inside" && it.driver === driver);
        for (const { name: workload } of affected) {
          for (const mode of VARIANTS) {
            this.measurement.failures.push({ workload, allocator: allocator.name, mode, reason });
          }
        }
      }
    }
    return modules;
  }

  private async measureOne(workload: Workload, index: number): Promise<void> {
    const { rounds, share, signal, onProgress } = this.options;
    const chunks = Math.max(1, Math.round((workload.operations * share) / CHUNK_OPERATIONS));
    const entries = workload.place === "js" ? this.jsEntries(workload) : this.insideEntries(workload);
    const cells = new Map<string, Cell>();
    const contenders: Contender[] = [];
    const report = (allocator: string, fraction: number): void =>
      onProgress({ trace: workload.name, allocator, done: (index + fraction) / this.workloads.length });

    for (const { cell, start } of entries) {
      await yieldToEvents();
      if (signal.aborted) return;
      report(cell.allocator, 0);
      const name = `${cell.allocator} ${cell.mode}`;
      try {
        contenders.push({ name, run: await start() });
        cells.set(name, cell);
      } catch (error) {
        const { allocator } = cell;
        if (error instanceof MissingCallError) {
          this.measurement.skipped.push({
            allocator,
            reason: `${error.message}, which ${workload.name} needs`,
          });
        } else {
          this.measurement.failures.push({ ...cell, reason: (error as Error).message });
        }
      }
    }

    const turns = rounds * contenders.length;
    const onTurn = (name: string, done: number): void => report(cells.get(name)!.allocator, done / turns);
    const results = await runRounds(contenders, { rounds, chunks, signal, onTurn });
    for (const [name, cell] of cells) {
      const result = results.get(name);
      if (result === undefined) continue;
      if (result instanceof Error) this.measurement.failures.push({ ...cell, reason: result.message });
      else this.measurement.rows.push({ ...cell, nsPerOperation: result });
    }
  }

  private jsEntries(workload: JsWorkload): Entry[] {
    const prepare = workload.plan(this.options.seed);
    return this.allocators.map((source) => ({
      cell: { workload: workload.name, allocator: source.name, mode: "js" },
      start: async () => {
        const allocator = await source.instantiate();
        if (workload.needsRealloc && allocator.realloc === undefined) throw new MissingCallError("realloc");
        return prepare(allocator);
      },
    }));
  }

  private insideEntries(workload: InsideWorkload): Entry[] {
    const prepare = workload.plan(this.options.seed);
    const modules = this.insideModules.get(workload.driver)!;
    return modules.map((module) => ({
      cell: { workload: workload.name, allocator: module.allocator.name, mode: module.variant },
      start: async () => prepare(await module.instantiate()),
    }));
  }
}
