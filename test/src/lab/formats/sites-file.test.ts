import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readRecording } from "../../../../src/lab/formats/read-recording.js";
import { describeSite, shortenTemplates } from "../../../../src/lab/formats/sites.js";
import { encodeSites, sitesFileOf } from "../../../../src/lab/formats/sites-file.js";
import { TraceFormatError } from "../../../../src/lab/trace-format-error.js";
import { writeAtr1 } from "../../../support/atr1-writer.js";
import { lines, recordingOf } from "../../../support/recordings.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sites-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function traceWithSites(name: string, sites: string): Promise<string> {
  const file = join(folder, `${name}.atr`);
  await writeFile(file, writeAtr1([{ op: "malloc", slot: 0, size: 8, site: 2 }]));
  await writeFile(join(folder, `${name}.sites.tsv.gz`), gzipSync(sites));
  return file;
}

test("lies beside the trace", () => {
  expect(["a/b.atr.gz", "a/b.atr", "b.1.atr.zst"].map(sitesFileOf)).toEqual([
    "a/b.sites.tsv.gz",
    "a/b.sites.tsv.gz",
    "b.1.sites.tsv.gz",
  ]);
});

test("names the sites of a trace; those it doesn't tell have numbers", async () => {
  const { sites } = await readRecording(
    await traceWithSites("named", lines("2\tinner+0x1\touter", "7\tunused")),
  );
  expect(sites.stackOf(2).map((it) => it.functionName)).toEqual(["inner+0x1", "outer"]);
  expect([0, 1, 2].map((site) => describeSite(sites, site))).toEqual(["unknown", "site 1", "inner+0x1"]);
});

test("that is of another form is refused", async () => {
  const file = await traceWithSites("wrong", lines("1\tfine", "one\twrong"));
  const fault: unknown = await readRecording(file).catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(TraceFormatError);
  expect(fault).toMatchObject({ line: 2, offset: 7 });
});

test("is written from any recording", async () => {
  const recording = await recordingOf(
    lines(
      "v 10400 3",
      "s 3 app",
      "s 4 f(x)",
      "s 3 a.c",
      "i 1 1 2 3 a",
      "i 20 1",
      "t 2 0",
      "t 1 1",
      "a 8 2",
      "+ 0",
    ),
  );
  expect(gunzipSync(await encodeSites(recording.sites)).toString()).toBe("1\tf(x) (a.c:10)\t0x20\n");
});

test("a caller of mtrace is shown without its folder", async () => {
  const { sites } = await recordingOf(lines("@ /usr/lib/a b/libc.so.6:(__strdup+1a)[0x9] + 0x10 0x8"));
  expect(describeSite(sites, 1)).toBe("libc.so.6:(__strdup+1a)[0x9]");
});

test("a C++ name loses what is between its angle brackets, but not its operators", () => {
  expect(
    [
      "std::vector<std::pair<int, int>, A<B> >::push_back(int&&)",
      "std::ostream& operator<< <char>(std::ostream&)",
      "bool operator<(A<B>, C)",
      "main",
    ].map(shortenTemplates),
  ).toEqual([
    "std::vector<>::push_back(int&&)",
    "std::ostream& operator<< <>(std::ostream&)",
    "bool operator<(A<>, C)",
    "main",
  ]);
});
