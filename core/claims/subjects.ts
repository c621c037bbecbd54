import type { K6Metric } from '../record/load-outcome.ts';
import type { KafkaGroupReport, RunReport } from '../report-document.ts';
import type { Figure, SubjectId } from './check-document.ts';
import {
  metricFigures,
  trendFigures,
  type ClaimedRun,
  type FigureReader,
  type Stat,
} from './known-figures.ts';
import type { WrittenUnit } from './written-quantity.ts';

/** What is asked of a subject: in which unit, and which of its values, where the words tell. */
export type Question = {
  readonly unit: WrittenUnit;
  readonly stat: Stat | undefined;
  /** The words around it. */
  readonly text: string;
  /** Whether it is said to be the most there was. */
  readonly isCeiling: boolean;
  /** Whether it is a limit on one side. */
  readonly isLimit: boolean;
};

/** Something a report can give a figure of: the words for it, and where its figures are. */
export type Subject = {
  readonly id: SubjectId;
  readonly words: RegExp;
  readonly units: readonly WrittenUnit[];
  readonly figures: (run: ClaimedRun, read: FigureReader, question: Question) => Figure[];
  /** Two counts that may be written as `part/whole`. */
  readonly pairs?: (run: ClaimedRun, read: FigureReader) => (readonly [part: Figure, whole: Figure])[];
};

const counts: readonly WrittenUnit[] = ['count', 'none'];

export const subjects: readonly Subject[] = [
  {
    id: 'success-rate',
    words: /성공[률율]|통과율|성공(?![률율적])|success(?:ful)?(?: rate)?|pass rate|succeeded/giu,
    units: ['percent', ...counts],
    figures: ({ report: { load } }, read, { unit }) => {
      const [passes, fails] = [load?.checks.passes, load?.checks.fails];
      const [failed, requests] = [load?.failedRequests, load?.requests];
      if (unit === 'percent')
        return [
          ...read.computed(
            [
              ['load.checks.passes', passes],
              ['load.checks.fails', fails],
            ],
            'percent',
            shareOfBoth,
          ),
          ...read.computed(
            [
              ['load.requests', requests],
              ['load.failedRequests', failed],
            ],
            'percent',
            (whole, part) => 100 - (part / whole) * 100,
          ),
        ];
      return [
        ...read.at('load.checks.passes', unit, passes),
        ...read.computed(
          [
            ['load.requests', requests],
            ['load.failedRequests', failed],
          ],
          unit,
          (whole, part) => whole - part,
        ),
      ];
    },
    pairs: ({ report: { load } }, read) =>
      pairOf(
        read.at('load.checks.passes', 'count', load?.checks.passes),
        read.computed(
          [
            ['load.checks.passes', load?.checks.passes],
            ['load.checks.fails', load?.checks.fails],
          ],
          'count',
          (a, b) => a + b,
        ),
      ),
  },
  {
    id: 'error-rate',
    words:
      /(?:에러|오류|실패)(?:[율률]|[한된] ?요청)?|error(?:s| rate)?|fail(?:ure|ures|ed)?(?: rate| requests?)?|http_req_failed/giu,
    units: ['percent', ...counts],
    figures: ({ report: { load } }, read, { unit }) => {
      const [passes, fails] = [load?.checks.passes, load?.checks.fails];
      if (unit === 'percent')
        return [
          ...read.computed(
            [
              ['load.failedRequests', load?.failedRequests],
              ['load.requests', load?.requests],
            ],
            'percent',
            (part, whole) => (part / whole) * 100,
          ),
          ...read.computed(
            [
              ['load.checks.fails', fails],
              ['load.checks.passes', passes],
            ],
            'percent',
            shareOfBoth,
          ),
        ];
      return [
        ...read.at('load.failedRequests', unit, load?.failedRequests),
        ...read.at('load.checks.fails', unit, fails),
      ];
    },
    pairs: ({ report: { load } }, read) =>
      pairOf(
        read.at('load.failedRequests', 'count', load?.failedRequests),
        read.at('load.requests', 'count', load?.requests),
      ),
  },
  {
    id: 'request-rate',
    words: /RPS|TPS|QPS|처리량|요청 수|초당 요청|throughput|request rate|req\/s|requests per second/giu,
    units: ['per-second'],
    figures: ({ report, k6Metrics }, read, { text }) => {
      const mean = report.load?.requestsPerSecond;
      if (/순간|피크|최대|최고|peak|max/iu.test(text))
        return read.between('load.requestsPerSecond', 'per-second', {
          value: null,
          low: mean ?? null,
          high: null,
        });
      return [
        ...read.at('load.requestsPerSecond', 'per-second', mean),
        ...reachedRate(report, read),
        ...rateOf(k6Metrics['iterations'], 'iterations', read),
      ];
    },
  },
  {
    id: 'target',
    words: /목표|기준(?:치|값)?|임계(?:치|값)?|target|goal|SLO|threshold|limit/giu,
    units: ['per-second', 'ms', 'percent', ...counts],
    figures: ({ report }, read, { unit }) => [
      ...(unit === 'per-second'
        ? read.at('load.peakTargetPerSecond', unit, report.load?.peakTargetPerSecond)
        : []),
      ...report.rules.flatMap(({ facts, unit: ruleUnit }, index) => {
        const { limit } = facts;
        if (typeof limit !== 'number') return [];
        const scale = unit === 'percent' && ruleUnit === 'ratio' ? 100 : 1;
        return sameUnit(unit, ruleUnit) ? read.at(`rules.${index}.facts.limit`, unit, limit * scale) : [];
      }),
    ],
  },
  {
    id: 'latency',
    words: /응답 ?(?:속도|시간)|레이턴시|latency|response times?|http_req_duration/giu,
    units: ['ms'],
    figures: ({ report: { load } }, read, { stat }) => [
      ...trendFigures(read, 'load.httpReqDurationMs', load?.httpReqDurationMs, stat),
      ...trendFigures(read, 'load.expectedHttpReqDurationMs', load?.expectedHttpReqDurationMs, stat),
    ],
  },
  {
    id: 'requests',
    words: /(?:총|전체)? ?요청(?: ?수| ?건수)?|(?:http_|total )?(?:requests?|reqs)/giu,
    units: counts,
    figures: ({ report: { load } }, read, { unit }) => read.at('load.requests', unit, load?.requests),
  },
  {
    id: 'dropped-iterations',
    words: /시작하지 ?못한(?: ?반복)?|드롭|누락된? ?반복|dropped(?:[ _]iterations)?/giu,
    units: ['percent', 'per-second', ...counts],
    figures: ({ report: { load }, k6Metrics }, read, { unit }) => {
      if (unit === 'per-second') return rateOf(k6Metrics['dropped_iterations'], 'dropped_iterations', read);
      if (unit === 'percent')
        return read.computed(
          [
            ['load.droppedIterations', load?.droppedIterations],
            ['load.plannedIterations', load?.plannedIterations],
          ],
          'percent',
          (part, whole) => (part / whole) * 100,
        );
      return read.at('load.droppedIterations', unit, load?.droppedIterations);
    },
  },
  {
    id: 'iterations',
    words: /반복(?: ?수| ?횟수)?|iterations?/giu,
    units: counts,
    figures: ({ report: { load } }, read, { unit }) => read.at('load.iterations', unit, load?.iterations),
  },
  {
    id: 'vus',
    words: /\bVUs?\b|가상 ?사용자|동시 ?(?:사용자|접속자?)|virtual users?|concurrent users?/giu,
    units: ['vus', ...counts],
    figures: ({ report: { load } }, read, { unit }) => [
      ...read.at('load.maxVUs', unit, load?.maxVUs),
      ...read.at('load.maxActiveVUs', unit, load?.maxActiveVUs),
    ],
  },
  {
    id: 'produce',
    words: /발행|적재|produc(?:e|ed|ing|er)|publish(?:ed|ing)?/giu,
    units: ['ms', 'per-second', ...counts],
    figures: (run, read, { unit }) =>
      ofGroups(run, (group, path) => {
        if (unit === 'ms') return read.at(path('produceDurationMs'), unit, group.produceDurationMs);
        if (unit === 'per-second')
          return [
            ...read.at(path('produceRatePerSecond'), unit, group.produceRatePerSecond),
            ...read.at(path('peakProduceRatePerSecond'), unit, group.peakProduceRatePerSecond),
          ];
        return read.at(path('producedMessages'), unit, group.producedMessages);
      }),
  },
  {
    id: 'consume',
    words: /(?<!미)소비(?! 지연)|consum(?:e|ed|ing|ption|er)/giu,
    units: ['ms', 'per-second', ...counts],
    figures: (run, read, { unit, isLimit }) =>
      ofGroups(run, (group, path) => {
        if (unit === 'ms')
          return [
            ...consumeDuration(group, path, read),
            ...(isLimit ? [] : drainDuration(group, path, read)),
          ];
        if (unit === 'per-second')
          return read.at(path('consumeRatePerSecond'), unit, group.consumeRatePerSecond);
        return read.at(path('consumedMessages'), unit, group.consumedMessages);
      }),
  },
  {
    id: 'drain',
    words: /소진|해소|따라잡|비워|drain(?:ed|ing)?|caught up|cleared/giu,
    units: ['ms'],
    figures: (run, read, { isLimit }) =>
      ofGroups(run, (group, path) => [
        ...drainDuration(group, path, read),
        ...(isLimit ? [] : consumeDuration(group, path, read)),
      ]),
  },
  {
    id: 'lag',
    words: /랙|\blag\b|백로그|backlog|적체|밀린 ?메[세시]지|대기 ?메[세시]지/giu,
    units: counts,
    figures: (run, read, { unit, text, stat, isCeiling }) =>
      ofGroups(run, (group, path) => {
        const peak = read.at(path('peakLagMessages'), unit, group.peakLagMessages);
        if (isCeiling || stat === 'max' || /피크|peak|까지/iu.test(text)) return peak;
        return [
          ...peak,
          ...read.at(path('lagAtLoadEndMessages'), unit, group.lagAtLoadEndMessages),
          ...read.at(path('finalLagMessages'), unit, group.finalLagMessages),
        ];
      }),
  },
  {
    id: 'time-lag',
    words: /시간 ?랙|time lag|오래 ?밀린|소비 ?지연|oldest message/giu,
    units: ['ms'],
    figures: (run, read) =>
      ofGroups(run, ({ peakTimeLag }, path) =>
        peakTimeLag === null
          ? []
          : read.between(path('peakTimeLag.ms'), 'ms', {
              value: peakTimeLag.ms,
              low: peakTimeLag.lowMs,
              high: peakTimeLag.highMs,
            }),
      ),
  },
  {
    id: 'memory',
    words: /메모리|memory|\bRAM\b/giu,
    units: ['percent'],
    figures: (run, read, question) => resourceFigures(run, read, /^memory$/, question),
  },
  {
    id: 'cpu',
    words: /CPU/giu,
    units: ['percent'],
    figures: (run, read, question) =>
      resourceFigures(
        run,
        read,
        question.isCeiling && !/프로세스|process|service|k6/iu.test(question.text)
          ? /^cpu$/
          : /^(?:process-)?cpu/,
        question,
      ),
  },
  {
    id: 'accepted',
    words: /접수|\b202\b|accepted/giu,
    units: counts,
    figures: ({ report: { integrity, load } }, read, { unit }) => [
      ...read.at('integrity.accepted', unit, integrity?.accepted),
      ...read.at('integrity.clients.accepted', unit, integrity?.clients?.accepted),
      ...read.at('load.outcomes.accepted', unit, load?.outcomes['accepted']),
    ],
    pairs: ({ report: { integrity } }, read) =>
      pairOf(
        read.at('integrity.accepted', 'count', integrity?.accepted),
        read.at('integrity.attempted', 'count', integrity?.attempted),
      ),
  },
  {
    id: 'issued',
    words: /발급(?: ?완료)?(?: ?건수)?|저장(?:된)?(?: ?건수)?|issued|persisted|stored/giu,
    units: counts,
    figures: ({ report: { integrity } }, read, { unit }) =>
      read.at('integrity.persisted', unit, integrity?.persisted),
    pairs: ({ report: { integrity } }, read) =>
      pairOf(
        read.at('integrity.persisted', 'count', integrity?.persisted),
        read.at('integrity.accepted', 'count', integrity?.accepted),
      ),
  },
  {
    id: 'stock',
    words: /재고|stock/giu,
    units: counts,
    figures: ({ report: { integrity } }, read, { unit }) =>
      read.at('integrity.stock', unit, integrity?.stock),
  },
  {
    id: 'duplicates',
    words: /중복(?: ?발급)?(?: ?건수)?|duplicates?/giu,
    units: counts,
    figures: ({ report: { integrity } }, read, { unit }) =>
      read.at('integrity.duplicates', unit, integrity?.duplicates),
  },
  {
    id: 'oversold',
    words: /초과 ?발급|재고 ?초과|oversold|oversell/giu,
    units: counts,
    figures: ({ report: { integrity } }, read, { unit }) =>
      read.at('integrity.oversold', unit, integrity?.oversold),
  },
  {
    id: 'lost',
    words: /미발급|유실|lost|loss/giu,
    units: counts,
    figures: ({ report: { integrity } }, read, { unit }) => read.at('integrity.lost', unit, integrity?.lost),
  },
  {
    id: 'completion-delay',
    words: /(?:발급 ?)?완료 ?지연|completion delay|end-to-end/giu,
    units: ['ms'],
    figures: (run, read, { stat }) =>
      ofGroups(run, (group, path) => {
        const { completionDelayMs: delay } = group;
        const keys = (['p50', 'p95', 'p99', 'max'] as const).filter(
          (key) => stat === undefined || key === (stat === 'med' ? 'p50' : stat),
        );
        return keys.flatMap((key) =>
          delay[key] === null
            ? read.between(path(`completionDelayMs.atLeast.${key}`), 'ms', {
                value: null,
                low: delay.atLeast[key],
                high: null,
              })
            : read.between(path(`completionDelayMs.${key}`), 'ms', {
                value: delay[key],
                low: Math.min(delay.atLeast[key] ?? delay[key], delay[key]),
                high: delay[key],
              }),
        );
      }),
  },
  {
    id: 'load-duration',
    words: /테스트 ?시간|부하 ?시간|지속 ?시간|동안|test duration|lasted/giu,
    units: ['ms'],
    figures: ({ report: { load, durationMs, phases } }, read) => [
      ...phases.flatMap(({ name, fromMs, toMs }, index) =>
        name === 'load' && toMs !== null
          ? read.computed(
              [
                [`phases.${index}.toMs`, toMs],
                [`phases.${index}.fromMs`, fromMs],
              ],
              'ms',
              (to, from) => to - from,
            )
          : [],
      ),
      ...(load?.scenarios ?? []).flatMap((scenario, index) =>
        read.at(`load.scenarios.${index}.durationMs`, 'ms', scenario.durationMs),
      ),
      ...read.at('durationMs', 'ms', durationMs),
    ],
  },
  {
    id: 'data-received',
    words: /받은 ?데이터|data[ _]received/giu,
    units: ['bytes', 'bytes-per-second'],
    figures: ({ k6Metrics }, read, { unit }) =>
      ofMetric(k6Metrics['data_received'], 'data_received', read, unit),
  },
  {
    id: 'data-sent',
    words: /보낸 ?데이터|data[ _]sent/giu,
    units: ['bytes', 'bytes-per-second'],
    figures: ({ k6Metrics }, read, { unit }) => ofMetric(k6Metrics['data_sent'], 'data_sent', read, unit),
  },
];

/** Subjects for the metrics of k6 that a text calls by their own names, such as `http_req_waiting`. */
export const metricSubjects = (runs: readonly ClaimedRun[]): Subject[] =>
  [...new Set(runs.flatMap(({ k6Metrics }) => Object.keys(k6Metrics)))]
    .filter(
      (name) => /^[A-Za-z]\w*_\w*$/.test(name) && name !== 'http_req_duration' && name !== 'http_req_failed',
    )
    .map((name) => ({
      id: 'k6-metric' as const,
      words: new RegExp(`\\b${name}\\b`, 'g'),
      units: ['ms', 'bytes', 'bytes-per-second', 'percent', 'per-second', 'vus', ...counts],
      figures: ({ k6Metrics }, read, { unit, stat }) => {
        const metric = k6Metrics[name];
        if (metric === undefined) return [];
        if ((unit === 'ms') !== (metric.type === 'trend' && metric.contains === 'time')) return [];
        return metricFigures(read, name, metric, unit, stat);
      },
    }));

const shareOfBoth = (part: number, rest: number): number => (part / (part + rest)) * 100;

const pairOf = (part: readonly Figure[], whole: readonly Figure[]): (readonly [Figure, Figure])[] =>
  part[0] === undefined || whole[0] === undefined ? [] : [[part[0], whole[0]]];

const sameUnit = (written: WrittenUnit, rule: string): boolean =>
  written === 'percent'
    ? rule === 'percent' || rule === 'ratio'
    : written === 'count' || written === 'none'
      ? rule === 'count' || rule === 'messages' || rule === 'none'
      : written === rule;

/** Iterations over the time of the plan, where an arrival rate was asked for. */
export const reachedRate = (report: RunReport, read: FigureReader): Figure[] => {
  const index = report.evaluation.findIndex(({ facts }) => typeof facts['reachedPerSecond'] === 'number');
  const reached = report.evaluation[index]?.facts['reachedPerSecond'];
  return typeof reached === 'number'
    ? read.at(`evaluation.${index}.facts.reachedPerSecond`, 'per-second', reached)
    : [];
};

const ofMetric = (
  metric: K6Metric | undefined,
  name: string,
  read: FigureReader,
  unit: WrittenUnit,
): Figure[] => (metric === undefined ? [] : metricFigures(read, name, metric, unit));

const rateOf = (metric: K6Metric | undefined, name: string, read: FigureReader): Figure[] =>
  ofMetric(metric, name, read, 'per-second');

const ofGroups = (
  { report }: ClaimedRun,
  figures: (group: KafkaGroupReport, path: (key: string) => string) => Figure[],
): Figure[] =>
  report.kafka.groups.flatMap((group, index) => figures(group, (key) => `kafka.groups.${index}.${key}`));

const consumeDuration = (
  group: KafkaGroupReport,
  path: (key: string) => string,
  read: FigureReader,
): Figure[] =>
  read.between(path('consumeDurationMs'), 'ms', {
    value: group.consumeDurationMs,
    low: group.consumeDurationLowMs ?? group.consumeDurationMs,
    high: group.consumeDurationHighMs ?? group.consumeDurationMs,
  });

const drainDuration = (
  { drain }: KafkaGroupReport,
  path: (key: string) => string,
  read: FigureReader,
): Figure[] =>
  drain.state === 'unknown'
    ? []
    : read.between(path('drain.ms'), 'ms', { value: drain.ms, low: drain.lowMs, high: drain.highMs });

const resourceFigures = (
  { report }: ClaimedRun,
  read: FigureReader,
  id: RegExp,
  { stat, text, isCeiling }: Question,
): Figure[] =>
  report.resources.flatMap((resource, index) => {
    if (!id.test(resource.id) || resource.unit !== 'percent') return [];
    const at = (key: 'loadMax' | 'max' | 'loadAvg' | 'avg'): Figure[] =>
      ofResource(resource.id, read.at(`resources.${index}.${key}`, 'percent', resource[key]));
    const highest = [...at('loadMax'), ...at('max')];
    const mean = [...at('loadAvg'), ...at('avg')];
    if (isCeiling || stat === 'max' || /피크|peak|까지/iu.test(text)) return highest;
    return stat === 'avg' ? mean : [...highest, ...mean];
  });

/** With the name of the resource, which the path does not tell. */
export const ofResource = (id: string, figures: readonly Figure[]): Figure[] =>
  figures.map((figure) => ({ ...figure, of: id }));
