import { lower } from "../compile/index.ts";
import { fillLeaves, leaves } from "../core/tree.ts";
import { tracing } from "../graph/closure.ts";
import { isData, liftTree, tensorOf } from "../graph/lifted.ts";
import { type Program, program } from "../graph/program.ts";
import { text } from "../graph/text.ts";
import { isValue } from "../graph/value.ts";

export { text };

/**
 * The program that a function is compiled to, for arguments like these.
 *
 * @param f    function of trees of values
 * @param args data whose shapes count, not their numbers
 * @param options `simplified: false` shows the trace as it was written
 */
export function trace(
  f: (...args: never[]) => unknown,
  args: readonly unknown[],
  { simplified = true }: { readonly simplified?: boolean } = {},
): Program {
  const record = { ...args };
  const data = leaves(record, isData).map((x) => (isValue(x) ? x : tensorOf(x)));
  return tracing(data, (inputs) => {
    const result = (f as (...args: unknown[]) => unknown)(
      ...Object.values(fillLeaves(record, isData, inputs) as object),
    );
    const outputs = leaves(liftTree(result), isValue);
    return simplified ? lower({ inputs, outputs }) : program({ inputs, outputs });
  });
}
