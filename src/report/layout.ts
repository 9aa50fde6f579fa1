import { Graph, layout } from "@dagrejs/dagre";
import type { Diagram, DiagramBox, DiagramEdge, DiagramNode } from "../explain/index.ts";
import { visibleWidth } from "./text.ts";

/** Widths and heights in pixels; a letter of the typewriter face at 12 px is 7.3 px wide at most. */
export const letter = { width: 7.3, line: 16, padding: 10 } as const;

interface Place {
  /** Of the middle. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A point on an arrow. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A diagram with a place for everything. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly (DiagramNode & Place)[];
  readonly boxes: readonly (DiagramBox & Place)[];
  readonly edges: readonly (DiagramEdge & { readonly points: readonly Point[]; readonly at: Point | null })[];
}

/** Places nodes in ranks, from inputs at the top to outputs at the bottom, with as few crossings as dagre finds. */
export function placed({ nodes, edges, boxes }: Diagram): Layout {
  const graph = new Graph({ compound: boxes.length > 0, multigraph: true });
  graph.setGraph({ rankdir: "TB", nodesep: 22, ranksep: 38, edgesep: 12, marginx: 14, marginy: 14 });
  const heads = new Map(boxes.map(({ id, label }) => [nodes.find(({ box }) => box === id)?.id, textWidth([label])]));
  for (const { id } of boxes) graph.setNode(id, { width: 0, height: 0 });
  for (const { id, lines } of nodes)
    graph.setNode(id, { width: Math.max(textWidth(lines), heads.get(id) ?? 0), height: textHeight(lines) });
  for (const { id, box } of [...boxes, ...nodes]) if (box) graph.setParent(id, box);
  edges.forEach(({ from, to, label, back }, i) => {
    const size = label === "" ? { width: 0, height: 0 } : { width: textWidth([label]) - 10, height: letter.line };
    graph.setEdge(...(back ? ([to, from] as const) : ([from, to] as const)), { ...size, labelpos: "c" }, String(i));
  });
  layout(graph);
  const place = (id: string): Place => graph.node(id) as unknown as Place;
  const { width, height } = graph.graph() as { width: number; height: number };
  return {
    width,
    height,
    nodes: nodes.map((node) => ({ ...node, ...at(place(node.id)) })),
    boxes: boxes.map((box) => ({ ...box, ...raised(place(box.id)) })),
    edges: edges.map((edge, i) => {
      const [from, to] = edge.back ? [edge.to, edge.from] : [edge.from, edge.to];
      const found = graph.edge(from, to, String(i)) as unknown as Point & { points: Point[] };
      const points = edge.back ? found.points.toReversed() : found.points;
      return { ...edge, points, at: edge.label === "" ? null : { x: found.x, y: found.y } };
    }),
  };
}

const at = ({ x, y, width, height }: Place): Place => ({ x, y, width, height });

/** A box with room for its label above what is in it. */
const raised = ({ x, y, width, height }: Place): Place => ({ x, y: y - 5, width, height: height + 10 });

const textWidth = (lines: readonly string[]): number =>
  Math.ceil(Math.max(...lines.map(visibleWidth)) * letter.width + 2 * letter.padding);
const textHeight = (lines: readonly string[]): number => lines.length * letter.line + 12;
