import { ModelError } from "../core/index.ts";
import { type Column, isMissing, type Table, written } from "./table.ts";

const time = String.raw`(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[AP]M)?(?:Z| ?[+-]\d{2}:?\d{2}| UTC)?)?`;
const month = "(?:jan|feb|m[aä]r|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])[a-z]*[.]?";
const forms = [
  String.raw`\d{4}([-/.])\d{1,2}\1\d{1,2}`,
  String.raw`\d{1,2}([-/.])\d{1,2}\2(?:\d{4}|\d{2})`,
  String.raw`\d{1,2}[-. ]{1,2}${month}[-, ]{1,2}(?:\d{4}|\d{2})`,
  String.raw`${month} \d{1,2}(?:st|nd|rd|th)?,? \d{4}`,
  String.raw`(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? .*\d{4}`,
];
const date = new RegExp(`^(?:${forms.join("|")})${time}$`, "i");

/** The date form whose order as words is the order in time: year first, every part of full length. */
const sortable = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?$/;

/** As many words as this are looked at. */
const enough = 200;

/** Whether a column holds dates: times out of a file, or words that are all written like dates. */
export function isDate(column: Column): boolean {
  if (column.kind === "number") return column.date === true;
  const { levels } = column;
  return levels.length > 0 && levels.slice(0, enough).every((word) => date.test(word));
}

/** Whether words of a column stand in the order of time when they are sorted. */
export const isSortableDate = (column: Column): boolean =>
  column.kind === "text" && column.levels.every((word) => sortable.test(word));

/**
 * Refuses a column of dates as an input: what about a date matters, only the user knows.
 *
 * @throws `data-date`
 */
export function refuseDate(table: Table, column: Column): void {
  if (!isDate(column)) return;
  const name = JSON.stringify(column.name);
  const row = Array.from({ length: table.rows }, (_, i) => i).find((i) => !isMissing(column, i)) ?? 0;
  throw new ModelError({
    code: "data-date",
    where: `${table.name}, column ${name}`,
    given: { "for example": written(column, row) },
    rule: "this column holds dates, and a network learns from numbers.",
    hint: `write what matters about them as numbers (days since a first day; month and weekday as sine and cosine), or leave them out (--drop ${column.name}); to test on the latest rows: --order ${column.name}`,
  });
}
