import { giveUp } from './answer-frames.ts';
import { ByteReader } from './bytes.ts';

type Part<Value> = { from: number; to: number; value: Value; answer: number };

/** Reads the part of an answer with that name, from where the reader stands. */
export type ReadPart<Value> = (name: string, decode: () => Value) => Value;

/**
 * What was read from the parts of an answer (those of a group, of a topic), for as long as the next answer says the same of them,
 * byte for byte: of a hundred thousand offsets a second nearly all are as they were, and reading them anew costs more than all
 * the rest. What is the same is the same object.
 */
export class KeptParts<Value> {
  readonly #parts = new Map<string, Part<Value>>();
  /** The answer before, in which the parts stand. */
  #bytes: Buffer = Buffer.alloc(0);
  #answers = 0;

  /**
   * Of an answer that cannot be read to its end nothing is kept, nor of those before it. The bytes are given up with the next answer:
   * nobody else may look at them then.
   */
  take<Answer>(bytes: Buffer, read: (reader: ByteReader, part: ReadPart<Value>) => Answer): Answer {
    const reader = new ByteReader(bytes);
    this.#answers += 1;
    try {
      const answer = read(reader, (name, decode) => this.#part(reader, name, decode));
      for (const [name, part] of this.#parts) if (part.answer !== this.#answers) this.#parts.delete(name);
      if (this.#bytes.buffer !== bytes.buffer) giveUp(this.#bytes);
      this.#bytes = bytes;
      return answer;
    } catch (error) {
      this.#parts.clear();
      throw error;
    }
  }

  #part(reader: ByteReader, name: string, decode: () => Value): Value {
    const from = reader.at;
    const known = this.#parts.get(name);
    // Of a name that comes twice it is no longer known where it stood before.
    const isSame =
      known !== undefined &&
      known.answer !== this.#answers &&
      reader.passSame(this.#bytes, known.from, known.to);
    const value = isSame ? known.value : decode();
    if (known === undefined) this.#parts.set(name, { from, to: reader.at, value, answer: this.#answers });
    else {
      known.from = from;
      known.to = reader.at;
      known.value = value;
      known.answer = this.#answers;
    }
    return value;
  }
}
