import { sameModule } from './same-module.ts';

/*
 * Chunks of a file, and texts that were met in it, side by side in one memory in which they are compared 16 bytes at a time.
 * That is the one thing JavaScript has no fast way for; it is done by a function of WebAssembly (`same-module.ts`).
 */

/** A chunk is at most so long: it stays in the processor's cache between being read and being looked at. */
export const chunkBytes = 256 * 1024;
/** A line that is cut by the end of a chunk is put together here, if it is not longer. */
export const lineBytes = 64 * 1024;
const textBytes = 1024 * 1024;
const pageBytes = 64 * 1024;

/** Texts that are compared must be so long. */
export const shortestText = 16;

export type ScanMemory = {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Not 0 where the `length` bytes at one place are those at another. */
  readonly same: (place: number, other: number, length: number) => number;
};

/** Places in it: known texts, a chunk, and a line. */
export const textsAt = 0;
export const chunkAt = textBytes;
export const lineAt = chunkAt + chunkBytes;
const memoryBytes = lineAt + lineBytes;

/** The part of WebAssembly's API that is used here; Node's own types leave it out. */
declare const WebAssembly: {
  readonly Memory: new (pages: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Record<string, unknown> };
};

// A memory of WebAssembly lays claim to gigabytes of addresses, though to no more memory than is used: it is used again.
const spare: ScanMemory[] = [];

export const takeMemory = (): ScanMemory => spare.pop() ?? makeMemory();

/** To be used by the next one; its bytes must not be looked at any more. */
export const giveBack = (memory: ScanMemory): void => {
  if (spare.length < 2) spare.push(memory);
};

const makeMemory = (): ScanMemory => {
  try {
    return withWebAssembly();
  } catch {
    // Where addresses are rationed (`ulimit -v`), or the processor is older than 2008.
    return withoutWebAssembly();
  }
};

export const withWebAssembly = (): ScanMemory => {
  const pages = memoryBytes / pageBytes;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(sameModule()), { js: { memory } });
  return {
    bytes: new Uint8Array(memory.buffer),
    view: new DataView(memory.buffer),
    same: exports['same'] as ScanMemory['same'],
  };
};

/** The same, three times as slow. */
export const withoutWebAssembly = (): ScanMemory => {
  const bytes = new Uint8Array(memoryBytes);
  const same = (place: number, other: number, length: number): number => {
    for (let index = 0; index < length; index += 1)
      if (bytes[place + index] !== bytes[other + index]) return 0;
    return 1;
  };
  return { bytes, view: new DataView(bytes.buffer), same };
};
