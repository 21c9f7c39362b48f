// A service that answers requests, and keeps more of each than it should: docs/find-a-leak.md finds out what.
// Run it: node examples/leaking-server.mjs

import { writeFileSync } from "node:fs";
import { createHeap } from "pymalloc";

const heap = await createHeap();
const Session = heap.struct("Session", { user: "ref", cart: "ref", previous: "self" });
const sessions = heap.dict();
let requests = 0;

function openSession(user) {
  const session = new Session({ user, cart: heap.list() });
  sessions.set(user, session); // nobody ever takes it out again
  return session;
}

function handleRequest() {
  requests += 1;
  heap.frame(() => {
    const session = openSession(`visitor ${requests}`);
    session.cart.append("a book");
    return heap.list([200, "OK"]).toJS();
  });
}

// 1. Does it leak, and where does what it keeps come from?
const growth = heap.tracemalloc.leaks(handleRequest, { runs: 100 });
console.log(String(growth));

// 2. Who holds one of those that stay?
const [survivor] = growth.survivors("Session");
const holders = heap.holders(survivor.address);
console.log(`\n${holders}`);
if (process.argv[2] !== undefined) writeFileSync(process.argv[2], holders.toSvg());

// 3. Forget sessions when they end, and look again.
const fixed = heap.tracemalloc.leaks(() => {
  handleRequest();
  sessions.delete(`visitor ${requests}`);
});
console.log(`\nafter the repair: ${fixed}`);
