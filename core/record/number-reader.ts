const [point, minus, zero] = [46, 45, 48];

/** Reads JSON's numbers from bytes, to the same double as JSON.parse. */
export class NumberReader {
  /** The last one that was read. */
  value = 0;

  /** Answers where the number ends that stands there; -1 where there is none, or one that is left to JSON.parse. */
  read(bytes: Uint8Array, from: number): number {
    const first = bytes[from] === minus ? from + 1 : from;
    let at = first;
    // In 32 bits, as long as they hold it: most numbers have no more digits.
    let mantissa = 0;
    let digit = (bytes[at] ?? 0) - zero;
    while (digit >= 0 && digit <= 9) {
      mantissa = (Math.imul(mantissa, 10) + digit) | 0;
      at += 1;
      digit = (bytes[at] ?? 0) - zero;
    }
    const whole = at - first;
    if (whole === 0 || (whole > 1 && bytes[first] === zero)) return -1;
    let decimals = 0;
    if (digit === point - zero) {
      const behind = at + 1;
      at = behind;
      digit = (bytes[at] ?? 0) - zero;
      while (digit >= 0 && digit <= 9) {
        mantissa = (Math.imul(mantissa, 10) + digit) | 0;
        at += 1;
        digit = (bytes[at] ?? 0) - zero;
      }
      decimals = at - behind;
      if (decimals === 0) return -1;
    }
    if (isExponent(bytes[at])) return this.#readText(bytes, from, at);
    if (whole + decimals > 9) return this.#readLong(bytes, from, at, whole, decimals);
    const size = mantissa / (powersOfTen[decimals] ?? 1);
    this.value = first === from ? size : -size;
    return at;
  }

  /** More digits than 32 bits hold. */
  #readLong(bytes: Uint8Array, from: number, to: number, whole: number, decimals: number): number {
    let at = bytes[from] === minus ? from + 1 : from;
    const point = at + whole;
    let mantissa = 0;
    let rest = 0;
    let restDigits = 0;
    for (; at < to; at += 1) {
      if (at === point) continue;
      const digit = (bytes[at] ?? 0) - zero;
      if (mantissa < 1e14) mantissa = mantissa * 10 + digit;
      else {
        rest = rest * 10 + digit;
        restDigits += 1;
      }
    }
    if (restDigits > 7 || decimals > 22) return this.#readText(bytes, from, to);
    const size =
      restDigits === 0 && decimals <= 22
        ? // Both are exact, and their quotient is rounded once, as the number that was written is (Clinger 1990).
          mantissa / (powersOfTen[decimals] ?? 1)
        : quotient(mantissa, rest, powersOfTen[restDigits] ?? 1, powersOfTen[decimals] ?? 1);
    if (Number.isNaN(size)) return this.#readText(bytes, from, to);
    this.value = bytes[from] === minus ? -size : size;
    return to;
  }

  /** Any other one. */
  #readText(bytes: Uint8Array, from: number, at: number): number {
    let to = at;
    while (isPartOfNumber(bytes[to])) to += 1;
    const text = String.fromCharCode(...bytes.subarray(from, Math.min(to, from + longestNumber)));
    const value = Number(text);
    if (to - from > longestNumber || !jsonNumber.test(text) || !Number.isFinite(value)) return -1;
    this.value = value;
    return to;
  }
}

const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/;
const longestNumber = 400;
const powersOfTen = Array.from({ length: 23 }, (_, power) => 10 ** power);

const isExponent = (byte: number | undefined): boolean => byte === 101 || byte === 69;

const isPartOfNumber = (byte: number | undefined): boolean =>
  byte !== undefined && ((byte >= 48 && byte <= 57) || byte === 43 || byte === 45 || isExponent(byte));

/**
 * (mantissa · shift + rest) / divisor, rounded once; NaN where that is not certain. All are whole numbers and exact; the dividend
 * below 10^22. It is held as the exact sum of two doubles, and so is, but for less than 2^-92 of it, the quotient: where that
 * much more or less would be rounded to the same double, it is the one (as in Ziv's test; exact products after Dekker 1971).
 */
const quotient = (mantissa: number, rest: number, shift: number, divisor: number): number => {
  const high = mantissa * shift;
  const low = productError(mantissa, shift, high) + rest;
  const first = high / divisor;
  const product = first * divisor;
  const second = (high - product - productError(first, divisor, product) + low) / divisor;
  const doubt = first * 2 ** -92;
  const least = first + (second - doubt);
  return least === first + (second + doubt) ? least : Number.NaN;
};

/** What rounding took from the product, exactly. */
const productError = (left: number, right: number, product: number): number => {
  const leftHigh = highHalf(left);
  const rightHigh = highHalf(right);
  const leftLow = left - leftHigh;
  const rightLow = right - rightHigh;
  return leftLow * rightLow - (product - leftHigh * rightHigh - leftLow * rightHigh - leftHigh * rightLow);
};

/** Its first 26 bits. */
const highHalf = (value: number): number => {
  const spread = value * (2 ** 27 + 1);
  return spread - (spread - value);
};
