import { writeFileSync } from "node:fs";
import { extname } from "node:path";
import { ModelError } from "../core/index.ts";
import type { Diagram } from "../explain/index.ts";
import type { Block } from "../report/leaflet.ts";

/** Beyond so many nodes the layout takes minutes, and nobody would see anything. */
const most = 600;

/**
 * Writes a text that a flag asks for into a file.
 *
 * @throws `output-folder` when it cannot be written
 */
export function writeText(flag: string, file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/,.*/, "") : String(error);
    throw new ModelError({
      code: "output-folder",
      where: `${flag} ${file}`,
      rule: `the file cannot be written: ${reason}.`,
      hint: "name a file in a folder that is there",
    });
  }
  process.stderr.write(`${file} is written.\n`);
}

/** The ending of a file, which must be one of some. */
export function ending<T extends string>(flag: string, file: string, allowed: readonly T[]): T {
  const found = allowed.find((each) => extname(file).toLowerCase() === `.${each}`);
  if (found) return found;
  throw new ModelError({
    code: "option",
    where: flag,
    given: { given: file },
    rule: `the name of the file must end in ${allowed.map((each) => `.${each}`).join(", ")}.`,
    hint: `write ${flag} ${file.replace(/\.[^./]*$/, "") || "graph"}.${allowed[0]}`,
  });
}

/**
 * Writes a graph as a drawing, or in words.
 *
 * @throws `option` for another ending than .svg or .txt, and for a graph that is too large to be drawn
 */
export async function writeGraph(file: string, diagram: Diagram): Promise<void> {
  const as = ending("--graph", file, ["svg", "txt"]);
  const { diagramSvg, diagramText } = await import("../report/diagram.ts");
  if (as === "txt") return writeText("--graph", file, `${diagramText(diagram)}\n`);
  if (diagram.nodes.length <= most) return writeText("--graph", file, diagramSvg(diagram));
  throw new ModelError({
    code: "option",
    where: "--graph",
    given: { nodes: diagram.nodes.length },
    rule: `a graph of more than ${most} nodes is not drawn.`,
    hint: "leave out --no-fold, take a part of the formula, or ask for it in words: --graph graph.txt",
  });
}

/**
 * Writes the curve that is part of an explanation as a drawing.
 *
 * @throws `option` when nothing was checked
 */
export async function writeCurve(file: string, page: readonly Block[]): Promise<void> {
  const found = page.find((block) => "curve" in block);
  if (!found)
    throw new ModelError({
      code: "option",
      where: "--curve",
      rule: "draws what a check of a formula finds.",
      hint: `write gradus explain <formula> --at … --check --curve ${file}`,
    });
  const { errorCurveSvg } = await import("../report/errorcurve.ts");
  writeText("--curve", file, errorCurveSvg(found.curve));
}
