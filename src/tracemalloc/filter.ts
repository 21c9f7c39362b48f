// src/tracemalloc/filter.ts: which traces of a snapshot are wanted: by file and line, or by who allocated.
// Source: CPython Lib/tracemalloc.py, Filter and DomainFilter; Lib/fnmatch.py for patterns.

import { InvalidArgumentError } from "../errors.js";
import type { Traceback } from "./traceback.js";
import type { Domain } from "./tracer.js";

export interface FilterOptions {
  readonly lineno?: number;
  /** Look at all frames, not at the newest only. */
  readonly allFrames?: boolean;
  readonly domain?: Domain;
}

/** A trace, as filters see it. */
export interface FilteredTrace {
  readonly traceback: Traceback;
  readonly domain: Domain;
}

/** Keeps, or leaves out, what was allocated in files of a name. */
export class Filter {
  readonly inclusive: boolean;
  /** A shell's pattern: `*` anything, `?` one character, `[ab]` one of those, `[!ab]` none of them. */
  readonly filenamePattern: string;
  readonly lineno: number | undefined;
  readonly allFrames: boolean;
  readonly domain: Domain | undefined;
  readonly #pattern: RegExp;

  constructor(inclusive: boolean, filenamePattern: string, options: FilterOptions = {}) {
    if (typeof inclusive !== "boolean")
      throw new InvalidArgumentError("inclusive", inclusive, "true or false");
    if (typeof filenamePattern !== "string") {
      throw new InvalidArgumentError("filenamePattern", filenamePattern, "a string");
    }
    const { lineno, allFrames = false, domain } = options;
    if (lineno !== undefined && !(Number.isInteger(lineno) && lineno >= 0)) {
      throw new InvalidArgumentError("lineno", lineno, "a line's number");
    }
    if (domain !== undefined) checkDomain(domain);
    this.inclusive = inclusive;
    this.filenamePattern = filenamePattern;
    this.lineno = lineno;
    this.allFrames = allFrames;
    this.domain = domain;
    this.#pattern = patternOf(filenamePattern);
  }

  /** @internal Whether the trace is kept. */
  matches({ traceback, domain }: FilteredTrace): boolean {
    const frames = this.allFrames ? traceback.frames : [traceback.at(-1)!];
    const isThere = frames.some(
      ({ filename, lineno }) =>
        this.#pattern.test(filename) && (this.lineno === undefined || this.lineno === lineno),
    );
    const isKept = isThere === this.inclusive;
    if (this.domain === undefined) return isKept;
    return this.inclusive ? isKept && domain === this.domain : isKept || domain !== this.domain;
  }
}

/** Keeps, or leaves out, what was allocated in a domain. */
export class DomainFilter {
  constructor(
    readonly inclusive: boolean,
    readonly domain: Domain,
  ) {
    if (typeof inclusive !== "boolean")
      throw new InvalidArgumentError("inclusive", inclusive, "true or false");
    checkDomain(domain);
  }

  /** @internal */
  matches(trace: FilteredTrace): boolean {
    return (trace.domain === this.domain) === this.inclusive;
  }
}

/** Whether a trace passes: one that keeps it at least, if there are such, and none that leaves it out. */
export function passes(trace: FilteredTrace, filters: readonly (Filter | DomainFilter)[]): boolean {
  const including = filters.filter(({ inclusive }) => inclusive);
  if (including.length > 0 && !including.some((filter) => filter.matches(trace))) return false;
  return filters.every((filter) => filter.inclusive || filter.matches(trace));
}

function checkDomain(domain: unknown): void {
  if (domain === "raw" || domain === "objects" || domain === "user") return;
  throw new InvalidArgumentError("domain", domain, '"raw", "objects" or "user"');
}

function patternOf(pattern: string): RegExp {
  const characters = Array.from(pattern);
  let source = "";
  for (let index = 0; index < characters.length; index += 1) {
    const character = characters[index]!;
    if (character === "*") source += ".*";
    else if (character === "?") source += ".";
    else if (character === "[") {
      const isNegated = characters[index + 1] === "!";
      const start = index + (isNegated ? 2 : 1);
      const end = characters.indexOf("]", start + 1); // one that comes first does not close
      if (end < 0) source += "\\[";
      else {
        source += setOf(characters.slice(start, end), isNegated);
        index = end;
      }
    } else source += literal(character);
  }
  return new RegExp(`^${source}$`, "su");
}

/** Any of the characters, of which those around a hyphen are a range; a range such as z-a has none. */
function setOf(characters: readonly string[], isNegated: boolean): string {
  let members = "";
  for (let index = 0; index < characters.length; index += 1) {
    const first = characters[index]!;
    const last = characters[index + 1] === "-" ? characters[index + 2] : undefined;
    if (last === undefined) members += literal(first);
    else {
      if (first.codePointAt(0)! <= last.codePointAt(0)!) members += `${literal(first)}-${literal(last)}`;
      index += 2;
    }
  }
  if (members === "") return isNegated ? "." : "(?!)";
  return `[${isNegated ? "^" : ""}${members}]`;
}

/** The character itself, anywhere in a regular expression. */
function literal(character: string): string {
  return `\\u{${character.codePointAt(0)!.toString(16)}}`;
}
