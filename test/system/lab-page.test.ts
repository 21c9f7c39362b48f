// test/system/lab-page.test.ts: the lab's report in a real browser, opened from its file: drawings, switches, links, no network. Needs dist/.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCommand } from "../support/command.js";
import { launchBrowser } from "../support/headless-browser.js";

const CLI = resolve(process.env.PYMALLOC_CLI ?? "dist/cli.js");

let folder: string;
let url: string;
let browser: Browser;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lab-page-"));
  const file = join(folder, "report.html");
  const workloads = ["larson:events=20000,slots=2000", "sh6bench:events=20000"];
  const options = ["--strategy", "tlsf,slab,bump,null", "--rounds", "2", "--quiet", "--html", file];
  const { code, stderr } = await runCommand([CLI, "lab", ...workloads, ...options]);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  url = pathToFileURL(file).href;
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true });
});

interface Opened {
  readonly page: Page;
  readonly complaints: string[];
}

async function open(options: Parameters<Browser["newPage"]>[0] = {}, anchor = ""): Promise<Opened> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    if (request.url() !== url && request.url() !== url + anchor)
      complaints.push(`asked for ${request.url()}`);
  });
  await page.goto(url + anchor);
  return { page, complaints };
}

/** Brings every figure into view, so that it is drawn. */
async function drawAll(page: Page): Promise<void> {
  for (const figure of await page.locator("figure").all()) await figure.scrollIntoViewIfNeeded();
  await expect.poll(() => page.locator("figure .drawing:not(:has(svg, canvas))").count()).toBe(0);
}

describe("the report", () => {
  test("draws every figure of every workload, without a network, a complaint or a sideways scroll", async () => {
    for (const look of [{}, { colorScheme: "dark" as const }, { viewport: { width: 390, height: 800 } }]) {
      const { page, complaints } = await open(look);
      await drawAll(page);
      expect(await page.locator("section").count()).toBe(3);
      expect(await page.locator("figure").count()).toBe(1 + 2 * 8);
      // a chart has a mark for each thing that it shows
      for (const svg of await page.locator("figure svg").all()) {
        expect(await svg.locator("path").count()).toBeGreaterThan(2);
      }
      expect(await page.locator("canvas").count()).toBe(2 * 2 * 3);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow).toBeLessThanOrEqual(0);
      expect(complaints).toEqual([]);
      await page.close();
    }
  });

  test("a switch of the legend takes a strategy out of all drawings and tables, and puts it back", async () => {
    const { page, complaints } = await open();
    await drawAll(page);
    const shown = (): Promise<number> => page.locator('tr[data-strategy="slab"]:visible').count();
    const maps = (): Promise<number> => page.locator("canvas").count();
    const [rowsBefore, mapsBefore] = [await shown(), await maps()];
    const button = page.getByRole("button", { name: "slab" });
    await button.focus();
    await page.keyboard.press("Enter");
    expect(await button.getAttribute("aria-pressed")).toBe("false");
    expect(await shown()).toBe(0);
    expect(await maps()).toBe(mapsBefore - 4);
    expect(await page.locator("figure svg text", { hasText: "slab" }).count()).toBe(0);
    await button.click();
    expect(await shown()).toBe(rowsBefore);
    expect(await maps()).toBe(mapsBefore);
    expect(await page.locator("figure svg text", { hasText: "slab" }).count()).toBeGreaterThan(2);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("a link to a workload leads there", async () => {
    const plain = await open();
    const href = await plain.page.getByRole("link", { name: /sh6bench/ }).getAttribute("href");
    await plain.page.close();
    const { page, complaints } = await open({}, href!);
    const top = (): Promise<number> =>
      page.locator(`section${href}`).evaluate((section) => section.getBoundingClientRect().top);
    await expect.poll(top).toBeLessThan(300);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("every drawing has a label, and its figures are in a table", async () => {
    const { page } = await open();
    for (const drawing of await page.locator('[role="img"]').all()) {
      expect(await drawing.getAttribute("aria-label")).toMatch(/\w{3}/);
    }
    expect(await page.getByRole("table").count()).toBe(1 + 2 * 2);
    await page.close();
  });

  test("is readable without its script", async () => {
    const { page } = await open({ javaScriptEnabled: false });
    expect(await page.getByRole("table").count()).toBe(1 + 2 * 2);
    expect(await page.locator("body").innerText()).toContain("larson");
    await page.close();
  });
});
