import type { Server } from "node:http";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser, serve } from "../support/headless-browser.js";
import { installPacked } from "../support/packed-package.js";

const PAGE = "<!doctype html><title>pymalloc</title>";
/** A page that forbids code from text, as many do. */
const STRICT_PATH = "/strict";
const STRICT_POLICY = "script-src 'self' 'wasm-unsafe-eval' 'unsafe-inline'";

let server: Server;
let browser: Browser;
let origin: string;

beforeAll(async () => {
  ({ server, origin } = await serve(join(installPacked(), "node_modules/pymalloc"), {
    "/": { content: PAGE },
    [STRICT_PATH]: { content: PAGE, headers: { "content-security-policy": STRICT_POLICY } },
  }));
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  server?.close();
});

/** What `use` returns in a page that has imported an entry of the package, with no bundler between. */
async function inPage<T>(
  entry: string,
  use: (library: typeof import("../../src/index.js")) => Promise<T>,
  path = "/",
): Promise<T> {
  const page = await browser.newPage();
  try {
    await page.goto(origin + path);
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

test.each(["/", STRICT_PATH])(
  "a page at %s makes objects: structs, frames, weak references, Python's types",
  async (path) => {
    const result = await inPage(
      "index.js",
      async ({ createHeap, ReleasedHandleError }) => {
        const heap = await createHeap();
        const log: string[] = [];
        const Node = heap.struct(
          "Node",
          { next: "self", x: "f64" },
          { finalizer: (self) => log.push(`bye ${self.x}`) },
        );
        let late: { readonly x: number } | undefined;
        const sum = heap.frame((locals) => {
          const a = new Node({ x: 1 });
          const b = new Node({ x: 2, next: a });
          late = b;
          locals.w = heap.weakref.ref(a, () => log.push("a has died"));
          locals.d = heap.from({ list: [1, "two", 3n ** 50n], set: new Set(["€", "😀"]) });
          log.push(JSON.stringify(locals.d.get("list").get(1)), String(heap.sys.getrefcount(a)));
          return a.x + b.next!.x;
        });
        let isCaught = false;
        try {
          void late?.x;
        } catch (error) {
          isCaught = error instanceof ReleasedHandleError;
        }
        heap.verify();
        return { sum, log, isCaught, live: heap.liveHandles };
      },
      path,
    );
    expect(result).toEqual({
      sum: 2,
      log: ['"two"', "3", "bye 2", "bye 1", "a has died"],
      isCaught: true,
      live: 0,
    });
  },
);
