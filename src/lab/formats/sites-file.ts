// src/lab/formats/sites-file.ts: the names of an ATR1 trace's call sites, in a file beside it.
// Source: FORMAT.md of the ATR1 corpus: NAME.sites.tsv.gz.

import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { gunzip } from "../gunzip.js";
import { TraceFormatError } from "../trace-format-error.js";
import { type Call, NamedSites, type Sites } from "./sites.js";

// A line a site, tabs between: its number, then its calls, the innermost first.

/** NAME.atr.gz has its sites in NAME.sites.tsv.gz. */
export function sitesFileOf(file: string): string {
  return `${file.replace(/(\.atr)?(\.gz|\.zst)?$/, "")}.sites.tsv.gz`;
}

/**
 * The names beside a trace; sites without any if there is no such file.
 *
 * @throws {TraceFormatError} if it is not of that form.
 */
export async function readSites(traceFile: string, siteCount: number): Promise<Sites> {
  const file = sitesFileOf(traceFile);
  const stacks: string[][] = Array.from({ length: siteCount + 1 }, () => []);
  let packed: Uint8Array;
  try {
    packed = await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return NamedSites.NONE;
  }
  let offset = 0;
  const text = new TextDecoder().decode(await gunzip(packed, file));
  for (const [index, line] of text.split("\n").entries()) {
    if (line !== "") {
      const [number, ...calls] = line.split("\t");
      const site = Number(number);
      if (!Number.isInteger(site) || site < 1) {
        const advice = "remove the file, or write it again with pymalloc lab convert";
        throw new TraceFormatError(file, offset, "no site's number starts the line", advice, index + 1);
      }
      if (site <= siteCount) stacks[site] = calls;
    }
    offset += Buffer.byteLength(line) + 1;
  }
  return new NamedSites(stacks);
}

/** The file's contents. */
export async function encodeSites(sites: Sites): Promise<Uint8Array> {
  const lines: string[] = [];
  for (let site = 1; site <= sites.count; site += 1) {
    lines.push([site, ...sites.stackOf(site).map(nameOf)].join("\t"));
  }
  return promisify(gzip)(lines.map((line) => `${line}\n`).join(""));
}

function nameOf({ functionName, address, file, line }: Call): string {
  const name = functionName || address || "unknown";
  return (file === "" ? name : `${name} (${file}:${line})`).replaceAll(/\s+/g, " ");
}
