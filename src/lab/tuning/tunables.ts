// src/lab/tuning/tunables.ts: the sizes of pymalloc that can be chosen, their limits, and all combinations of some of them.
// Not here: compiling (compile.ts), what the release has (assembly/layout.ts).

import {
  ALIGNMENT,
  ARENA_SIZE,
  BLOCK_KIND_BUFFER,
  CLASSES_PER_DOUBLING,
  POOL_SIZE,
  SMALL_REQUEST_MAX,
} from "../../../assembly/layout.js";
import { TRACE_CLASS_COUNT } from "../../../assembly/object-layout.js";
import { PymallocError } from "../../errors.js";

/** Each a power of two. */
export interface Tunables {
  /** Bytes. */
  readonly poolSize: number;
  /** Bytes. */
  readonly arenaSize: number;
  /** Bytes between the smallest size classes, and the alignment of every block. */
  readonly spacing: number;
  /** Size classes to a doubling, once they are that far apart; LINEAR: equally far apart all the way. */
  readonly classesPerDoubling: number;
  /** Bytes. Larger requests don't come from pools. */
  readonly smallRequestMax: number;
}

export type TunableName = keyof Tunables;

export const LINEAR = Number.POSITIVE_INFINITY;

/** What the release is compiled with. */
export const RELEASE: Tunables = {
  poolSize: POOL_SIZE,
  arenaSize: ARENA_SIZE,
  spacing: ALIGNMENT,
  classesPerDoubling: CLASSES_PER_DOUBLING,
  smallRequestMax: SMALL_REQUEST_MAX,
};

/** An arena that isn't chosen has as many pools as the release's. */
const POOLS_PER_ARENA = ARENA_SIZE / POOL_SIZE;

interface Limits {
  /** In the variants' names. */
  readonly short: string;
  readonly min: number;
  readonly max: number;
}

export const LIMITS: Readonly<Record<TunableName, Limits>> = {
  poolSize: { short: "pool", min: 1 << 12, max: 1 << 16 },
  // the free pools of an arena are bits of a u32; blocks of a wide pool are counted in a u16
  arenaSize: { short: "arena", min: 1 << 14, max: 1 << 19 },
  spacing: { short: "spacing", min: 8, max: 16 },
  classesPerDoubling: { short: "classes", min: 2, max: LINEAR },
  smallRequestMax: { short: "small", min: 128, max: 2048 },
};

/** At most so many pools to an arena: see arenaSize. */
const POOLS_PER_ARENA_MAX = 16;
const POOLS_PER_ARENA_MIN = 2;
/** Of the smallest pool, blocks of the largest class; fewer waste too much to be worth a look. */
const BLOCKS_PER_POOL_MIN = 4;

/** A tunable has a value that it can't have, alone or with the others. */
export class TunableError extends PymallocError {
  override readonly name = "TunableError";

  constructor(
    readonly tunable: TunableName,
    readonly value: number | string,
    readonly reason: string,
  ) {
    super(`${LIMITS[tunable].short} ${value}: ${reason}`);
  }
}

/** One combination. */
export interface Variant {
  /** `pymalloc:` and what differs from the release, as far as it was chosen. */
  readonly name: string;
  readonly tunables: Tunables;
}

/** Chosen values; those of the others are the release's. */
export type Choices = { readonly [Name in TunableName]?: readonly number[] | undefined };

/**
 * All combinations of the chosen values, and those that can't be, each with its reason.
 *
 * @throws {TunableError} if a value is out of range whatever the others are.
 */
export function combine(choices: Choices): { variants: Variant[]; impossible: TunableError[] } {
  const names = (Object.keys(LIMITS) as TunableName[]).filter((name) => choices[name] !== undefined);
  for (const name of names) for (const value of choices[name]!) checkAlone(name, value);
  let combinations: Partial<Tunables>[] = [{}];
  for (const name of names) {
    combinations = combinations.flatMap((some) =>
      choices[name]!.map((value) => ({ ...some, [name]: value })),
    );
  }
  const variants: Variant[] = [];
  const impossible: TunableError[] = [];
  for (const chosen of combinations) {
    const poolSize = chosen.poolSize ?? RELEASE.poolSize;
    const tunables = { ...RELEASE, arenaSize: poolSize * POOLS_PER_ARENA, ...chosen };
    const conflict = conflictOf(tunables);
    if (conflict !== undefined) impossible.push(conflict);
    else variants.push({ name: nameOf(chosen), tunables });
  }
  return { variants, impossible };
}

function checkAlone(name: TunableName, value: number): void {
  const { min, max } = LIMITS[name];
  if (value === LINEAR && max === LINEAR) return;
  if (!Number.isInteger(Math.log2(value)))
    throw new TunableError(name, formatValue(value), "not a power of two");
  if (value < min || value > max) {
    throw new TunableError(name, formatValue(value), `not from ${formatValue(min)} to ${formatValue(max)}`);
  }
}

function conflictOf(tunables: Tunables): TunableError | undefined {
  const { poolSize, arenaSize, spacing, smallRequestMax } = tunables;
  const pools = arenaSize / poolSize;
  if (pools < POOLS_PER_ARENA_MIN || pools > POOLS_PER_ARENA_MAX) {
    const reason = `an arena has ${POOLS_PER_ARENA_MIN} to ${POOLS_PER_ARENA_MAX} pools, not ${pools} of ${formatValue(poolSize)}`;
    return new TunableError("arenaSize", formatValue(arenaSize), reason);
  }
  if (smallRequestMax * BLOCKS_PER_POOL_MIN > poolSize) {
    const reason = `a pool of ${formatValue(poolSize)} has no room for ${BLOCKS_PER_POOL_MIN} such blocks`;
    return new TunableError("smallRequestMax", formatValue(smallRequestMax), reason);
  }
  const classes = classCount(tunables) + BLOCK_KIND_BUFFER;
  if (classes <= TRACE_CLASS_COUNT) return undefined;
  const reason = `${classes} classes, ${spacing} bytes apart up to ${smallRequestMax}, are more than ${TRACE_CLASS_COUNT}`;
  return new TunableError("classesPerDoubling", formatValue(tunables.classesPerDoubling), reason);
}

/** log2 of the classes to a doubling: so many that all are equally far apart, where that is asked for, or fewer fit. */
export function classesLog2({ classesPerDoubling, spacing, smallRequestMax }: Tunables): number {
  const linear = Math.log2(smallRequestMax / spacing) - 1;
  return Math.min(Math.log2(classesPerDoubling), linear);
}

/** As RAW_CLASS_COUNT of assembly/layout.ts. */
function classCount(tunables: Tunables): number {
  const log2 = classesLog2(tunables);
  return (Math.log2(tunables.smallRequestMax / tunables.spacing) - log2 + 1) * 2 ** log2;
}

/** Whether classes of objects can be beside malloc's own; the allocator alone needs none. */
export function hasRoomForKinds(tunables: Tunables): boolean {
  const kindClasses = (tunables.smallRequestMax / tunables.spacing) * BLOCK_KIND_BUFFER;
  return classCount(tunables) + kindClasses <= TRACE_CLASS_COUNT;
}

function nameOf(chosen: Partial<Tunables>): string {
  const parts = (Object.keys(chosen) as TunableName[]).map(
    (name) => `${LIMITS[name].short}=${formatValue(chosen[name]!)}`,
  );
  return `pymalloc:${parts.join(",")}`;
}

export function formatValue(value: number): string {
  if (value === LINEAR) return "linear";
  return value >= 1024 && value % 1024 === 0 ? `${value / 1024}k` : String(value);
}

/** Whether two are compiled to the same. */
export function isSame(a: Tunables, b: Tunables): boolean {
  const { classesPerDoubling: _, ...others } = a;
  return (
    classesLog2(a) === classesLog2(b) &&
    (Object.keys(others) as TunableName[]).every((name) => a[name] === b[name])
  );
}
