// src/export/pprof.ts: an allocation profile as pprof's profile.proto, as Go's heap profiles are: for `go tool pprof`, Speedscope, Pyroscope and more.
// Not here: the protobuf encoding (pprof-format).
// Source: https://github.com/google/pprof, proto/profile.proto; Go src/runtime/pprof/protomem.go, the names of the sample types.

import {
  Label,
  Line,
  Location,
  Mapping,
  Function as PprofFunction,
  Profile,
  Sample,
  StringTable,
  ValueType,
} from "pprof-format";
import type { AllocationProfile } from "../tracemalloc/allocation-profile.js";
import { FrameTable, shownName } from "./frame-table.js";

/** The one mapping: without, viewers look for symbols. */
const MAPPING_ID = 1;
const MS_TO_NS = 1_000_000n;

/**
 * The profile as an uncompressed pprof profile (profile.proto, which has no version): sample types inuse_objects/count and inuse_space/bytes, the latter
 * the default, a label "domain", the period in bytes (1: every block). Amounts are rounded to whole numbers, sample by sample.
 *
 * @throws {InvalidArgumentError} if `profile` is none.
 */
export function toPprof(profile: AllocationProfile): Uint8Array<ArrayBuffer> {
  const table = new FrameTable();
  const strings = new StringTable();
  const type = (name: string, unit: string): ValueType =>
    new ValueType({ type: strings.dedup(name), unit: strings.dedup(unit) });
  const sampleType = [type("inuse_objects", "count"), type("inuse_space", "bytes")];
  const labels = new Map<string, Label[]>();
  const labelsOf = (domain: string): Label[] => {
    let label = labels.get(domain);
    if (label === undefined) {
      label = [new Label({ key: strings.dedup("domain"), str: strings.dedup(domain) })];
      labels.set(domain, label);
    }
    return label;
  };
  const sample = Array.from(
    table.samplesOf(profile),
    ({ sample: { count, bytes, domain }, stack }) =>
      new Sample({
        locationId: stack.map((number) => number + 1).reverse(), // the allocating line first, in this format
        value: [Math.round(count), Math.round(bytes)],
        label: labelsOf(domain),
      }),
  );
  const functions = new Map<string, PprofFunction>();
  const location = table.frames.map((frame, number) => {
    const name = strings.dedup(shownName(frame));
    const filename = strings.dedup(frame.filename);
    const key = `${name} ${filename}`;
    let called = functions.get(key);
    if (called === undefined) {
      called = new PprofFunction({ id: functions.size + 1, name, systemName: name, filename });
      functions.set(key, called);
    }
    const line = new Line({ functionId: called.id, line: frame.lineno, column: frame.column });
    return new Location({ id: number + 1, mappingId: MAPPING_ID, line: [line] });
  });
  const encoded = new Profile({
    sampleType,
    sample,
    mapping: [
      new Mapping({
        id: MAPPING_ID,
        filename: strings.dedup("pymalloc"),
        hasFunctions: true,
        hasFilenames: true,
        hasLineNumbers: true,
      }),
    ],
    location,
    function: [...functions.values()],
    periodType: type("space", "bytes"),
    period: Math.max(Math.round(profile.sampleBytes ?? 1), 1),
    timeNanos: BigInt(Math.round(profile.takenAt)) * MS_TO_NS,
    defaultSampleType: strings.dedup("inuse_space"),
    stringTable: strings,
  }).encode();
  return new Uint8Array(encoded);
}

/**
 * As toPprof, compressed by gzip: what belongs into a file named .pb.gz.
 *
 * @throws {InvalidArgumentError} (rejects) as toPprof.
 */
export async function toGzippedPprof(profile: AllocationProfile): Promise<Uint8Array<ArrayBuffer>> {
  const zipped = new Blob([toPprof(profile)]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(zipped).arrayBuffer());
}
