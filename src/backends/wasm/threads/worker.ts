/**
 * The block of shared memory in which a crew is told what to do, in words of 32 bits: what all do, then the reason of the
 * first failure, then a cache line for each thread.
 */
export const words = {
  /** What is to be run: a program, a part of it, its turns; and whether it is called off. */
  ...{ program: 0, part: 1, from: 2, to: 3, off: 4 },
  /** Code units of the reason, up to a 0. */
  reason: 16,
  reasonLength: 239,
  /** Where a thread's own words begin, and how far it is to the next thread's. */
  line: 256,
  width: 16,
  /** Changed with every message and every turn: what a thread sleeps on. */
  bell: 0,
  /** Messages sent to it. */
  sent: 1,
  /** Runs begun, and done. */
  ...{ turn: 2, done: 3 },
  /** Whether it waits for work, and whether it failed. */
  ...{ ready: 4, failed: 5 },
} as const;

/** What a worker is told by messages: who it is, a program to run later on, or one that is not needed any more. */
export type Message =
  | { readonly block: SharedArrayBuffer; readonly thread: number }
  | {
      readonly id: number;
      readonly threads: number;
      readonly module: WebAssembly.Module;
      readonly memory: WebAssembly.Memory;
    }
  | { readonly id: number; readonly module: null };

type Program = Extract<Message, { module: WebAssembly.Module }>;
type Parts = Readonly<Record<string, unknown>>;

/** A worker's own place: the block, who it is, and where its words begin. */
interface Place {
  readonly block: Int32Array;
  readonly thread: number;
  readonly line: number;
  readonly w: typeof words;
}

// Workers are started with the text of these functions, so that they need no file of their own, which a bundler would have to
// know about: the functions must use nothing from outside of themselves.

/** A worker's instance of a program. */
function start({ block, thread, w }: Place, { module, memory, threads }: Program): Parts {
  const arrivals = new Int32Array(memory.buffer);
  const host = {
    ...{ memory, thread, threads },
    fallback: () => {
      throw new Error("only the first thread calls the host");
    },
    wake: () => Atomics.notify(arrivals, 16 * (thread + 1)),
    late: (other: number, past: number) => {
      if (Atomics.load(block, w.off) !== 0) throw new Error("called off");
      Atomics.add(arrivals, 0, 1);
      Atomics.wait(arrivals, 16 * (other + 1), past, 100);
      Atomics.sub(arrivals, 0, 1);
    },
  };
  return new WebAssembly.Instance(module, { host }).exports;
}

/** Says why a worker failed. */
function fail({ block, line, w }: Place, error: unknown): void {
  const text = String(error).slice(0, w.reasonLength);
  for (let i = 0; i <= text.length; i++) block[w.reason + i] = text.charCodeAt(i) || 0;
  Atomics.store(block, line + w.failed, 1);
}

/** Runs what is to be run. */
function run(programs: ReadonlyMap<number, Parts>, { block, w }: Place): void {
  const part = programs.get(block[w.program]!)![`part${block[w.part]!}`] as (from: number, to: number) => void;
  part(block[w.from]!, block[w.to]!);
}

type Listen = (receive: (message: Message) => void) => void;
interface Own {
  readonly start: typeof start;
  readonly run: typeof run;
  readonly fail: typeof fail;
}

/**
 * What a worker does: it sleeps until there is a message or something to run. A message can only come in while it does not
 * sleep, so the one who sends it wakes it.
 */
function work(listen: Listen, w: typeof words, own: Own): void {
  const programs = new Map<number, Parts>();
  let place: Place = { block: new Int32Array(0), thread: 0, line: 0, w };
  let [received, done] = [0, 0];
  const attempt = (task: () => void): void => {
    try {
      task();
    } catch (error) {
      if (Atomics.load(place.block, w.off) === 0) own.fail(place, error);
    }
  };
  const sleep = ({ block, line }: Place): void => {
    for (;;) {
      const bell = Atomics.load(block, line + w.bell);
      const turn = Atomics.load(block, line + w.turn);
      if (Atomics.load(block, line + w.sent) !== received) return;
      if (turn === done) Atomics.wait(block, line + w.bell, bell);
      else {
        attempt(() => own.run(programs, place));
        done = turn;
        Atomics.store(block, line + w.done, done);
        Atomics.notify(block, line + w.done);
      }
    }
  };
  listen((message) => {
    if ("block" in message) {
      const { block, thread } = message;
      place = { block: new Int32Array(block), thread, line: w.line + w.width * thread, w };
      Atomics.store(place.block, place.line + w.ready, 1);
      Atomics.notify(place.block, place.line + w.ready);
    } else {
      received++;
      if (message.module) attempt(() => programs.set(message.id, own.start(place, message)));
      else programs.delete(message.id);
    }
    sleep(place);
  });
}

/**
 * The text that a worker runs.
 *
 * @param listen source of a function that takes what is to be called with every message
 */
export const script = (listen: string): string =>
  // some bundlers wrap functions within functions into calls of `__name`
  `const __name = (f) => f; (${work})(${listen}, ${JSON.stringify(words)}, { start: ${start}, run: ${run}, fail: ${fail} });`;
