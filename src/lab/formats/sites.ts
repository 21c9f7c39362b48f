// src/lab/formats/sites.ts: where a program allocated: call sites by number, and the calls that a site stands for.
// Not here: what was allocated there (totals.ts).

import { basename } from "node:path";

/** A place in the source; empty text and 0 where it is not known. */
export interface Frame {
  readonly functionName: string;
  readonly file: string;
  readonly line: number;
}

/** One address on a stack. */
export interface Call extends Frame {
  /** "0x…"; empty where it is not known. */
  readonly address: string;
  /** Library or program. */
  readonly module: string;
  /** What the function was inlined into, from the inside out. */
  readonly inlinedInto: readonly Frame[];
}

/** The sites of one recording, 1 .. count; 0 is none. */
export interface Sites {
  readonly count: number;
  /** The innermost call first; empty where nothing is known. */
  stackOf(site: number): readonly Call[];
  /** Sites that allocate at one place, by different ways to there, are equal; the order is the recorder's. */
  comparePlaces(a: number, b: number): number;
  /** Tells which sites' leaks the patterns of a leak checker leave out. */
  matching(patterns: readonly string[]): (site: number) => boolean;
}

const NAME_LENGTH_MAX = 56;

/** Of a caller as mtrace writes it: FOLDER/FILE:(SYMBOL+OFFSET)[ADDRESS]. */
const CALLER_FOLDER = /^.*\/(?=[^/]+:[([])/;

/** What a site is shown as, in one short line. */
export function describeSite(sites: Sites, site: number): string {
  const [call] = sites.stackOf(site);
  return call === undefined ? describeUnknown(site) : describeCall(call);
}

/** Function and line, or function and module. */
export function describeCall({ functionName, file, line, address, module }: Call): string {
  const name = shortenTemplates(functionName).replace(CALLER_FOLDER, "") || address;
  const shown = name.length > NAME_LENGTH_MAX ? `${name.slice(0, NAME_LENGTH_MAX)}…` : name;
  const place = file === "" ? basename(module) : `${basename(file)}:${line}`;
  return place === "" ? shown : `${shown}  ${place}`;
}

/** A C++ name without what is between its angle brackets, but for operators'. Source: heaptrack 1.4.0, prettyFunction. */
export function shortenTemplates(name: string): string {
  let short = "";
  let depth = 0;
  for (const letter of name) {
    if (letter === "<" || letter === ">") {
      const operator = short.endsWith(letter) ? `operator${letter}` : "operator";
      if (short.endsWith(operator)) {
        short += letter;
        continue;
      }
    }
    if (letter === "<") {
      depth += 1;
      if (depth === 1) short += letter;
    }
    if (letter === ">") depth -= 1;
    if (depth === 0) short += letter;
  }
  return short;
}

function describeUnknown(site: number): string {
  return site === 0 ? "unknown" : `site ${site}`;
}

const NOTHING_KNOWN = { functionName: "", file: "", line: 0, address: "", module: "", inlinedInto: [] };

/** Sites of which a line of text is known for each call. */
export class NamedSites implements Sites {
  /** Nothing is known of any. */
  static readonly NONE = new NamedSites([[]]);

  /** @param stacks - by site; the first is of site 0. */
  constructor(private readonly stacks: readonly (readonly string[])[]) {}

  get count(): number {
    return this.stacks.length - 1;
  }

  stackOf(site: number): readonly Call[] {
    return (this.stacks[site] ?? []).map((functionName) => ({ ...NOTHING_KNOWN, functionName }));
  }

  comparePlaces(a: number, b: number): number {
    return a - b;
  }

  matching(): (site: number) => boolean {
    return () => false;
  }
}
