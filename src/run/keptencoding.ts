import { ModelError } from "../core/index.ts";
import type { Encoding } from "../data/index.ts";
import type { ModelFile } from "../interchange/index.ts";
import type { Prepared } from "./prepare.ts";
import type { CheckedRunFile } from "./runfile.ts";
import type { Kept } from "./start.ts";

/** Which columns become which kind of feature, whatever their numbers and words. */
function formOf({ inputs, expansion }: Encoding): string {
  const kinds = inputs.map((input) => [input.column, input.kind, "indicator" in input]).sort();
  const made = expansion && [expansion.kind, "degree" in expansion ? expansion.degree : expansion.count];
  return JSON.stringify([kinds, made]);
}

/**
 * How tables become numbers in a run that starts from another network: inputs as that one knew them, where they are the same
 * columns and nothing else is asked for; the target, too, where the last layer is kept.
 *
 * @param own as the run's own training rows suggest
 * @throws `reuse-mismatch` for a kept last layer that answers another question
 */
export function encodingLike(
  { file: model, from }: Kept,
  own: Encoding,
  { data, start }: CheckedRunFile,
  headKept: boolean,
): { readonly encoding: Encoding; readonly inputs: "kept" | "own" } {
  if (!model) return { encoding: own, inputs: "own" };
  const wanted = start?.inputs ?? (data.scale === undefined && data.scales === undefined ? "kept" : "own");
  const inputs = wanted === "kept" && formOf(own) === formOf(model.encoding) ? "kept" : "own";
  const { expansion, features, scale, inputs: columns } = model.encoding;
  const known = inputs === "kept" ? { inputs: columns, features, scale, ...(expansion && { expansion }) } : {};
  const target = headKept ? targetLike(model, own, from) : own.target;
  return { encoding: { ...own, ...known, target }, inputs };
}

/** The target as a kept last layer knows it. */
function targetLike({ task, encoding }: ModelFile, own: Encoding, from: string): Encoding["target"] {
  const { target: before } = encoding;
  const { target: now } = own;
  if (task !== own.task || before.kind !== now.kind)
    throw another(from, { "it was for": task, "this is": own.task }, `--task ${task}, or `);
  if (before.kind === "classes" && now.kind === "classes") {
    const unknown = now.classes.filter((name) => !before.classes.includes(name));
    if (unknown.length > 0)
      throw another(from, { "its classes": listed(before.classes), "not among them": listed(unknown) });
    return { ...now, classes: before.classes };
  }
  if (
    before.kind === "labels" &&
    now.kind === "labels" &&
    JSON.stringify(before.classes) !== JSON.stringify(now.classes)
  )
    throw another(from, {
      "its answers": before.classes.map(listed).join("; "),
      "those here": now.classes.map(listed).join("; "),
    });
  if (before.kind === "numbers" && now.kind === "numbers" && before.columns.length === now.columns.length)
    return { ...now, shift: before.shift, scale: before.scale };
  return now;
}

/** The unit in which a kept last layer answers, for one number. */
export const unitLike = ({ file }: Kept, own: Prepared["target"], headKept: boolean): Prepared["target"] =>
  headKept && file?.encoding.target.kind === "number" ? file.target : own;

const listed = (names: readonly string[]): string => names.slice(0, 8).join(", ") + (names.length > 8 ? ", …" : "");

const another = (from: string, given: Readonly<Record<string, string>>, otherwise = ""): ModelError =>
  new ModelError({
    code: "reuse-mismatch",
    where: `start ${from}`,
    given,
    rule: "the last layer of this network answers another question.",
    hint: `${otherwise}let it begin anew: --new-head (in a run file "fresh": "head")`,
  });
