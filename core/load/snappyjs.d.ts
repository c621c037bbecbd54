declare module 'snappyjs' {
  /** Throws when the input is no snappy block or when it says that it is longer than `maxLength` bytes. */
  export const uncompress: (compressed: Uint8Array, maxLength?: number) => Uint8Array;
  export const compress: (plain: Uint8Array) => Uint8Array;
}
