// src/stress/capacity.ts: how many nodes a heap has room for.

import { ALIGNMENT, ARENA_SIZE, CHUNK_HEADER_SIZE, KIND_POOL_HEADER_SIZE } from "../../assembly/layout.js";
import { CONTAINER_SIZE_MIN, OBJECT_HEADER_SIZE, REFERENCE_SIZE } from "../../assembly/object-layout.js";
import { makeShape, type ShapeName } from "./shapes.js";

/** Bytes of a node's content: its number, and a check of it. */
const CONTENT_SIZE = 8;
/** The heap's own state, types, lists of young objects. */
const FIXED_BYTES = 512 * 1024;
/** Of what is left: pools that are not full, free chunks too small, the last growth. */
const SLACK = 1 / 64;
/** A collection notes a byte for so many of the heap's. */
export const BYTES_PER_NOTE = 16;

/** Bytes that a node takes, header included. */
export function nodeSize(shape: ShapeName): number {
  const { fields } = makeShape(shape, 1, 0);
  const size = OBJECT_HEADER_SIZE + fields.length * REFERENCE_SIZE + CONTENT_SIZE;
  return Math.max(CONTAINER_SIZE_MIN, Math.ceil(size / ALIGNMENT) * ALIGNMENT);
}

/**
 * Nodes that a heap holds and still can collect.
 *
 * @param churn - so many more of them, as a share, live while they are replaced.
 */
export function largestCount(shape: ShapeName, maximumBytes: number, churn: number): number {
  const size = nodeSize(shape);
  const perArena = Math.floor((ARENA_SIZE - CHUNK_HEADER_SIZE - KIND_POOL_HEADER_SIZE) / size);
  const bytes = ((maximumBytes - FIXED_BYTES) * (1 - SLACK)) / (1 + 1 / BYTES_PER_NOTE);
  return Math.max(0, Math.floor(((bytes / ARENA_SIZE) * perArena) / (1 + churn)));
}
