import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeTrace, readTrace } from "../../../src/lab/atr1.js";
import { encodeTrace } from "../../../src/lab/atr1-writer.js";
import { type TraceEvent, writeAtr1 } from "../../support/atr1-writer.js";

const VERIFY = fileURLToPath(new URL("../../../../shared/traces/verify.py", import.meta.url));
const EXAMPLE = "examples/sqlite.atr.gz";
const hasChecker = existsSync(VERIFY) && spawnSync("python3", ["--version"]).status === 0;

/** Legal events: each number chooses what is done next. */
function eventsOf(choices: readonly number[]): TraceEvent[] {
  const live: number[] = [];
  const free: number[] = [];
  let slots = 0;
  return choices.map((choice): TraceEvent => {
    const size = choice % 5000;
    const site = choice % 7;
    if (choice % 3 === 0 && live.length > 0) {
      const slot = live.splice(choice % live.length, 1)[0]!;
      free.push(slot);
      return { op: choice % 2 === 0 ? "free" : "reallocZero", slot };
    }
    if (choice % 3 === 1 && live.length > 0)
      return { op: "realloc", slot: live[choice % live.length]!, size, site };
    const slot = free.pop() ?? slots++;
    live.push(slot);
    const op = (["malloc", "calloc", "reallocNull", "memalign"] as const)[choice % 4]!;
    return { op, slot, size, site, ...(op === "memalign" && { alignmentLog2: 1 + (choice % 31) }) };
  });
}

const anyEvents = fc.array(fc.nat(1 << 20), { maxLength: 200 }).map(eventsOf);

test("writes what an independent writer writes", () => {
  fc.assert(
    fc.property(anyEvents, (events) => {
      const expected = decodeTrace(writeAtr1(events), "small.atr");
      const written = decodeTrace(encodeTrace(expected), "small.atr");
      expect(written).toEqual({ ...expected, meta: { ...expected.meta, truncated: false } });
    }),
  );
});

test("keeps a real trace as it is, with all that its metadata says", async () => {
  const trace = await readTrace(EXAMPLE);
  const again = decodeTrace(encodeTrace(trace), EXAMPLE);
  expect(Buffer.from(again.words.buffer).equals(Buffer.from(trace.words.buffer))).toBe(true);
  expect({ ...again, words: undefined }).toEqual({ ...trace, words: undefined });
});

test("keeps the mark of a trace cut short", () => {
  const trace = { ...decodeTrace(writeAtr1([]), "cut.atr"), truncated: true };
  expect(decodeTrace(encodeTrace(trace), "cut.atr").truncated).toBe(true);
});

test("refuses events that are not legal", () => {
  const trace = decodeTrace(writeAtr1([{ op: "malloc", slot: 0, size: 1 }]), "small.atr");
  const words = Uint32Array.of(...trace.words, ...trace.words);
  expect(() => encodeTrace({ ...trace, words })).toThrow(/event 1: malloc into slot 0, which is live/);
});

test.skipIf(!hasChecker)("writes what the corpus's own checker finds right", async () => {
  const folder = await mkdtemp(join(tmpdir(), "atr1-writer-"));
  const files = await Promise.all(
    fc.sample(anyEvents, { numRuns: 5, seed: 1 }).map(async (events, index) => {
      const file = join(folder, `${index}.atr.gz`);
      await writeFile(file, gzipSync(encodeTrace(decodeTrace(writeAtr1(events), file))));
      return file;
    }),
  );
  const { status, stdout, stderr } = spawnSync("python3", [VERIFY, ...files], { encoding: "utf8" });
  await rm(folder, { recursive: true });
  expect({ status, stderr }, stdout).toEqual({ status: 0, stderr: "" });
});
