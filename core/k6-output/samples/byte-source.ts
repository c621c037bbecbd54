/**
 * Bytes in chunks, from the first one; may be asked for once. A chunk is good until the next one is asked for, and may lie in
 * the room that is offered for it.
 */
export type ByteSource = (room?: Uint8Array) => AsyncIterable<Uint8Array>;
