import type { Doubt } from '../doubt.ts';
import type { Goal } from '../goals.ts';

/** `reduced`: as large as the full one, but with arguments of its own, such as fewer rounds. */
export type Form = 'short' | 'reduced' | 'full';

/** What one bench came to. */
export type Outcome = {
  /** As in `npm run bench:<name>`. */
  readonly name: string;
  readonly form: Form;
  /** The bench's own arguments; empty but in a reduced form. */
  readonly flags: readonly string[];
  readonly seed: number;
  /** Its figures beside their targets; none where it came to none. */
  readonly goals: readonly Goal[];
  /** Its last line, `result: met|missed …`; null where it did not get that far. */
  readonly result: string | null;
  /** How it ended without a result, such as `exit code 1`; null where it has one. */
  readonly brokeOff: string | null;
  /** Why its figures are not to be used; none where they are. */
  readonly doubts: readonly Doubt[];
  readonly machine: Machine;
};

/** On what, and of what, the figures are. */
export type Machine = {
  readonly processor: string;
  readonly processors: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  /** Short hash; null outside of a checkout. */
  readonly commit: string | null;
  /** Files of the checkout differ from the commit. */
  readonly isChanged: boolean;
};

const regionStart = '<!-- benches: written by npm run bench -->';
const regionEnd = '<!-- end of benches -->';

/**
 * The page with the outcome's table in place of the one it had, in the order of `names`; what people wrote around the tables
 * stays. A table is replaced by one that says at least as much: a result over none, figures that may be used over those
 * that may not, then a full form over a reduced and a short one.
 */
export const withTable = (page: string, outcome: Outcome, names: readonly string[]): string => {
  const { before, inside, after } = split(page);
  const tables = new Map(tablesIn(inside).map((table) => [table.name, table]));
  const kept = tables.get(keyOf(outcome));
  const fresh = { name: keyOf(outcome), rank: rankOf(outcome), text: tableOf(outcome) };
  if (kept !== undefined && kept.rank > fresh.rank) return page;
  tables.set(fresh.name, fresh);
  const place = (key: string): number => {
    const at = names.indexOf(benchOf(key));
    return at < 0 ? names.length : at;
  };
  const sorted = [...tables.values()]
    // What a bench as a whole came to has its parts in it.
    .filter(({ name }) => name === fresh.name || benchOf(name) !== fresh.name || fresh.rank < wholeRank)
    .toSorted((left, right) => place(left.name) - place(right.name) || (left.name < right.name ? -1 : 1));
  return `${before}${regionStart}\n\n${sorted.map(({ text }) => text).join('\n\n')}\n\n${regionEnd}${after}`;
};

/** Parts of a bench that are chosen by its own `--only` have a table of their own: `k6-overhead:growth,truth`. */
const keyOf = ({ name, flags }: Pick<Outcome, 'name' | 'flags'>): string => {
  const only = onlyOf(flags);
  return only === undefined ? name : `${name}:${only}`;
};

/** With `…` for the file of `--keep`, in which slices add up: where it lies is nothing to the reader. */
const shownFlags = (flags: readonly string[]): string[] =>
  flags.map((flag, at) => (flags[at - 1] === '--keep' ? '…' : flag.replace(/^--keep=.*$/, '--keep …')));

const benchOf = (key: string): string => key.split(':')[0] ?? key;

const onlyOf = (flags: readonly string[]): string | undefined =>
  flags.includes('--only')
    ? flags[flags.indexOf('--only') + 1]
    : flags.find((flag) => flag.startsWith('--only='))?.slice('--only='.length);

const split = (page: string): { before: string; inside: string; after: string } => {
  const from = page.indexOf(regionStart);
  const to = page.indexOf(regionEnd);
  if (from < 0 || to < from) return { before: `${page.trimEnd()}\n\n`.trimStart(), inside: '', after: '\n' };
  return {
    before: page.slice(0, from),
    inside: page.slice(from + regionStart.length, to),
    after: page.slice(to + regionEnd.length),
  };
};

type Table = { readonly name: string; readonly rank: number; readonly text: string };

const tablesIn = (text: string): Table[] =>
  [...text.matchAll(/<!-- bench (\S+) rank (\d+) -->[\s\S]*?<!-- end of bench \1 -->/g)].map(
    ([whole, name = '', rank]) => ({ name, rank: Number(rank), text: whole }),
  );

const rankOf = ({ result, doubts, form }: Outcome): number =>
  (result === null ? 0 : doubts.length > 0 ? 10 : 20) + ['short', 'reduced', 'full'].indexOf(form);

/** Of a full form with figures that may be used. */
const wholeRank = 22;

const tableOf = (outcome: Outcome): string =>
  [
    `<!-- bench ${keyOf(outcome)} rank ${rankOf(outcome)} -->`,
    '',
    `### \`npm run -s bench:${[outcome.name, ...(outcome.flags.length === 0 ? [] : ['--', ...shownFlags(outcome.flags)])].join(' ')}\``,
    '',
    [formText(outcome), `시드 ${outcome.seed}`, ...machineTexts(outcome.machine)].join(' · '),
    '',
    outcome.result === null ? `결과를 내지 못하고 끝났습니다(${outcome.brokeOff}).` : resultText(outcome),
    '',
    ...outcome.doubts.flatMap((doubt) => [`**쓰면 안 되는 수치입니다.** ${doubtWords(doubt)}`, '']),
    ...goalRows(outcome.goals),
    `<!-- end of bench ${keyOf(outcome)} -->`,
  ].join('\n');

const formText = ({ form, flags }: Outcome): string =>
  ({
    short: '짧은 형식',
    reduced: `전체 형식 가운데 \`${shownFlags(flags).join(' ')}\`만`,
    full: '전체 형식',
  })[form];

const machineTexts = (machine: Machine): string[] => [
  machine.commit === null
    ? '커밋 알 수 없음'
    : `커밋 \`${machine.commit}\`${machine.isChanged ? '에서 고친 상태' : ''}`,
  `${machine.processor} ${machine.processors}코어`,
  `메모리 ${machine.memoryGb} GB`,
  machine.system,
  `Node ${machine.node}`,
];

const resultText = ({ goals, result }: Outcome): string => {
  const met = goals.filter(({ isMet }) => isMet).length;
  if (goals.length === 0) return `\`${result}\``;
  return met === goals.length
    ? `목표 ${goals.length}개를 모두 달성했습니다.`
    : `목표 ${goals.length}개 중 ${met}개를 달성했습니다.`;
};

const doubtWords = (doubt: Doubt): string => {
  const percent = (share: number): string => `${Math.round(share * 100)} %`;
  return doubt.kind === 'busy-before'
    ? `시작할 때 기계가 바빴습니다(부하 평균 ${doubt.loadAverage.toFixed(2)}, 한도 ${doubt.limit}).`
    : `재는 동안 다른 프로그램이 프로세서의 ${percent(doubt.share)}를 썼습니다(한도 ${percent(doubt.limit)}).`;
};

const goalRows = (goals: readonly Goal[]): string[] =>
  goals.length === 0
    ? []
    : [
        '| 판정 | 항목 | 잰 값 | 목표 |',
        '| --- | --- | --- | --- |',
        ...goals.map(
          ({ isMet, what, seen, target }) =>
            `| ${isMet ? '달성' : '**미달**'} | ${cell(what)} | ${cell(seen)} | ${cell(target)} |`,
        ),
        '',
      ];

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
