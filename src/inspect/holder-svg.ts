// src/inspect/holder-svg.ts: a graph of holders as a picture: the object on the right, its holders to the left of it, arrows along references.

import type { HolderGraph, HolderNode } from "./holder-graph.js";
import { labelOf, outsideOf } from "./holder-text.js";

const BOX_WIDTH = 200;
const BOX_HEIGHT = 46;
const GAP_X = 110;
const GAP_Y = 18;
const MARGIN = 16;
const TITLE_LENGTH = 28;

interface Place {
  readonly x: number;
  readonly y: number;
}

/** A self-contained SVG, for light and dark backgrounds. */
export function holdersToSvg({ nodes, edges }: HolderGraph): string {
  const columns: HolderNode[][] = [];
  for (const node of nodes) {
    columns[node.level] ??= [];
    columns[node.level]!.push(node);
  }
  const rows = Math.max(1, ...columns.map((column) => column.length));
  const width = 2 * MARGIN + columns.length * BOX_WIDTH + (columns.length - 1) * GAP_X;
  const height = 2 * MARGIN + rows * BOX_HEIGHT + (rows - 1) * GAP_Y;
  const places = new Map<number, Place>();
  columns.forEach((column, level) => {
    const columnHeight = column.length * BOX_HEIGHT + (column.length - 1) * GAP_Y;
    column.forEach(({ address }, row) => {
      places.set(address, {
        x: width - MARGIN - BOX_WIDTH - level * (BOX_WIDTH + GAP_X),
        y: (height - columnHeight) / 2 + row * (BOX_HEIGHT + GAP_Y),
      });
    });
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Holders of ${escapeXml(labelOf(nodes[0]!))}" font-family="ui-monospace, monospace" font-size="11">`,
    `<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="#7a8794"/></marker></defs>`,
    ...edges.map(({ holder, target, name }) => arrow(places.get(holder)!, places.get(target)!, name)),
    ...nodes.map((node) => box(node, places.get(node.address)!)),
    "</svg>",
  ].join("\n");
}

function box(node: HolderNode, { x, y }: Place): string {
  const colour = node.level === 0 ? "#d9480f" : node.outside > 0 ? "#1971c2" : "#5c6773";
  const facts = [
    `${node.size} bytes`,
    node.outside > 0 ? outsideOf(node) : "",
    node.hidden > 0 ? `${node.hidden} more` : "",
  ];
  return [
    `<g><title>${escapeXml(labelOf(node))}</title>`,
    `<rect x="${x}" y="${y}" width="${BOX_WIDTH}" height="${BOX_HEIGHT}" rx="4" fill="${colour}" fill-opacity="0.12" stroke="${colour}"/>`,
    `<text x="${x + 8}" y="${y + 18}" fill="${colour}" font-weight="bold">${escapeXml(shortened(titleOf(node)))}</text>`,
    `<text x="${x + 8}" y="${y + 35}" fill="${colour}">${escapeXml(facts.filter(Boolean).join(" · "))}</text></g>`,
  ].join("");
}

function titleOf({ type, preview, address }: HolderNode): string {
  return `${type} ${preview ?? `0x${address.toString(16)}`}`;
}

/** From a holder's right side to its target's left; backwards above both. */
function arrow(from: Place, to: Place, name: string): string {
  const isForward = from.x < to.x;
  const start = {
    x: from.x + (isForward ? BOX_WIDTH : BOX_WIDTH / 2),
    y: from.y + (isForward ? BOX_HEIGHT / 2 : 0),
  };
  const end = { x: to.x + (isForward ? 0 : BOX_WIDTH / 2), y: to.y + (isForward ? BOX_HEIGHT / 2 : 0) };
  const path = isForward
    ? `M${start.x} ${start.y}C${start.x + GAP_X / 2} ${start.y} ${end.x - GAP_X / 2} ${end.y} ${end.x} ${end.y}`
    : `M${start.x} ${start.y}C${start.x} ${start.y - 2 * GAP_Y} ${end.x} ${end.y - 2 * GAP_Y} ${end.x} ${end.y}`;
  const middle = { x: (start.x + end.x) / 2, y: (start.y + end.y) / 2 - (isForward ? 4 : GAP_Y) };
  return [
    `<path d="${path}" fill="none" stroke="#7a8794" marker-end="url(#arrow)"/>`,
    `<text x="${middle.x}" y="${middle.y}" text-anchor="middle" fill="#7a8794">${escapeXml(shortened(name))}</text>`,
  ].join("");
}

function shortened(text: string): string {
  return text.length > TITLE_LENGTH ? `${text.slice(0, TITLE_LENGTH - 1)}…` : text;
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
