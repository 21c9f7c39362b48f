// test/support/devtools-snapshot.ts: a heap snapshot as Chrome DevTools' own code reads it, by heap-snapshot-toolkit, which is built from it.

import { Readable } from "node:stream";
import { parse } from "heap-snapshot-toolkit";

/** A node as DevTools shows it. */
export interface SnapshotNode {
  readonly id: number;
  /** As in its file. */
  readonly type: string;
  readonly name: string;
  readonly selfSize: number;
  readonly retainedSize: number;
  readonly distance: number;
  /** "name>" and the id of the node that it leads to; "~" before the names of weak ones. */
  readonly edges: readonly string[];
  /** Names of the nodes that refer to it, weakly too. */
  readonly retainers: readonly string[];
}

/** What the package has, and doesn't declare, of DevTools' classes. */
interface DevToolsNode {
  nodeIndex: number;
  id(): number;
  type(): string;
  name(): string;
  selfSize(): number;
  retainedSize(): number;
  distance(): number;
  edges(): DevToolsEdges;
  retainers(): { hasNext(): boolean; next(): void; retainer: { node(): DevToolsNode } };
}
interface DevToolsEdges {
  hasNext(): boolean;
  next(): void;
  edge: { name(): string; isWeak(): boolean; node(): DevToolsNode };
}
interface DevToolsSnapshot {
  readonly nodeCount: number;
  readonly nodeFieldCount: number;
  readonly totalSize: number;
  createNode(index: number): DevToolsNode;
}

export interface ReadSnapshot {
  readonly nodes: readonly SnapshotNode[];
  readonly totalSize: number;
  /** The only node of this name. */
  named(name: string): SnapshotNode;
  /** The node's edges, each with the name of the node that it leads to. */
  referents(node: SnapshotNode): string[];
}

/** Has DevTools' code load the snapshot: indices, distances, dominators and retained sizes are its. */
export async function readSnapshot(chunks: Iterable<string>): Promise<ReadSnapshot> {
  const snapshot = (await parse(Readable.from(chunks) as never)) as unknown as DevToolsSnapshot;
  const nodes = Array.from({ length: snapshot.nodeCount }, (_, number): SnapshotNode => {
    const node = snapshot.createNode(number * snapshot.nodeFieldCount);
    const edges: string[] = [];
    for (const at = node.edges(); at.hasNext(); at.next()) {
      edges.push(`${at.edge.isWeak() ? "~" : ""}${at.edge.name()}>${at.edge.node().id()}`);
    }
    const retainers: string[] = [];
    for (const at = node.retainers(); at.hasNext(); at.next()) retainers.push(at.retainer.node().name());
    return {
      id: node.id(),
      type: node.type(),
      name: node.name(),
      selfSize: node.selfSize(),
      retainedSize: node.retainedSize(),
      distance: node.distance(),
      edges,
      retainers,
    };
  });
  const byId = new Map(nodes.map((node) => [node.id, node]));
  return {
    nodes,
    totalSize: snapshot.totalSize,
    named(name) {
      const found = nodes.filter((node) => node.name === name);
      if (found.length !== 1) throw new Error(`${found.length} nodes are named ${name}`);
      return found[0]!;
    },
    referents: ({ edges }) =>
      edges.map((edge) => {
        const end = edge.lastIndexOf(">");
        return `${edge.slice(0, end)}: ${byId.get(Number(edge.slice(end + 1)))!.name}`;
      }),
  };
}
