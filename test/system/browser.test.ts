import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import chromium from "@sparticuz/chromium";
import { type Browser, chromium as driver } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { installPacked } from "../support/packed-package.js";

const TYPES: Record<string, string> = {
  ".js": "text/javascript",
  ".wasm": "application/wasm",
  ".html": "text/html",
};
const PAGE = "<!doctype html><title>pymalloc</title>";

let server: Server;
let browser: Browser;
let origin: string;

beforeAll(async () => {
  const folder = installPacked();
  server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url!, "http://localhost").pathname));
    if (path === "/") return void response.setHeader("content-type", "text/html").end(PAGE);
    readFile(join(folder, "node_modules/pymalloc", path)).then(
      (bytes) => response.setHeader("content-type", TYPES[extname(path)] ?? "text/plain").end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await driver.launch({
    executablePath: await chromium.executablePath(),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
    headless: true,
  });
});

afterAll(async () => {
  await browser?.close();
  server?.close();
});

/** What `use` returns in a page that has imported an entry of the package, with no bundler between. */
async function inPage<T>(
  entry: string,
  use: (library: typeof import("../../src/index.js")) => Promise<T>,
): Promise<T> {
  const page = await browser.newPage();
  try {
    await page.goto(origin);
    return (await page.evaluate(`import("${origin}/dist/${entry}").then(${use.toString()})`)) as T;
  } finally {
    await page.close();
  }
}

test("a page imports the package, fetches its Wasm and allocates", async () => {
  const result = await inPage("index.js", async ({ createHeap, InteriorPointerError }) => {
    const heap = await createHeap();
    const { address, byteLength } = heap.mallocString("grüße");
    const view = heap.view("u8", address, byteLength);
    for (let i = 0; i < 100; i++) heap.malloc(100_000); // memory grows: views made before are detached
    let isCaught = false;
    try {
      heap.free(address + 4);
    } catch (error) {
      isCaught = error instanceof InteriorPointerError;
    }
    heap.verify();
    return { text: heap.readString(address, byteLength), first: view.array[0], isCaught };
  });
  expect(result).toEqual({ text: "grüße", first: "g".charCodeAt(0), isCaught: true });
});

test("the embedded entry allocates without fetching anything", async () => {
  const requests: string[] = [];
  server.on("request", (request) => requests.push(request.url!));
  const sum = await inPage("embedded.js", async (library) => {
    const { createHeapSync } = library as unknown as typeof import("../../src/embedded.js");
    const heap = createHeapSync();
    const address = heap.calloc(4, 8);
    heap.view("f64", address, 4).array.set([1, 2, 3, 4]);
    return heap.realloc(address, 4096) && heap.memory.f64.subarray(0).length;
  });
  expect(sum).toBeGreaterThan(0);
  expect(requests.filter((url) => url.endsWith(".wasm"))).toEqual([]);
});
