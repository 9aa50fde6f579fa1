import { liftTree } from "../graph/lifted.ts";
import { variables } from "../transform/call.ts";

/**
 * A tree of parameters, if all of its numbers are real.
 *
 * @throws `autodiff-integer`
 */
export function checkedTree<X>(name: string, tree: X): X {
  variables(name, liftTree(tree));
  return tree;
}
