/** Nested records and arrays with leaves of type `T`: the shape of parameters, gradients and optimizer state. */
export type Tree<T> = T | readonly Tree<T>[] | { readonly [key: string]: Tree<T> };

type IsLeaf<T> = (x: unknown) => x is T;

const isBranch = (x: unknown): x is object =>
  Array.isArray(x) || (typeof x === "object" && x !== null && Object.getPrototypeOf(x) === Object.prototype);

/** Leaves in a fixed order: arrays by index, records by insertion. Anything that is neither leaf nor branch is passed over. */
export function leaves<T>(tree: unknown, isLeaf: IsLeaf<T>): T[] {
  const found: T[] = [];
  collect(tree, isLeaf, found);
  return found;
}

function collect<T>(tree: unknown, isLeaf: IsLeaf<T>, found: T[]): void {
  if (isLeaf(tree)) found.push(tree);
  else if (Array.isArray(tree)) for (const branch of tree) collect(branch, isLeaf, found);
  else if (isBranch(tree))
    for (const key of Object.keys(tree)) collect((tree as Record<string, unknown>)[key], isLeaf, found);
}

/** The same tree with every leaf replaced, in the order of `leaves`. */
export function mapLeaves<T>(tree: unknown, isLeaf: IsLeaf<T>, f: (leaf: T) => unknown): unknown {
  if (isLeaf(tree)) return f(tree);
  if (Array.isArray(tree)) return tree.map((branch) => mapLeaves(branch, isLeaf, f));
  if (!isBranch(tree)) return tree;
  const mapped: Record<string, unknown> = { ...tree };
  for (const key of Object.keys(mapped)) mapped[key] = mapLeaves(mapped[key], isLeaf, f);
  return mapped;
}

/** The same tree with its leaves taken one after another from `replacements`. */
export function fillLeaves<T>(tree: unknown, isLeaf: IsLeaf<T>, replacements: Iterable<unknown>): unknown {
  const next = replacements[Symbol.iterator]();
  return mapLeaves(tree, isLeaf, () => next.next().value);
}

/** The path of every leaf, in the order of `leaves`: `0.W`, `0.b`, `2.W`. */
export function paths<T>(tree: unknown, isLeaf: IsLeaf<T>, prefix = ""): string[] {
  if (isLeaf(tree)) return [prefix];
  if (!isBranch(tree)) return [];
  return Object.entries(tree).flatMap(([key, branch]) => paths(branch, isLeaf, prefix ? `${prefix}.${key}` : key));
}

/**
 * The leaves of a tree by the paths of another, in that one's order: `{ b, a }` is like `{ a, b }`. Nothing where the two have
 * not the same paths.
 */
export function leavesAt<T>(tree: unknown, isLeaf: IsLeaf<T>, wanted: readonly string[]): T[] | null {
  const [found, own] = [leaves(tree, isLeaf), paths(tree, isLeaf)];
  if (own.length !== wanted.length) return null;
  const at = wanted.map((path, i) => (own[i] === path ? i : own.indexOf(path)));
  return at.includes(-1) ? null : at.map((i) => found[i]!);
}

/** What a tree consists of, in words: the paths of its leaves. */
export const structure = <T>(tree: unknown, isLeaf: IsLeaf<T>): string =>
  paths(tree, isLeaf)
    .map((path) => path || "one array")
    .join(", ") || "nothing";

/** The leaves by their paths; a tree that is one leaf is called by the name `whole`. */
export function leavesByName<T>(tree: unknown, isLeaf: IsLeaf<T>, whole: string): Record<string, T> {
  const names = paths(tree, isLeaf);
  return Object.fromEntries(leaves(tree, isLeaf).map((leaf, i) => [names[i] || whole, leaf]));
}
