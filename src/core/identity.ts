const numbers = new WeakMap<object, number>();
let count = 0;

/** A number for an object, the same as long as the object lives: for keys of caches. */
export function identityOf(thing: object): number {
  const known = numbers.get(thing) ?? count++;
  numbers.set(thing, known);
  return known;
}
