/** Whatever is held at present, so that it can be let go. */
const everything = new Set<WeakRef<Held<unknown>>>();
const gone = new FinalizationRegistry<WeakRef<Held<unknown>>>((reference) => everything.delete(reference));

/**
 * Something dear that can be made again. A page has room for some hundred memories of WebAssembly, however small they are:
 * when there is no room for another, programs that do not run let go of theirs.
 */
export class Held<T> {
  #thing: T | null = null;
  #kept = false;
  readonly #make: () => T;

  constructor(make: () => T) {
    this.#make = make;
    const reference = new WeakRef(this);
    everything.add(reference);
    gone.register(this, reference);
  }

  /** The thing; whoever uses it still has it when it is let go meanwhile. */
  get(): T {
    this.#thing ??= this.#make();
    return this.#thing;
  }

  /** The thing, which is not let go any more. */
  keep(): T {
    this.#kept = true;
    return this.get();
  }

  /** Lets go of the thing, and tells whether it did. */
  release(): boolean {
    if (this.#kept || this.#thing === null) return false;
    this.#thing = null;
    return true;
  }
}

/** Lets go of everything that can be made again, and tells whether there was something. */
export function releaseAll(): boolean {
  let released = false;
  for (const reference of everything) released = reference.deref()?.release() || released;
  return released;
}
