import type { Diagnosis } from "../study/index.ts";
import { grid } from "./grid.ts";
import { html, type Markup } from "./markup.ts";
import { significant } from "./numbers.ts";

const names = { training: "training", trainDev: "train-dev", validation: "validation", test: "test" } as const;
const origins = {
  given: "as given",
  estimated: "estimated from nearest neighbours",
  assumed: "none was given",
} as const;

/** Where the errors of a network come from: a table of errors, what each step says, and what to do next. */
export function diagnosisSection(diagnosis: Diagnosis): Markup {
  const { measure, optimal, words, advice } = diagnosis;
  const parts = (Object.keys(names) as (keyof typeof names)[]).flatMap((part) => {
    const found = diagnosis[part];
    return found ? [[names[part], significant(found.error), `± ${significant(found.standardError, 2)}`]] : [];
  });
  const rows = [["optimal", significant(optimal.error), origins[optimal.origin]], ...parts];
  return html`<ul>${words.map((line) => html`<li>${line}</li>`)}</ul>
<p><strong>What to do next.</strong> ${advice}</p>
${grid({ caption: measure === "rmse" ? "Root mean squared errors" : "Error rates", headers: ["part", "error", "standard error"], rows, numbers: [1] })}`;
}
