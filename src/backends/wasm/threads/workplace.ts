import type { Runtime } from "./here.ts";
import { type Message, script } from "./worker.ts";

/** A worker, as its crew sees it. */
export interface Worker {
  send(message: Message): void;
  end(): void;
}

/** Where workers are started: in Node, or in a page. */
export interface Workplace {
  /** Whether this thread may sleep; a page's own may not. */
  readonly sleeps: boolean;
  /** Whether a worker starts while this thread sleeps. */
  readonly startsAlone: boolean;
  /** Starts a worker; `fails` hears why it ended when nobody asked it to. */
  start(fails: (reason: string) => void): Worker;
}

interface NodeWorker {
  postMessage(message: Message): void;
  terminate(): Promise<unknown>;
  unref(): void;
  on(event: string, listener: (value: unknown) => void): unknown;
}

type WorkerModule = { readonly Worker: new (script: string, options: object) => NodeWorker };

/**
 * Where workers are started here.
 *
 * @param builtin gives a module of Node, nothing elsewhere
 */
export function workplace(builtin: (name: string) => unknown): Workplace {
  const node = builtin("worker_threads") as WorkerModule | undefined;
  return node ? inNode(node) : inPage(globalThis as unknown as Runtime);
}

/** Node's workers: one does not keep the process alive, and takes no flags meant for the program's own files. */
function inNode(node: WorkerModule): Workplace {
  return {
    ...{ sleeps: true, startsAlone: true },
    start(fails) {
      const port = `(receive) => process.getBuiltinModule("worker_threads").parentPort.on("message", receive)`;
      const worker = new node.Worker(script(port), { eval: true, execArgv: [], env: {}, name: "gradus" });
      let ended = false;
      worker.unref();
      worker.on("error", (error) => fails(String(error)));
      worker.on("exit", (status) => {
        if (!ended) fails(`it ended with status ${status}`);
      });
      return {
        send: (message) => worker.postMessage(message),
        end() {
          ended = true;
          void worker.terminate();
        },
      };
    },
  };
}

/** Workers of a page, or of a worker of it. */
function inPage({ document, Worker, Blob, URL }: Runtime): Workplace {
  const code = script("(receive) => { onmessage = ({ data }) => receive(data); }");
  const address = URL!.createObjectURL(new Blob!([code], { type: "text/javascript" }));
  return {
    ...{ sleeps: document === undefined, startsAlone: false },
    start(fails) {
      const worker = new Worker!(address, { name: "gradus" });
      worker.onerror = ({ message }) => fails(message ?? "it could not be started");
      return { send: (message) => worker.postMessage(message), end: () => worker.terminate() };
    },
  };
}
