/** The part of the WebAssembly interface that the engine uses; the same in Node, in pages and in workers. */
declare global {
  namespace WebAssembly {
    class Memory {
      constructor(descriptor: { initial: number; maximum?: number; shared?: boolean });
      readonly buffer: ArrayBuffer;
    }
    class Module {
      constructor(bytes: Uint8Array<ArrayBuffer>);
    }
    class Instance {
      constructor(module: Module, imports: Record<string, Record<string, unknown>>);
      readonly exports: Readonly<Record<string, unknown>>;
    }
    function validate(bytes: Uint8Array<ArrayBuffer>): boolean;
  }
}

/** Compiles and links a module at once. */
export const instantiate = (bytes: Uint8Array<ArrayBuffer>, host: Record<string, unknown>): WebAssembly.Instance =>
  new WebAssembly.Instance(new WebAssembly.Module(bytes), { host });

/** Memory of a number of 64 KiB pages. */
export const memoryOf = (pages: number): WebAssembly.Memory => new WebAssembly.Memory({ initial: pages });
