// src/lab/formats/hot-spots.ts: the places that allocate most, with the stacks that lead to each.
// Source: heaptrack 1.4.0, src/analyze/print/heaptrack_print.cpp: what is merged, and in which order.

import type { Recording } from "./recording.js";
import { sortUnstably } from "./std-sort.js";
import { type Costs, noCosts, type Totals } from "./totals.js";

/** What the sections are ordered by, in the order of heaptrack_print's. */
export const MEASURES = ["calls", "peakBytes", "leakedBytes", "temporary"] as const;
export type Measure = (typeof MEASURES)[number];

/** One way to a place. */
export interface StackCosts extends Readonly<Costs> {
  readonly site: number;
}

/** One place: all sites whose innermost call is the same function, file and line. */
export interface HotSpot extends Readonly<Costs> {
  /** Whose innermost call stands for the place. */
  readonly site: number;
  /** The largest, at most `stackLimit`. */
  readonly stacks: readonly StackCosts[];
  /** How many ways there are. */
  readonly stackCount: number;
}

/** Places with anything of that measure, the largest first, at most `limit`. */
export type HotSpots = Readonly<Record<Measure, readonly HotSpot[]>>;

interface Place extends Costs {
  readonly site: number;
  readonly stacks: StackCosts[];
}

/**
 * Finds the largest places by each measure.
 *
 * @param limit - places a measure.
 * @param stackLimit - stacks a place.
 */
export function hotSpotsOf(
  { format, sites }: Recording,
  { bySite }: Totals,
  limit = 10,
  stackLimit = 5,
): HotSpots {
  const order = bySite.map((_, site) => site).slice(1);
  const places: Place[] = [];
  // stable, so that a place's sites stay in their order
  for (const site of order.sort(sites.comparePlaces.bind(sites))) {
    const known = places.at(-1);
    if (known === undefined || sites.comparePlaces(known.site, site) !== 0) {
      places.push({ site, stacks: [], ...noCosts() });
    }
    const place = places.at(-1)!;
    const costs = bySite[site]!;
    place.stacks.push({ site, ...costs });
    for (const name of Object.keys(costs) as (keyof Costs)[]) place[name] += costs[name];
  }
  if (bySite[0]!.calls > 0) places.unshift({ ...bySite[0]!, site: 0, stacks: [{ site: 0, ...bySite[0]! }] });
  // heaptrack_print sorts each section's order on, so equals stand as its sort leaves them
  const isLikeHeaptrack = format === "heaptrack";
  const sort = <T extends Costs | StackCosts>(items: T[], measure: Measure): void => {
    if (isLikeHeaptrack) sortUnstably(items, (a, b) => Math.abs(a[measure]) > Math.abs(b[measure]));
    else items.sort((a, b) => b[measure] - a[measure]);
  };
  const sections = MEASURES.map((measure) => {
    sort(places, measure);
    const largest = places.slice(0, limit).filter((place) => place[measure] !== 0);
    return [
      measure,
      largest.map((place): HotSpot => {
        sort(place.stacks, measure);
        const stacks = place.stacks.slice(0, stackLimit).filter((stack) => stack[measure] !== 0);
        return { ...place, stacks, stackCount: place.stacks.length };
      }),
    ] as const;
  });
  return Object.fromEntries(sections) as Record<Measure, HotSpot[]>;
}
