// src/lab/formats/report.ts: what a recording adds up to, as tables with bars for people, and as JSON for programs.
// Not here: where either is written (src/cli/lab-info.ts).

import pc from "picocolors";
import { bar, formatBytes, newTable } from "../figures.js";
import { type HotSpot, type HotSpots, hotSpotsOf, MEASURES, type Measure } from "./hot-spots.js";
import { FORMAT_NAMES, type IgnoredCounts, type Recording, type UnfreedBlock } from "./recording.js";
import { describeCall, describeSite } from "./sites.js";
import { type Costs, type Totals, totalsOf } from "./totals.js";

/** Stacks shown below a place. */
const STACKS_SHOWN = 3;
/** Blocks listed in JSON: of a million, nobody reads each, and text has its limits. */
const UNFREED_MAX = 100_000;

const SECTION_TITLES: Readonly<Record<Measure, string>> = {
  calls: "most calls",
  peakBytes: "largest at the peak",
  leakedBytes: "largest leaks",
  temporary: "most temporary allocations",
};

const IGNORED_TEXTS: Readonly<Record<keyof IgnoredCounts, string>> = {
  foreignFrees: "frees of blocks never seen",
  foreignReallocs: "reallocs of blocks never seen",
  failedAllocations: "failed allocations",
  failedReallocs: "failed reallocs",
  lostFrees: "frees that were not recorded",
};

/** A recording with its sums, as reports want them. */
export class RecordingReport {
  readonly #totals: Totals;
  readonly #spots: HotSpots;
  readonly #unfreed: readonly UnfreedBlock[];

  /** @param top - places a section. */
  constructor(
    private readonly recording: Recording,
    private readonly top: number,
  ) {
    this.#totals = totalsOf(recording);
    this.#spots = hotSpotsOf(recording, this.#totals, top);
    this.#unfreed = recording.findUnfreed();
  }

  /** One table of totals, one of sizes, one a measure, and one of what was not freed. */
  toText(hasColors: boolean): string {
    const colors = pc.createColors(hasColors);
    const { trace, command } = this.recording;
    const title = `${colors.bold(trace.name)}: ${this.#formatText()}${command === undefined ? "" : `, of ${command}`}`;
    const blocks = [`${title}\n${this.#totalsTable()}`, this.#sizesTable(colors.bold("sizes asked for"))];
    for (const measure of MEASURES) {
      if (this.#spots[measure].length === 0) continue;
      blocks.push(`${colors.bold(SECTION_TITLES[measure])}\n${this.#placesTable(measure)}`);
    }
    // without addresses it would say no more than the leaks
    if (this.#unfreed[0]?.address !== undefined) blocks.push(this.#unfreedTable(colors.bold("not freed")));
    return blocks.filter((block) => block !== "").join("\n\n");
  }

  toJson(): Record<string, unknown> {
    const { recording } = this;
    const { trace, sites } = recording;
    const { bySite: _, sizes, ...totals } = this.#totals;
    const spotJson = ({ site, stacks, ...costs }: HotSpot): Record<string, unknown> => ({
      place: sites.stackOf(site)[0] ?? null,
      ...costs,
      stacks: stacks.map(({ site: stackSite, ...stackCosts }) => ({
        site: stackSite,
        ...stackCosts,
        stack: sites.stackOf(stackSite),
      })),
    });
    return {
      name: trace.name,
      file: trace.file,
      format: FORMAT_NAMES[recording.format],
      formatVersion: recording.formatVersion ?? null,
      command: recording.command ?? null,
      pointerBytes: recording.pointerBytes ?? null,
      events: trace.events,
      siteCount: sites.count || trace.siteCount,
      truncated: trace.truncated,
      elapsedMs: recording.elapsedMs ?? null,
      peakRssBytes: recording.peakRssBytes ?? null,
      ...totals,
      temporary: totals.temporary ?? null,
      ignored: recording.ignored,
      sizes: sizes.toClasses(),
      top: Object.fromEntries(MEASURES.map((measure) => [measure, this.#spots[measure].map(spotJson)])),
      unfreed: this.#unfreed.slice(0, UNFREED_MAX).map(({ address, sizeBytes, site }) => ({
        address: address === undefined ? null : hex(address),
        sizeBytes,
        caller: sites.stackOf(site)[0] ?? null,
      })),
    };
  }

  #formatText(): string {
    const { format, formatVersion } = this.recording;
    return formatVersion === undefined ? FORMAT_NAMES[format] : `${FORMAT_NAMES[format]} ${formatVersion}`;
  }

  #totalsTable(): string {
    const totals = this.#totals;
    const { recording } = this;
    const { trace, ignored } = recording;
    const table = newTable(["", "count", "bytes"]);
    const add = (what: string, count: number | undefined, bytes?: number): void => {
      table.push([
        what,
        count === undefined ? "" : number(count),
        bytes === undefined ? "" : exactBytes(bytes),
      ]);
    };
    add("allocations", totals.allocations, totals.allocatedBytes);
    if (totals.reallocs > 0) add("of them realloc", totals.reallocs);
    add("frees", totals.frees);
    if (totals.temporary !== undefined) add("temporary allocations", totals.temporary);
    if (recording.format.startsWith("heaptrack"))
      add("temporary, as heaptrack counts", totals.heaptrackTemporary);
    add("peak of live blocks, of live bytes", totals.peakLiveBlocks, totals.peakLiveBytes);
    add("live at the end", totals.leakedBlocks, totals.leakedBytes);
    if (totals.suppressedBytes > 0) {
      add("of them kept by system libraries", undefined, totals.suppressedBytes);
      add("leaked without those", undefined, totals.leakedBytes - totals.suppressedBytes);
    }
    if (recording.peakRssBytes !== undefined) add("peak resident set", undefined, recording.peakRssBytes);
    for (const name of Object.keys(ignored) as (keyof IgnoredCounts)[]) {
      if (ignored[name] > 0) add(IGNORED_TEXTS[name], ignored[name]);
    }
    const notes = [
      ...(recording.elapsedMs === undefined ? [] : [`recorded for ${number(recording.elapsedMs)} ms`]),
      ...(trace.truncated ? ["cut off before the program ended: what is behind is unknown"] : []),
    ];
    return [table.toString(), ...notes].join("\n");
  }

  #sizesTable(title: string): string {
    const classes = this.#totals.sizes.toClasses();
    if (classes.length === 0) return "";
    const most = Math.max(...classes.map(({ calls }) => calls));
    const table = newTable(["bytes", "calls", "", "bytes together"]);
    for (const { minBytes, maxBytes, calls, bytes } of classes) {
      const range = minBytes === maxBytes ? number(minBytes) : `${number(minBytes)}–${number(maxBytes)}`;
      table.push([range, number(calls), bar(calls / most), formatBytes(bytes)]);
    }
    return `${title}\n${table}`;
  }

  #placesTable(measure: Measure): string {
    const { sites } = this.recording;
    const spots = this.#spots[measure];
    const most = spots[0]![measure];
    const table = newTable(["place", "calls", "at peak", "leaked", "temporary", ""]);
    const addRow = (place: string, costs: Readonly<Costs>): void => {
      table.push([
        place,
        number(costs.calls),
        formatBytes(costs.peakBytes),
        formatBytes(costs.leakedBytes),
        number(costs.temporary),
        bar(costs[measure] / most),
      ]);
    };
    for (const spot of spots) {
      addRow(describeSite(sites, spot.site), spot);
      if (spot.stackCount === 1) continue;
      for (const stack of spot.stacks.slice(0, STACKS_SHOWN)) {
        const caller = sites.stackOf(stack.site)[1];
        addRow(`  from ${caller === undefined ? "unknown" : describeCall(caller)}`, stack);
      }
      const rest = spot.stackCount - Math.min(spot.stacks.length, STACKS_SHOWN);
      if (rest > 0) table.push([`  and ${number(rest)} other ways`, "", "", "", "", ""]);
    }
    return table.toString();
  }

  /** As mtrace(1) lists them. */
  #unfreedTable(title: string): string {
    const { sites } = this.recording;
    const unfreed = this.#unfreed;
    const table = newTable(["address", "size", ""]);
    for (const { address, sizeBytes, site } of unfreed.slice(0, this.top)) {
      table.push([hex(address!), `0x${sizeBytes.toString(16)}`, describeSite(sites, site)]);
    }
    const rest = unfreed.length - this.top;
    const more = rest > 0 ? `\nand ${number(rest)} more: --top ${unfreed.length} lists all` : "";
    return `${title}\n${table}${more}`;
  }
}

function number(value: number): string {
  return value.toLocaleString("en");
}

function exactBytes(bytes: number): string {
  return bytes < 1024 ? `${bytes} B` : `${number(bytes)} B (${formatBytes(bytes)})`;
}

function hex(address: bigint): string {
  return `0x${address.toString(16).padStart(16, "0")}`;
}
