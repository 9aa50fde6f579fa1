import { ModelError } from "../../core/errors.ts";
import type { Answer, Message, Reply } from "./messages.ts";
import { locks, type PageWorker, type StartWorker } from "./runtime.ts";

declare const Worker: StartWorker;

/** The worker is gone, or never came. */
export class Lost extends Error {
  override readonly name = "Lost";
}

/** Milliseconds in which a worker must have started. */
const startingTime = 10_000;

type Question = Extract<Message, { readonly question: number }>;
type Asked<Q> = Q extends Question ? Omit<Q, "question"> : never;

/** A worker and the questions that it has not answered yet. All of them fail with `Lost` when it is gone. */
export class Connection {
  /** Settled when the worker is there, or cannot be started. */
  readonly ready: Promise<void>;
  readonly #worker: PageWorker | null;
  readonly #open = new Map<number, { resolve(answer: Answer): void; reject(error: unknown): void }>();
  readonly #closed = new AbortController();
  #questions = 0;
  #failure: Lost | null = null;

  constructor() {
    const ready = 0; // the question that every worker answers first
    this.ready = this.#answered(ready).then(() => undefined);
    this.ready.catch(() => undefined); // whoever waits for it is told
    this.#worker = this.#started();
    const late = setTimeout(() => this.#lose("it did not start in time"), startingTime);
    const over = (): void => clearTimeout(late);
    this.ready.then(over, over);
  }

  #started(): PageWorker | null {
    try {
      const worker = startWorker();
      worker.addEventListener("message", ({ data }) => this.#hear(data));
      for (const type of ["error", "messageerror"] as const)
        worker.addEventListener(type, (event) => {
          event.preventDefault(); // the page goes on without it
          this.#lose(event.message || "its script could not be loaded");
        });
      return worker;
    } catch (error) {
      this.#lose(error instanceof Error ? error.message : String(error));
      return null;
    }
  }

  #hear(reply: Reply): void {
    const question = reply.kind === "ready" ? 0 : reply.question;
    const waiting = this.#open.get(question);
    this.#open.delete(question);
    if (reply.kind === "answer") waiting?.resolve(reply.answer);
    else {
      if (reply.lock !== null) this.#watch(reply.lock);
      waiting?.resolve({ kind: "linked" });
    }
  }

  /** The worker holds this lock as long as it lives: whoever gets it knows that the worker is dead. */
  #watch(lock: string): void {
    const { signal } = this.#closed;
    locks()
      ?.request(lock, { signal }, async () => this.#lose("it ended"))
      .catch(() => undefined); // given up, since the connection was closed
  }

  #lose(reason: string): void {
    this.#failure ??= new Lost(reason);
    for (const { reject } of this.#open.values()) reject(this.#failure);
    this.#open.clear();
    this.close();
  }

  #answered(question: number): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#failure) reject(this.#failure);
      else this.#open.set(question, { resolve, reject });
    });
  }

  tell(message: Message, transfer: readonly ArrayBufferLike[] = []): void {
    this.#worker?.postMessage(message, transfer);
  }

  /**
   * Asks the worker for something.
   *
   * @throws Lost when it is gone; what went wrong in the worker
   */
  async ask(message: Asked<Message>, transfer: readonly ArrayBufferLike[] = []): Promise<Answer> {
    const question = ++this.#questions;
    const answered = this.#answered(question);
    this.tell({ ...message, question } as Question, transfer);
    const answer = await answered;
    if (answer.kind === "problem") throw new ModelError(answer.problem);
    if (answer.kind === "error") throw new Error(answer.message);
    return answer;
  }

  close(): void {
    this.#closed.abort();
    this.#worker?.terminate();
  }
}

/** The worker's file stands beside this one; bundlers know it by just this expression. */
function startWorker(): PageWorker {
  try {
    return new Worker(new URL("./worker.js", import.meta.url), { type: "module", name: "gradus" });
  } catch (error) {
    if (!(error instanceof Error && error.name === "SecurityError")) throw error;
    // A page may not start a worker from another server, but its own worker may import from there.
    const script = `import ${JSON.stringify(new URL("./worker.js", import.meta.url).href)};`;
    const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
    return new Worker(address, { type: "module", name: "gradus" });
  }
}
