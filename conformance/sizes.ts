// conformance/sizes.ts: the command that prints what values take here and in CPython for 32-bit Wasm, by sys.getsizeof on both sides.
// Not here: the values (size-values.ts).

import Table from "cli-table3";
import { Command } from "commander";
import pc from "picocolors";
import { EXIT_FAILED, EXIT_OK } from "../src/cli/exit.js";
import { createHeapSync } from "../src/index.js";
import { readModule, runCommand, writeJson } from "./command.js";
import { CPython } from "./cpython.js";
import { PYTHON_PREAMBLE, SIZE_GROUPS } from "./size-values.js";

const REASON_WIDTH = 48;
const CAVEAT =
  "Bytes, of the value alone, not of what it holds. Ours are those of whole blocks; CPython's are what it asks its\n" +
  "allocator for, which rounds up to 8 too.";

interface SizesOptions {
  readonly json?: string;
  readonly markdown?: true;
  readonly wasm?: string;
}

interface SizeRow {
  readonly value: string;
  readonly oursBytes: number;
  readonly cpythonBytes: number;
}

interface SizeSection {
  readonly reason: string;
  readonly rows: readonly SizeRow[];
}

async function runSizes(options: SizesOptions): Promise<number> {
  const module = await readModule(options.wasm);
  const cpython = await CPython.load();
  const sections = measure(module, cpython);
  const rows = sections.flatMap((section) => section.rows);
  const larger = rows.filter((row) => row.oursBytes > row.cpythonBytes);

  console.log(options.markdown ? toMarkdown(sections, cpython.version) : toText(sections, cpython.version));
  console.log(`\n${CAVEAT}`);
  for (const { value, oursBytes, cpythonBytes } of larger) {
    console.error(`sizes: ${value} takes ${oursBytes} bytes here, ${cpythonBytes} in CPython`);
  }
  if (options.json !== undefined) await writeJson(options.json, { cpython: cpython.version, sections });
  return larger.length > 0 ? EXIT_FAILED : EXIT_OK;
}

function measure(module: WebAssembly.Module, cpython: CPython): SizeSection[] {
  const heap = createHeapSync(module);
  const lists = SIZE_GROUPS.flatMap(({ values }) =>
    values.map(({ python, besides }) => `[${besides === undefined ? python : `${python}, ${besides}`}]`),
  );
  // one list at a time lives, and an empty one is no list that grew
  const sizes = lists.map((list) => `sum(sys.getsizeof(value) for value in ${list})`).join(",\n");
  const theirs = JSON.parse(
    cpython.evaluate(`${PYTHON_PREAMBLE}\nimport json\njson.dumps([${sizes}])`) as string,
  ) as number[];
  let next = 0;
  return SIZE_GROUPS.map(({ reason, values }) => ({
    reason,
    rows: values.map((value) => ({
      value: value.name ?? value.python,
      oursBytes: heap.frame(() => heap.sys.getsizeof(value.make(heap))),
      cpythonBytes: theirs[next++]!,
    })),
  }));
}

function toText(sections: readonly SizeSection[], version: string): string {
  const colors = pc.createColors(process.stdout.isTTY === true && process.env.NO_COLOR === undefined);
  const table = new Table({
    head: ["value", "ours", `CPython ${version}`, "why"],
    colAligns: ["left", "right", "right", "left"],
    style: { head: [], border: [], compact: true },
  });
  for (const { reason, rows } of sections) {
    const lines = wrap(reason, rows.length);
    for (const [index, { value, oursBytes, cpythonBytes }] of rows.entries()) {
      const ours = oursBytes > cpythonBytes ? colors.red(oursBytes) : String(oursBytes);
      table.push([value, ours, String(cpythonBytes), colors.dim(lines[index] ?? "")]);
    }
  }
  return table.toString();
}

/** A text in so many lines at most; the last may be long. */
function wrap(text: string, lineCount: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1)!;
    const isFull = line.length + word.length >= REASON_WIDTH && lines.length < lineCount;
    if (isFull) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines;
}

function toMarkdown(sections: readonly SizeSection[], version: string): string {
  const cells = (row: readonly (string | number)[]): string => `| ${row.join(" | ")} |`;
  return [
    cells(["value", "ours", `CPython ${version}`, "why"]),
    cells(["---", "--:", "--:", "---"]),
    ...sections.flatMap(({ reason, rows }) =>
      rows.map(({ value, oursBytes, cpythonBytes }, index) =>
        cells([`\`${value}\``, oursBytes, cpythonBytes, index === 0 ? reason : ""]),
      ),
    ),
  ].join("\n");
}

await runCommand(
  new Command("sizes")
    .description("print what values take here and in CPython for 32-bit Wasm")
    .option("--markdown", "as a Markdown table")
    .option("--json <file>", "write the sizes as JSON too")
    .option("--wasm <path>", "another build of the library's module with objects")
    .action(async (options: SizesOptions) => {
      process.exitCode = await runSizes(options);
    }),
);
