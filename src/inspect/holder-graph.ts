// src/inspect/holder-graph.ts: an object, and who keeps it alive, as a small graph. Not here: finding it (holders.ts).

import type { Address } from "../views.js";
import { holdersToSvg } from "./holder-svg.js";
import { holdersToDot, holdersToText } from "./holder-text.js";

export interface HolderNode {
  readonly address: Address;
  readonly type: string;
  /** Of a str or number: the beginning. */
  readonly preview: string | undefined;
  /** Bytes, with its out-of-line parts. */
  readonly size: number;
  /** Undefined: immortal. */
  readonly refcount: number | undefined;
  /** References that no object holds: handles, frames, namespaces, the pointer tier. */
  readonly outside: number;
  /** Holders that are not shown. */
  readonly hidden: number;
  /** Steps from the object that was asked for. */
  readonly level: number;
}

/** A reference. */
export interface HolderEdge {
  readonly holder: Address;
  readonly target: Address;
  /** As the source would have it: ".next", "[3]", '["key"]'. */
  readonly name: string;
}

export class HolderGraph {
  /** @internal */
  constructor(
    /** The object that was asked for first, then by level. */
    readonly nodes: readonly HolderNode[],
    readonly edges: readonly HolderEdge[],
  ) {}

  /** A tree of text. */
  toString(): string {
    return holdersToText(this);
  }

  /** A self-contained picture. */
  toSvg(): string {
    return holdersToSvg(this);
  }

  /** For Graphviz: `dot -Tsvg`. */
  toDot(): string {
    return holdersToDot(this);
  }
}
