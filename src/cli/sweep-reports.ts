// src/cli/sweep-reports.ts: what commands of the lab write of a result: tables, Markdown, JSON, a page; and the options for it.

import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { toHtml } from "../lab/page/html.js";
import { toMarkdown } from "../lab/sweep/markdown.js";
import type { SweepResult } from "../lab/sweep/result.js";
import { toText } from "../lab/sweep/text.js";
import { hasColors } from "./colors.js";
import { LAB_PAGE_SCRIPT } from "./modules.js";
import { STDOUT, writeOutput } from "./output.js";

export interface ReportOptions {
  readonly json?: string;
  readonly html?: string;
  readonly md?: string;
  readonly color: boolean;
  readonly quiet?: true;
}

export function addReportOptions(command: Command): Command {
  return command
    .option("--html <file>", "write a report with pictures: one file that needs no network")
    .option("--md <file>", `write the tables as Markdown, ${STDOUT} for stdout`)
    .option("--json <file>", `write all that was measured as JSON, ${STDOUT} for stdout`)
    .option("--no-color", "plain text")
    .option("--quiet", "no table and no progress");
}

/** Fails where a file can't be written: called before the work, whose result would be lost. */
export async function tryReports({ json, html, md }: ReportOptions): Promise<void> {
  for (const file of [json, html, md]) if (file !== undefined && file !== STDOUT) await writeOutput(file, "");
}

/** Writes what was asked for; and, where stdout is free, what `draw` makes of it. */
export async function writeReports(
  result: SweepResult,
  options: ReportOptions,
  draw = (it: SweepResult): string => toText(it, hasColors(options.color)),
): Promise<void> {
  const { json, html, md, quiet } = options;
  if (!quiet && ![json, html, md].includes(STDOUT)) console.log(draw(result));
  if (json !== undefined) await writeOutput(json, `${JSON.stringify(result)}\n`);
  if (html !== undefined) await writeOutput(html, toHtml(result, await readFile(LAB_PAGE_SCRIPT, "utf8")));
  if (md !== undefined) await writeOutput(md, toMarkdown(result));
}
