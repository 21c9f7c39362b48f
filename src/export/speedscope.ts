// src/export/speedscope.ts: an allocation profile as speedscope's own format, for https://www.speedscope.app and its npm package.
// Source: https://www.speedscope.app/file-format-schema.json; speedscope src/lib/file-format-spec.ts.

import { InvalidArgumentError } from "../errors.js";
import type { AllocationProfile } from "../tracemalloc/allocation-profile.js";
import type { Frame } from "../tracemalloc/frame.js";
import { FrameTable, shownName } from "./frame-table.js";

export interface SpeedscopeFrame {
  readonly name: string;
  readonly file?: string;
  /** From 1. */
  readonly line?: number;
  /** From 1. */
  readonly col?: number;
}

/** Stacks, and what each weighs. */
export interface SpeedscopeProfile {
  readonly type: "sampled";
  readonly name: string;
  readonly unit: "bytes" | "none";
  readonly startValue: number;
  readonly endValue: number;
  /** Indices of the shared frames, oldest call first. */
  readonly samples: readonly (readonly number[])[];
  readonly weights: readonly number[];
}

/** What a .speedscope.json file has in it. */
export interface SpeedscopeFile {
  readonly $schema: "https://www.speedscope.app/file-format-schema.json";
  readonly exporter: string;
  readonly name: string;
  readonly activeProfileIndex: number;
  readonly shared: { readonly frames: readonly SpeedscopeFrame[] };
  readonly profiles: readonly SpeedscopeProfile[];
}

/**
 * The profile in speedscope's file format (told by its $schema; it has no version): JSON.stringify it into a file named .speedscope.json. It has
 * two profiles of the same stacks: by bytes, shown first, and by blocks. Domains are left out.
 *
 * @param options - name: what the viewer calls it.
 * @throws {InvalidArgumentError} if `profile` is none, or `name` no string.
 */
export function toSpeedscope(
  profile: AllocationProfile,
  { name = "allocations" }: { readonly name?: string } = {},
): SpeedscopeFile {
  if (typeof name !== "string") throw new InvalidArgumentError("name", name, "a string");
  const table = new FrameTable();
  const samples: (readonly number[])[] = [];
  const bytes: number[] = [];
  const counts: number[] = [];
  for (const { sample, stack } of table.samplesOf(profile)) {
    samples.push(stack);
    bytes.push(sample.bytes);
    counts.push(sample.count);
  }
  return {
    $schema: "https://www.speedscope.app/file-format-schema.json",
    exporter: "pymalloc",
    name,
    activeProfileIndex: 0,
    shared: { frames: table.frames.map(frameOf) },
    profiles: [
      profileOf(`${name}: live bytes`, "bytes", samples, bytes),
      profileOf(`${name}: live blocks`, "none", samples, counts),
    ],
  };
}

function frameOf(frame: Frame): SpeedscopeFrame {
  const { filename, lineno, column } = frame;
  return {
    name: shownName(frame),
    ...(filename === "" ? {} : { file: filename }),
    ...(lineno === 0 ? {} : { line: lineno }),
    ...(column === 0 ? {} : { col: column }),
  };
}

function profileOf(
  name: string,
  unit: SpeedscopeProfile["unit"],
  samples: SpeedscopeProfile["samples"],
  weights: readonly number[],
): SpeedscopeProfile {
  const endValue = weights.reduce((sum, weight) => sum + weight, 0);
  return { type: "sampled", name, unit, startValue: 0, endValue, samples, weights };
}
