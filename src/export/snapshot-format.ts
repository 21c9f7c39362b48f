// src/export/snapshot-format.ts: the fields of V8's heap snapshots, and the codes in them.
// Not here: writing one (heap-snapshot.ts).
// Source: V8 src/profiler/heap-snapshot-generator.cc, HeapSnapshotJSONSerializer, and include/v8-profiler.h, HeapGraphNode and HeapGraphEdge, as of
// V8 11.3 (Node 20); versions since then differ in fields that readers look up by name.

const NODE_TYPES = [
  "hidden",
  "array",
  "string",
  "object",
  "code",
  "closure",
  "regexp",
  "number",
  "native",
  "synthetic",
  "concatenated string",
  "sliced string",
  "symbol",
  "bigint",
  "object shape",
] as const;

const EDGE_TYPES = ["context", "element", "property", "internal", "hidden", "shortcut", "weak"] as const;

export const NODE_STRING = NODE_TYPES.indexOf("string");
export const NODE_OBJECT = NODE_TYPES.indexOf("object");
export const NODE_NUMBER = NODE_TYPES.indexOf("number");
export const NODE_SYNTHETIC = NODE_TYPES.indexOf("synthetic");

/** Its name is a number. */
export const EDGE_ELEMENT = EDGE_TYPES.indexOf("element");
export const EDGE_PROPERTY = EDGE_TYPES.indexOf("property");
export const EDGE_INTERNAL = EDGE_TYPES.indexOf("internal");
export const EDGE_WEAK = EDGE_TYPES.indexOf("weak");

export const SNAPSHOT_META = {
  node_fields: ["type", "name", "id", "self_size", "edge_count", "trace_node_id", "detachedness"],
  node_types: [NODE_TYPES, "string", "number", "number", "number", "number", "number"],
  edge_fields: ["type", "name_or_index", "to_node"],
  edge_types: [EDGE_TYPES, "string_or_number", "node"],
  trace_function_info_fields: ["function_id", "name", "script_name", "script_id", "line", "column"],
  trace_node_fields: ["id", "function_info_index", "count", "size", "children"],
  sample_fields: ["timestamp_us", "last_assigned_id"],
  location_fields: ["object_index", "script_id", "line", "column"],
} as const;

/** Numbers that a node takes; edges refer to a node by the first of its. */
export const NODE_FIELD_COUNT: number = SNAPSHOT_META.node_fields.length;

/** The strings of a snapshot, each once. */
export class SnapshotStrings {
  readonly texts: string[] = [];
  readonly #numbers = new Map<string, number>();

  constructor() {
    for (const text of ["<dummy>", ""]) this.numberOf(text); // as V8 has it: no name is 0
  }

  numberOf(text: string): number {
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.texts.push(text) - 1;
      this.#numbers.set(text, number);
    }
    return number;
  }
}
