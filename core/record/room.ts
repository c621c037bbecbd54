type Column = Float64Array | Int32Array | Uint8Array;

/** A column that one user after the other writes over: a new one for each would be cleared away again and again. */
export class Room<Of extends Column> {
  readonly #make: (length: number) => Of;
  #column: Of | undefined;

  constructor(make: (length: number) => Of) {
    this.#make = make;
  }

  /** So many values, which are whatever the user before has left. */
  of(length: number): Of {
    const column = this.#column;
    if (column !== undefined && column.length >= length)
      return (column.length === length ? column : column.subarray(0, length)) as Of;
    return (this.#column = this.#make(length));
  }
}

export const numberRoom = (): Room<Float64Array> => new Room((length) => new Float64Array(length));
export const integerRoom = (): Room<Int32Array> => new Room((length) => new Int32Array(length));
export const byteRoom = (): Room<Uint8Array> => new Room((length) => new Uint8Array(length));
