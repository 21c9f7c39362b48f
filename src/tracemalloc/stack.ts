// src/tracemalloc/stack.ts: the frames that lead to the allocation at hand, as a traceback's number. As fast as engines have it: V8's call
// sites, which tell a frame by its position without spelling it out; elsewhere the stack's text.
// Not here: what is kept of frames (tracebacks.ts), which are left out (own-frames.ts).

import { isApart, isOwnFile } from "./own-frames.js";
import { parseStack } from "./stack-text.js";
import { NO_TRACEBACK, type Tracebacks } from "./tracebacks.js";

/** V8's, as far as it is used here. */
interface CallSite {
  getFileName(): string | null | undefined;
  getScriptNameOrSourceURL?(): string | null | undefined;
  getLineNumber(): number | null;
  getColumnNumber(): number | null;
  getFunctionName(): string | null;
  /** Characters from the script's beginning; not in any standard. */
  getPosition?(): number;
}

interface V8ErrorConstructor {
  captureStackTrace?(target: object, above?: unknown): void;
  stackTraceLimit?: number;
  prepareStackTrace?: unknown;
}

const V8Error = Error as unknown as V8ErrorConstructor;
/** Frames of the library's own that are looked at before the user's, at first. */
const OWN_FIRST = 3;
/** Captures after which it is tried whether fewer frames will do. */
const PATIENCE = 4096;
/** In somebody's bundle the library's frames are known only when they are shown: so many are kept besides, above the user's newest. */
const OWN_IN_BUNDLE = 8;
/** And so many between the user's: of collecting, and of calling a finalizer. */
const OWN_BETWEEN = 8;
/** Past this the stack has no more frames. */
const FRAMES_MAX = 1 << 16;

/** So many lines of text at least; V8's are ten by default. */
const TEXT_LINES = 128;

/** In place of a file's frames: they are not shown. */
const OWN: Map<number, number> = new Map();

/** Reads stacks for one tracer. */
export class StackReader {
  /** Most frames that a traceback has. */
  readonly #limit: number;
  readonly #tracebacks: Tracebacks;
  /** Frames asked for, so that those of the library's own are in between. */
  #wanted: number;
  #most = 0;
  #captures = 0;
  /** Frames' numbers by file; OWN for those of the library. */
  readonly #files = new Map<string, Map<number, number>>();
  readonly #byText = new Map<string, number>();
  /** Whether the engine can be told how to capture: not where Error is frozen. */
  readonly #isSettable = isWritable("stackTraceLimit") && isWritable("prepareStackTrace");

  constructor(tracebacks: Tracebacks, limit: number) {
    this.#tracebacks = tracebacks;
    this.#limit = isApart ? limit : limit + OWN_IN_BUNDLE + (limit > 1 ? OWN_BETWEEN : 0);
    this.#wanted = Math.min(this.#limit + OWN_FIRST, FRAMES_MAX);
  }

  /**
   * The traceback of the user's code that is running.
   *
   * @param above - a function that is being called: it and what it calls are left out.
   */
  read(above: unknown): number {
    // all in one function: every call between costs the engine a tenth of a microsecond, even if it is not asked for
    if (V8Error.captureStackTrace === undefined || !this.#isSettable) return this.#readText();
    const { stackTraceLimit, prepareStackTrace } = V8Error;
    const target: { stack?: unknown } = {};
    let sites: unknown;
    try {
      V8Error.stackTraceLimit = this.#wanted;
      V8Error.prepareStackTrace = keepSites;
      V8Error.captureStackTrace(target, above);
      sites = target.stack; // made by prepareStackTrace, at this moment
    } finally {
      V8Error.stackTraceLimit = stackTraceLimit!;
      V8Error.prepareStackTrace = prepareStackTrace;
    }
    if (!Array.isArray(sites)) return this.#readText(); // not V8's, which has no call sites
    const traceback = this.#intern(sites as CallSite[]);
    if (traceback !== undefined) return traceback;
    this.#wanted = Math.min(this.#wanted * 2, FRAMES_MAX);
    this.#captures = 0;
    this.#most = 0;
    return this.read(above);
  }

  /** Undefined if frames were cut off that are needed. */
  #intern(sites: readonly CallSite[]): number | undefined {
    const kept: number[] = [];
    let index = 0;
    for (; index < sites.length && kept.length < this.#limit; index += 1) {
      const site = sites[index]!;
      const filename = site.getFileName() ?? site.getScriptNameOrSourceURL?.(); // code that was evaluated may have a name
      if (!filename) continue;
      const ids = this.#files.get(filename) ?? this.#look(filename);
      if (ids === OWN) continue;
      const position =
        site.getPosition?.() ?? positionOf(site.getLineNumber() ?? 0, site.getColumnNumber() ?? 0);
      let id = ids.get(position);
      if (id === undefined) {
        id = this.#tracebacks.addFrame({
          functionName: site.getFunctionName() ?? "",
          filename,
          lineno: site.getLineNumber() ?? 0,
          column: site.getColumnNumber() ?? 0,
        });
        ids.set(position, id);
      }
      kept.push(id);
    }
    if (kept.length < this.#limit && sites.length === this.#wanted && this.#wanted < FRAMES_MAX)
      return undefined;
    this.#adapt(index);
    return this.#chain(kept);
  }

  /** Asks for no more frames than were needed lately: each costs. */
  #adapt(needed: number): void {
    if (needed > this.#most) this.#most = needed;
    this.#captures += 1;
    if (this.#captures < PATIENCE) return;
    this.#wanted = Math.max(this.#most, 1);
    this.#captures = 0;
    this.#most = 0;
  }

  #chain(newestFirst: readonly number[]): number {
    let traceback = NO_TRACEBACK;
    for (let index = newestFirst.length - 1; index >= 0; index -= 1) {
      traceback = this.#tracebacks.extend(traceback, newestFirst[index]!);
    }
    return traceback;
  }

  #look(filename: string): Map<number, number> {
    const ids = isOwnFile(filename) ? OWN : this.#tracebacks.idsOf(filename);
    this.#files.set(filename, ids);
    return ids;
  }

  #readText(): number {
    const text = this.#captureText();
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    const frames = parseStack(text)
      .filter(({ filename }) => !isOwnFile(filename))
      .slice(0, this.#limit)
      .map((frame) => {
        const ids = this.#tracebacks.idsOf(frame.filename);
        const position = positionOf(frame.lineno, frame.column);
        const id = ids.get(position) ?? this.#tracebacks.addFrame(frame);
        ids.set(position, id);
        return id;
      });
    const traceback = this.#chain(frames);
    this.#byText.set(text, traceback);
    return traceback;
  }

  #captureText(): string {
    if (!this.#isSettable) return String(new Error().stack);
    const { stackTraceLimit, prepareStackTrace } = V8Error;
    try {
      V8Error.stackTraceLimit = Math.min(this.#limit + TEXT_LINES, FRAMES_MAX);
      V8Error.prepareStackTrace = undefined;
      return String(new Error().stack);
    } finally {
      V8Error.stackTraceLimit = stackTraceLimit!;
      V8Error.prepareStackTrace = prepareStackTrace;
    }
  }
}

function isWritable(name: keyof V8ErrorConstructor): boolean {
  const property = Object.getOwnPropertyDescriptor(Error, name);
  if (property === undefined) return Object.isExtensible(Error);
  return property.writable ?? property.set !== undefined;
}

function positionOf(lineno: number, column: number): number {
  return lineno * 2 ** 20 + column;
}

function keepSites(_: unknown, sites: unknown): unknown {
  return sites;
}
