import type { Backend, BackendOptions } from "../../compile/backend.ts";
import { notice } from "../../core/notice.ts";
import type { Closure } from "../../graph/closure.ts";
import { compile } from "./compile.ts";
import { isWanting, provide } from "./provision.ts";
import { divisionAtHand, provideDivision } from "./threads/dividing.ts";
import { hindrance } from "./threads/here.ts";
import { threadsLoaded } from "./threads/local.ts";

/** The compiled engine for those who can wait until the code of rarely used ops is loaded. */
export const lean: Backend = {
  name: "wasm",
  ready: provideFor,
  compile,
};

/** Loads the code of rarely used ops if a function has any, and what several threads need, if there may be several. */
async function provideFor(traced: Closure, { threads = 1 }: BackendOptions): Promise<void> {
  if (isWanting(traced)) provide((await import("./rare.ts")).provision);
  if (threads === 1) return;
  const possible = hindrance() === null;
  if (possible) await threadsLoaded();
  const wanted = possible || threads !== "auto"; // then it says why a number of threads is not possible
  if (wanted && !divisionAtHand()) await divisionLoaded();
}

async function divisionLoaded(): Promise<void> {
  try {
    provideDivision((await import("./threads/division.ts")).division);
  } catch (error) {
    notice(`programs run on one thread: ${error}.`);
  }
}
