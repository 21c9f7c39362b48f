// src/lab/page/html.ts: a sweep as one HTML file: all figures as text and tables, which the script then draws.
// Not here: the drawings (client/). Readable without the script; needs no network.

import { formatBytes } from "../figures.js";
import type { SweepResult, WorkloadFacts } from "../sweep/result.js";
import { MEMORY_LEGEND, missingLines, noiseLine, sweepTables, type Table } from "../sweep/tables.js";
import { escapeHtml, escapeJson } from "./escape.js";
import { heatTable } from "./heat-table.js";
import { toPageData } from "./page-data.js";
import { STYLE } from "./style.js";

/** @param script - the client, as it was bundled. */
export function toHtml(result: SweepResult, script: string): string {
  const { plan, workloads } = result;
  const measured = workloads.filter(({ name }) => result.cells.some(({ workload }) => workload === name));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:">
<title>Allocation strategies compared</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>Allocation strategies compared</h1>
<p class="lead">${describe(result)}</p>
${notes(result)}
</header>
<nav aria-label="Workloads"><a href="#overview">Overview</a>${measured
    .map(({ name }) => `<a href="#${anchorOf(name)}">${escapeHtml(name)}</a>`)
    .join("")}</nav>
<div id="legend" role="group" aria-label="Strategies shown"></div>
<main>
<section id="overview" aria-labelledby="overview-title">
<h2 id="overview-title">Overview</h2>
<div class="figures">
${figure("scatter", "", "Speed and memory", "Each strategy over all workloads: the lower, the faster; the further to the left, the smaller. The line joins those of which no other is both.", "wide")}
</div>
<h3>Time as a multiple of ${escapeHtml(plan.baseline)}'s</h3>
${heatTable(result)}
</section>
${measured.map((facts) => workloadSection(result, facts)).join("\n")}
</main>
<footer><p>pymalloc ${escapeHtml(result.version)}, ${escapeHtml(result.date)}. ${escapeHtml(MEMORY_LEGEND)}</p></footer>
<script type="application/json" id="result">${escapeJson(toPageData(result))}</script>
<script>${script.replaceAll("</script", "<\\/script")}</script>
</body>
</html>
`;
}

/** Of a workload's section: letters, digits and hyphens alone. */
export function anchorOf(workload: string): string {
  return `w-${workload.replaceAll(/[^A-Za-z0-9-]+/g, "-")}`;
}

function describe({ plan, machine, node, cells, strategies, workloads, date, shards }: SweepResult): string {
  const parts = [
    `${cells.length} cells: ${strategies.length} strategies, ${workloads.length} workloads, ${plan.rounds} rounds`,
    `against ${plan.baseline}`,
    `${machine.cpu} × ${machine.cpuCount}, ${machine.platform}/${machine.architecture}, Node ${node}`,
    new Date(date).toISOString().slice(0, 16).replace("T", " "),
  ];
  if (shards.length > 1) parts.push(`merged from ${shards.length} shards`);
  else if (plan.shardCount > 1) parts.push(`shard ${shards[0]! + 1} of ${plan.shardCount} alone`);
  return escapeHtml(parts.join(" · "));
}

function notes(result: SweepResult): string {
  const lines = [
    ...(result.isInterrupted ? ["Interrupted: cells are of the rounds that were done."] : []),
    ...missingLines(result),
  ];
  const noise = noiseLine(result);
  const list = lines.map((line) => `<li>${escapeHtml(line)}</li>`).join("");
  return [
    lines.length === 0 ? "" : `<ul class="warnings">${list}</ul>`,
    noise === undefined ? "" : `<p class="noise">${escapeHtml(noise)}</p>`,
  ].join("");
}

function workloadSection(result: SweepResult, facts: WorkloadFacts): string {
  const { name } = facts;
  const id = anchorOf(name);
  const only: SweepResult = {
    ...result,
    workloads: [facts],
    cells: result.cells.filter((it) => it.workload === name),
  };
  const calls = Object.entries(facts.calls)
    .filter(([, count]) => count > 0)
    .map(([call, count]) => `${count.toLocaleString("en")} ${call}`);
  const lead = `${facts.events.toLocaleString("en")} events (${calls.join(", ")}), ${formatBytes(facts.peakLiveBytes)} live at the peak. ${facts.source}`;
  return `<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${escapeHtml(name)}</h2>
<p class="lead">${escapeHtml(lead)}</p>
<div class="figures">
${figure("time", name, "Time an event", "Median of the rounds in ns; the line is the shortest and the longest.")}
${figure("latency", name, "Single calls", "The slowest of so many calls took at least so long.")}
${figure("curve", name, "Linear memory over time", "What each strategy has taken from the engine; the area is what the program has in use.", "wide")}
${figure("parts", name, "Memory at the peak", "Where every byte is when most is in use.", "wide")}
${figure("sizes", name, "Sizes asked for", "Requests by bytes, of doubling bins.")}
${figure("lifetimes", name, "Lifetimes", "Freed blocks by the allocations between birth and free.")}
${figure("peakMap", name, "Maps at the peak", "Linear memory from its first byte, row by row: the darker, the more of it live blocks cover.", "wide")}
${figure("endMap", name, "Maps at the end", "The same after the last event.", "wide")}
</div>
${sweepTables(only).map(tableHtml).join("\n")}
</section>`;
}

function figure(chart: string, workload: string, title: string, text: string, size = ""): string {
  return (
    `<figure class="${size}" data-chart="${chart}" data-workload="${escapeHtml(workload)}">` +
    `<figcaption><strong>${escapeHtml(title)}</strong> ${escapeHtml(text)}</figcaption>` +
    `<div class="drawing" role="img" aria-label="${escapeHtml(`${title}. ${text} The figures are in the tables.`)}"></div></figure>`
  );
}

function tableHtml({ title, head, rows }: Table): string {
  const cells = (texts: readonly string[], tag: string): string =>
    texts
      .map((text, i) =>
        i === 0 ? `<th scope="row">${escapeHtml(text)}</th>` : `<${tag}>${escapeHtml(text)}</${tag}>`,
      )
      .join("");
  const headCells = head.map((text) => `<th scope="col">${escapeHtml(text)}</th>`).join("");
  const body = rows
    .map(({ strategy, texts }) => `<tr data-strategy="${escapeHtml(strategy)}">${cells(texts, "td")}</tr>`)
    .join("");
  return `<details open><summary>${escapeHtml(title)}</summary><div class="scroll"><table><thead><tr>${headCells}</tr></thead><tbody>${body}</tbody></table></div></details>`;
}
