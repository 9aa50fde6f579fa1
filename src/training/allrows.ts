import { ModelError } from "../core/errors.ts";

/** The refusal of what makes no sense with an optimizer that looks at all rows at once. */
export const allRows = (name: string, given: Readonly<Record<string, number | string>>): ModelError =>
  new ModelError({
    code: "option",
    where: `optimizer ${name}`,
    given,
    rule: "this optimizer looks at all rows at once, and finds its own step.",
    hint: `leave ${Object.keys(given)[0]} out.`,
  });

/** The refusal to print what is done in several programs. */
export const severalPrograms = (optimizer: string): ModelError =>
  new ModelError({
    code: "option",
    where: "trainingProgram(model, data, { optimizer })",
    given: { optimizer },
    rule: "an epoch of this optimizer is no program of its own: it runs one again and again, as often as its search needs.",
  });
