import { createInterface } from "node:readline";
import type { Answer, Case, Request } from "../cases.ts";

/** Gives microseconds for one unit of a case (a step, a product, a call), measured for about so many seconds. */
export type Measure = (seconds: number) => Promise<number>;

/** Answers requests on standard input until it ends; a case is prepared once while it is asked again and again. */
export async function answer(prepare: (wanted: Case) => Promise<Measure>): Promise<void> {
  const last: { id?: string; measure?: Measure } = {};
  const reply = async ({ case: wanted, seconds }: Request): Promise<Answer> => {
    try {
      if (last.id !== wanted.id || !last.measure) last.measure = await prepare(wanted);
      last.id = wanted.id;
      return { microseconds: await last.measure(seconds) };
    } catch (error) {
      return { error: String(error).split("\n")[0]! };
    }
  };
  for await (const line of createInterface({ input: process.stdin }))
    console.log(JSON.stringify(await reply(JSON.parse(line) as Request)));
}
