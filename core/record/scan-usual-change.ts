import { keptLength, keptPlaces, without } from './content-columns.ts';
import { lost } from './line-cursor.ts';

const [quote, comma, zero, opened, closed] = [34, 44, 48, 91, 93];
/** So many digits are exact in 32 bits. */
const mostDigits = 9;

const digitAt = (bytes: Uint8Array, at: number): number => (bytes[at] as number) - zero;
const isDigit = (digit: number): boolean => digit >= 0 && digit <= 9;

/**
 * Reads what a reading says of a partition, as most of it is: `[7,"41","45","41","0"]`, of few digits and without marks. Nothing was
 * committed while the end was read, so that the third offset is the text of the first again, which is looked at and not read. Answers where it
 * ends; `lost` for every other one, of which nothing in the lists is good then.
 */
export const scanUsualChange = (
  bytes: Uint8Array,
  from: number,
  index: number,
  ids: Int32Array,
  contents: Float64Array,
): number => {
  if (bytes[from] !== opened) return lost;
  let at = from + 1;
  let id = 0;
  for (let digit = digitAt(bytes, at); isDigit(digit); digit = digitAt(bytes, at)) {
    id = (Math.imul(id, 10) + digit) | 0;
    at += 1;
  }
  const idDigits = at - from - 1;
  if (idDigits > mostDigits || idDigits === 0 || (idDigits > 1 && bytes[from + 1] === zero)) return lost;

  const committedAt = at;
  if (bytes[at] !== comma || bytes[at + 1] !== quote) return lost;
  at += 2;
  let committed = 0;
  for (let digit = digitAt(bytes, at); isDigit(digit); digit = digitAt(bytes, at)) {
    committed = (Math.imul(committed, 10) + digit) | 0;
    at += 1;
  }
  const committedDigits = at - committedAt - 2;
  if (committedDigits > mostDigits || committedDigits === 0) return lost;

  if (bytes[at] !== quote || bytes[at + 1] !== comma || bytes[at + 2] !== quote) return lost;
  at += 3;
  const endAt = at;
  let end = 0;
  for (let digit = digitAt(bytes, at); isDigit(digit); digit = digitAt(bytes, at)) {
    end = (Math.imul(end, 10) + digit) | 0;
    at += 1;
  }
  if (at - endAt > mostDigits || at === endAt || bytes[at] !== quote) return lost;
  at += 1;

  const length = committedDigits + 2;
  for (let place = 0; place < length; place += 1)
    if (bytes[at + place] !== bytes[committedAt + place]) return lost;
  at += length;

  if (bytes[at] !== quote || bytes[at + 1] !== comma || bytes[at + 2] !== quote) return lost;
  at += 3;
  const logStartAt = at;
  let logStart = 0;
  for (let digit = digitAt(bytes, at); isDigit(digit); digit = digitAt(bytes, at)) {
    logStart = (Math.imul(logStart, 10) + digit) | 0;
    at += 1;
  }
  if (at - logStartAt > mostDigits || at === logStartAt) return lost;
  if (bytes[at] !== quote || bytes[at + 1] !== closed) return lost;

  ids[index] = id;
  const row = index * keptLength;
  contents[row + keptPlaces.committedBetween] = 0;
  contents[row + keptPlaces.committedAfter] = committed;
  contents[row + keptPlaces.end] = end;
  contents[row + keptPlaces.logStart] = logStart;
  contents[row + keptPlaces.beyondEnd] = 0;
  contents[row + keptPlaces.marks] = without.highWatermark;
  return at + 2;
};
