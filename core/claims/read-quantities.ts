import type { Comparator, WrittenNumber, WrittenQuantity, WrittenUnit } from './written-quantity.ts';

/** `1,234.5`, `1234`, `.5` is none; groups of three or none at all. */
const numberPattern = String.raw`\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?`;

/** Factors behind a number in Korean and English. */
const multipliers: Readonly<Record<string, number>> = {
  천: 1e3,
  만: 1e4,
  백만: 1e6,
  억: 1e8,
  k: 1e3,
  K: 1e3,
  M: 1e6,
};

const durationUnits: Readonly<Record<string, number>> = {
  ns: 1e-6,
  µs: 1e-3,
  μs: 1e-3,
  us: 1e-3,
  마이크로초: 1e-3,
  ms: 1,
  msec: 1,
  milliseconds: 1,
  millisecond: 1,
  밀리초: 1,
  s: 1e3,
  sec: 1e3,
  secs: 1e3,
  second: 1e3,
  seconds: 1e3,
  초: 1e3,
  m: 6e4,
  min: 6e4,
  mins: 6e4,
  minute: 6e4,
  minutes: 6e4,
  분: 6e4,
  h: 36e5,
  hr: 36e5,
  hrs: 36e5,
  hour: 36e5,
  hours: 36e5,
  시간: 36e5,
};

const byteUnits: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

const countWords =
  '건|개|회|명|requests?|messages?|iterations?|errors?|failures?|records?|users?|coupons?|rows?|people';

const rateWords = String.raw`RPS|TPS|QPS|rps|tps|qps|req\/s(?:ec)?|reqs\/s|requests?\s*(?:\/|per)\s*s(?:ec(?:ond)?)?|iterations?\s*(?:\/|per)\s*s(?:ec(?:ond)?)?|messages?\s*(?:\/|per)\s*s(?:ec(?:ond)?)?|(?:건|회|개)\s*\/\s*(?:s(?:ec)?|초)|\/\s*s(?:ec(?:ond)?)?|\/\s*초|per\s+second`;

const longestFirst = (words: readonly string[]): string =>
  [...words].sort((a, b) => b.length - a.length).join('|');

/** Not before another letter: `5min` is a duration, `5minibatches` is none. Korean particles may follow. */
const wordEnd = '(?![A-Za-z0-9_])';
/** Not inside a name, a version, a date or a longer number: `k6`, `p95`, `v1.8.1`, `2026-03-14`, `#3`. */
const wordStart = String.raw`(?<![A-Za-z0-9_#.,:/@$-])(?<!\d\s?[-~]\s?)`;

const durationUnit = longestFirst(Object.keys(durationUnits));
const one = String.raw`(?:${numberPattern})\s?(?:${durationUnit})`;

const duration = String.raw`(?<duration>${one}(?:${wordEnd}|(?=\d))(?:\s?${one}(?:${wordEnd}|(?=\d)))*)`;
const fraction = String.raw`(?<part>${numberPattern})\s*건?\s*(?:\/|out of)\s*(?<whole>${numberPattern})\s*건?(?![\d.]|\s*\/)`;
const scaled = String.raw`(?<number>${numberPattern})(?:\s?(?<multiplier>백만|천|만|억|[kKM](?![A-Za-z]))(?:\s?(?<rest>${numberPattern})(?=\s*(?:건|개|회|번|명)))?)?`;
const unit = String.raw`(?:\s*(?:(?<rate>${rateWords})${wordEnd}|(?<byteRate>(?:${longestFirst(Object.keys(byteUnits))}))\s*\/\s*(?:s(?:ec)?|초)${wordEnd}|(?<bytes>${longestFirst(Object.keys(byteUnits))})${wordEnd}|(?<percent>%|퍼센트|percent${wordEnd})|(?<vus>(?:max\s+)?(?:VUs?|vus?)${wordEnd}|가상\s?사용자)|(?<count>(?:${countWords})(?![A-Za-z]))))?`;

const quantity = new RegExp(
  String.raw`${wordStart}(?:${duration}|${fraction}|${scaled}${unit}(?![\d]|[.,]\d|[A-Za-z_])(?!\s*(?:년|월|일|차|번|단계|판|배)))`,
  'gu',
);

/** Days, times of day, versions, addresses and links: numbers that measure nothing. */
const noQuantities = [
  /https?:\/\/\S+/g,
  /\d{4}[-./]\d{1,2}[-./]\d{1,2}(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?/g,
  /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?/g,
  /(?<![\d.:])\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?![\d:])/g,
  // What a rule asks for is no result: `p(95)<500`, `rate>=0.95`, `value<60s`.
  /\b(?:value|count|rate|p\(\d+(?:\.\d+)?\)|max|avg|min|med)\s?(?:[<>]=?|[=!]=)\s?\d[\d.]*(?:ms|s|m|h|%)?/g,
  /\bv?\d+\.\d+\.\d+(?:\.\d+)*\b/g,
  /\bp\(\d+(?:\.\d+)?\)/g,
  /\d+(?:\.\d+)?\s?%p/g,
  /\bHTTP\s*[1-5]\d{2}\b|(?<![\d,.])[1-5](?:xx|XX)\b/g,
];

/** The numbers in a text that measure something, in the order in which they stand; none is read from within another. */
export const readQuantities = (text: string): WrittenQuantity[] => {
  const plain = blankOut(text);
  const found = [...plain.matchAll(quantity)].flatMap((match) => {
    const groups = match.groups ?? {};
    const read = valueOf(groups);
    if (read === undefined || !Number.isFinite(read.value)) return [];
    const start = match.index;
    const shown = match[0].trimEnd();
    const end = start + shown.length;
    const before = plain.slice(0, start);
    const after = plain.slice(end);
    return [
      {
        ...asRate(read, before),
        text: text.slice(start, end),
        start,
        end,
        isApproximate: isApproximate(before, after),
        comparator: comparatorOf(before, after),
      },
    ];
  });
  return found.map((one, index) => withinRange(one, found[index - 1], found[index + 1], plain));
};

/** `10초~12초`: at least the one, at most the other. */
const withinRange = (
  one: WrittenQuantity,
  before: WrittenQuantity | undefined,
  after: WrittenQuantity | undefined,
  text: string,
): WrittenQuantity => {
  const joins = (left: WrittenQuantity | undefined, right: WrittenQuantity | undefined): boolean =>
    left !== undefined &&
    right !== undefined &&
    left.unit === right.unit &&
    left.value <= right.value &&
    /^\s?[~–]\s?$/.test(text.slice(left.end, right.start));
  if (joins(one, after)) return { ...one, comparator: '>=' };
  return joins(before, one) ? { ...one, comparator: '<=' } : one;
};

/** As many blanks as there were characters, so that places stay. */
const blankOut = (text: string): string =>
  noQuantities.reduce(
    (left, pattern) => left.replaceAll(pattern, (found) => '\u0000'.repeat(found.length)),
    text,
  );

type Read = {
  readonly value: number;
  readonly step: number;
  readonly unit: WrittenUnit;
  outOf?: WrittenNumber;
};

const valueOf = (groups: Readonly<Record<string, string | undefined>>): Read | undefined => {
  if (groups['duration'] !== undefined) return { ...readDuration(groups['duration']), unit: 'ms' };
  if (groups['part'] !== undefined && groups['whole'] !== undefined) {
    const [part, whole] = [readNumber(groups['part']), readNumber(groups['whole'])];
    return whole.value === 0 && part.value > 0 ? undefined : { ...part, unit: 'count', outOf: whole };
  }
  const number = readNumber(groups['number'] ?? '');
  const factor = multipliers[groups['multiplier'] ?? ''] ?? 1;
  const rest = groups['rest'] === undefined ? undefined : readNumber(groups['rest']);
  const value = number.value * factor + (rest?.value ?? 0);
  const step = rest?.step ?? number.step * factor;
  const { unit: kind, scale } = unitOf(groups);
  return { value: value * scale, step: step * scale, unit: kind };
};

const unitOf = (
  groups: Readonly<Record<string, string | undefined>>,
): { unit: WrittenUnit; scale: number } => {
  if (groups['rate'] !== undefined) return { unit: 'per-second', scale: 1 };
  if (groups['byteRate'] !== undefined)
    return { unit: 'bytes-per-second', scale: byteUnits[groups['byteRate']] ?? 1 };
  if (groups['bytes'] !== undefined) return { unit: 'bytes', scale: byteUnits[groups['bytes']] ?? 1 };
  if (groups['percent'] !== undefined) return { unit: 'percent', scale: 1 };
  if (groups['vus'] !== undefined) return { unit: 'vus', scale: 1 };
  return { unit: groups['count'] === undefined ? 'none' : 'count', scale: 1 };
};

/** `초당 691건`, `VU 500`: what stands before says what is counted. */
const asRate = (read: Read, before: string): Read => {
  if (read.unit !== 'count' && read.unit !== 'none') return read;
  if (/초당\s*(?:약|평균|최대)?\s*$/.test(before)) return { ...read, unit: 'per-second' };
  if (/(?:RPS|TPS|QPS)\s*[:=]?\s*$/i.test(before)) return { ...read, unit: 'per-second' };
  if (/(?:\bVUs?|가상\s?사용자)\s*[:=(]?\s*$/i.test(before)) return { ...read, unit: 'vus' };
  return read;
};

const readNumber = (text: string): WrittenNumber => {
  const plain = text.replaceAll(',', '');
  const decimals = plain.includes('.') ? plain.length - plain.indexOf('.') - 1 : 0;
  return { value: Number(plain), step: Number(`1e-${decimals}`) };
};

/** `1시간 16분`, `4m30s`, `1.7s`: the parts together; the last one says how close it is. */
const readDuration = (text: string): WrittenNumber => {
  const parts = [...text.matchAll(new RegExp(`(${numberPattern})\\s?(${durationUnit})`, 'g'))].map(
    ([, digits = '', name = '']) => {
      const number = readNumber(digits);
      const scale = durationUnits[name] ?? Number.NaN;
      return { value: number.value * scale, step: number.step * scale };
    },
  );
  return {
    value: parts.reduce((sum, { value }) => sum + value, 0),
    step: Math.min(...parts.map(({ step }) => step)),
  };
};

const isApproximate = (before: string, after: string): boolean =>
  /(?:약|대략|거의|평균적으로|\babout|\baround|\broughly|\bapprox(?:imately|\.)?|\bnearly|\balmost|(?<![\p{L}\d%]\s?)[~≈])\s*$/iu.test(
    before,
  ) || /^\s*(?:가량|정도|쯤|내외|안팎|or so|approximately)/.test(after);

const signs: Readonly<Record<string, Comparator>> = {
  '<': '<',
  '>': '>',
  '<=': '<=',
  '>=': '>=',
  '≤': '<=',
  '≥': '>=',
  '=<': '<=',
  '=>': '>=',
};

const comparatorOf = (before: string, after: string): Comparator => {
  const sign = /(<=|>=|=<|=>|[<>≤≥])\s*$/.exec(before)?.[1];
  if (sign !== undefined) return signs[sign] ?? '=';
  for (const [pattern, comparator] of wordsAfter) if (pattern.test(after)) return comparator;
  for (const [pattern, comparator] of wordsBefore) if (pattern.test(before)) return comparator;
  return '=';
};

const wordsAfter: readonly (readonly [RegExp, Comparator])[] = [
  [/^\s*(?:을|를|도)?\s*(?:넘지|초과하지)\s?(?:않|못)/, '<='],
  [/^\s*(?:이하|이내|안에|내에|or less|or lower|at most)/, '<='],
  [/^\s*(?:미만|보다 (?:빠|낮|작|적))/, '<'],
  [/^\s*(?:이상|or more|or higher|at least)|^\s*\+(?=\s|$)/, '>='],
  [/^\s*(?:초과|을 넘|를 넘|보다 (?:느|높|크|많|길))/, '>'],
];

const wordsBefore: readonly (readonly [RegExp, Comparator])[] = [
  [/(?:\bnever exceed(?:ed|s)?|\b(?:did|does) not exceed|\bno more than|\bat most|\bup to)\s*$/i, '<='],
  [/(?:\bwithin|\bin under)\s*$/i, '<='],
  [/(?:\bunder|\bbelow|\bless than|\bfewer than|\bfaster than|\blower than)\s*$/i, '<'],
  [/(?:\bat least|\bno less than|\bno fewer than)\s*$/i, '>='],
  [/(?:\bover|\babove|\bmore than|\bgreater than|\bexceed(?:ed|s|ing)?|\blonger than)\s*$/i, '>'],
];
