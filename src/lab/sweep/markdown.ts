// src/lab/sweep/markdown.ts: a sweep as Markdown, to be pasted into a pull request.

import type { SweepResult } from "./result.js";
import { MEMORY_LEGEND, missingLines, noiseLine, sweepTables, type Table } from "./tables.js";

export function toMarkdown(result: SweepResult): string {
  const { machine, node, plan, date } = result;
  const blocks = [
    "# Allocation strategies compared",
    `${plan.rounds} rounds, ${date.slice(0, 10)}, Node ${node}, ${machine.cpu} × ${machine.cpuCount}, ${machine.platform}/${machine.architecture}. ` +
      `Time with the replay loop's own cost; memory is all of linear memory; ${MEMORY_LEGEND}`,
    ...sweepTables(result).map(tableBlock),
  ];
  const missing = missingLines(result);
  if (missing.length > 0) blocks.push(missing.map((line) => `- ${escapePipes(line)}`).join("\n"));
  const noise = noiseLine(result);
  if (noise !== undefined) blocks.push(`*${escapePipes(noise)}*`);
  if (result.isInterrupted) blocks.push("**Interrupted**: cells are of the rounds that were done.");
  return `${blocks.join("\n\n")}\n`;
}

function tableBlock({ title, head, rows }: Table): string {
  const line = (texts: readonly string[]): string => `| ${texts.map(escapePipes).join(" | ")} |`;
  const rule = `| --- |${" ---: |".repeat(head.length - 1)}`;
  return [`## ${escapePipes(title)}`, "", line(head), rule, ...rows.map(({ texts }) => line(texts))].join(
    "\n",
  );
}

function escapePipes(text: string): string {
  return text.replaceAll("|", "\\|");
}
