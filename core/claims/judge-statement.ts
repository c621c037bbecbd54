import type { RunReport } from '../report-document.ts';
import type { Figure, ReasonId, StatementId } from './check-document.ts';
import { judged, worstOf, type Judged } from './judge-figure.ts';
import { ofResource, reachedRate } from './subjects.ts';
import { figureReader, type ClaimedRun, type FigureReader } from './known-figures.ts';

/** What the document itself says of the machine, and of which runs. */
export type SaidByDocument = {
  readonly line: number;
  readonly text: string;
  readonly percent: number;
  readonly runs: readonly number[];
};

export type StatementContext = {
  readonly run: ClaimedRun;
  readonly index: number;
  readonly read: FigureReader;
  readonly text: string;
  readonly said: readonly SaidByDocument[];
};

type Statement = {
  readonly id: StatementId;
  readonly words: RegExp;
  /** What has to be spoken of besides, in the sentence or its labels. */
  readonly about?: RegExp;
  readonly judge: (context: StatementContext) => Judged;
};

/** Above it a machine has no room left that could be called stable; of host memory and CPU, in percent. */
const highPercent = 90;
/** A rise of memory over the run that is worth a question, in points. */
const risePoints = 20;

const errorsNormal = ({ run: { report }, index, read }: StatementContext): Judged => {
  const { load } = report;
  const failed = load?.failedRequests;
  if (load === null || failed === null || failed === undefined)
    return judged('not-measurable', 'not-measured', index);
  const figures = [
    ...read.at('load.failedRequests', 'count', failed),
    ...read.at('load.requests', 'count', load.requests),
  ];
  if (failed === 0) return judged('supported', 'no-failures', index, figures);
  const limits = report.rules.filter(({ metric }) => metric.startsWith('http_req_failed'));
  const broken = limits.find(({ outcome }) => outcome === 'fail');
  if (broken !== undefined) return judged('contradicted', 'rule-failed', index, figures, ruleFacts(broken));
  const kept = limits.find(({ outcome }) => outcome === 'pass');
  const open =
    kept === undefined
      ? judged('questioned', 'no-limit-stated', index, figures)
      : judged('supported', 'rule-passed', index, figures, ruleFacts(kept));
  const pattern = failuresEqualVUs(report, index, read);
  return pattern === undefined ? open : worstOf([pattern, { ...open, judgement: 'questioned' }]);
};

/** As many failures as VUs: each VU may have failed once, which a summary alone cannot confirm. */
export const failuresEqualVUs = (
  { load }: RunReport,
  index: number,
  read: FigureReader,
): Judged | undefined => {
  if (load === null || load.failedRequests === null || load.failedRequests < 2) return undefined;
  const vus = load.maxActiveVUs ?? load.maxVUs;
  if (vus !== load.failedRequests) return undefined;
  return judged('questioned', 'failures-equal-max-vus', index, [
    ...read.at('load.failedRequests', 'count', load.failedRequests),
    ...read.at(load.maxActiveVUs === null ? 'load.maxVUs' : 'load.maxActiveVUs', 'vus', vus),
  ]);
};

const ruleFacts = ({ metric, expression }: RunReport['rules'][number]): Record<string, string> => ({
  metric,
  expression,
});

/** Whether the arrival rate that was asked for was reached; undefined where none was asked for, or it was. */
export const missedTarget = (report: RunReport, index: number, read: FigureReader): Judged | undefined => {
  const { load, rules } = report;
  const offered = rules.find(({ rule }) => rule === 'offered-load');
  if (load === null || offered === undefined || offered.outcome === 'pass' || offered.outcome === 'no-data')
    return undefined;
  return judged('contradicted', 'target-not-reached', index, [
    ...read.at('load.peakTargetPerSecond', 'per-second', load.peakTargetPerSecond),
    ...read.at('load.requestsPerSecond', 'per-second', load.requestsPerSecond),
    ...reachedRate(report, read),
    ...read.at('load.droppedIterations', 'count', load.droppedIterations),
  ]);
};

const resourcesStable = (context: StatementContext): Judged => {
  const { run, index, read, text, said } = context;
  const watched = run.report.resources.flatMap((resource, at) =>
    /^(?:cpu|memory)$/.test(resource.id) ? [{ resource, at }] : [],
  );
  const found = watched.flatMap(({ resource, at }): Judged[] => {
    const highest = ofResource(resource.id, read.at(`resources.${at}.loadMax`, 'percent', resource.loadMax));
    const [start, max] = [resource.startValue, resource.max];
    if ((resource.loadMax ?? 0) >= highPercent)
      return [judged('questioned', 'resource-high', index, highest)];
    if (resource.id === 'memory' && start !== null && max !== null && max - start >= risePoints)
      return [
        judged(
          'questioned',
          'resource-rose',
          index,
          ofResource(resource.id, [
            ...read.at(`resources.${at}.startValue`, 'percent', start),
            ...read.at(`resources.${at}.max`, 'percent', max),
          ]),
        ),
      ];
    return highest.length === 0 ? [] : [judged('supported', 'resources-below', index, highest)];
  });
  const questions: Judged[] = said
    .filter(({ percent }) => percent >= highPercent)
    .map((one) => judged('questioned', 'document-says', index, [], { line: one.line, text: one.text }));
  const target = /목표|target/iu.test(text) ? missedTarget(run.report, index, read) : undefined;
  const all = [
    ...(found.length === 0 ? [judged('not-measurable', 'not-measured', index)] : found),
    ...questions,
    ...(target === undefined ? [] : [{ ...target, judgement: 'questioned' as const }]),
  ];
  return worstOf(all);
};

const systemStable = ({ run: { report }, index, read }: StatementContext): Judged => {
  const at = report.evaluation.findIndex(({ id }) => id === 'stability');
  const row = report.evaluation[at];
  if (report.load === null || row === undefined) return judged('not-measurable', 'not-measured', index);
  const { failedRequests, droppedIterations } = report.load;
  const figures = [
    ...read.at('load.failedRequests', 'count', failedRequests),
    ...read.at('load.droppedIterations', 'count', droppedIterations),
  ];
  if (row.grade === 'unmet') return judged('contradicted', 'row-unmet', index, figures);
  const missed = missedTarget(report, index, read);
  if (missed !== undefined)
    return {
      judgement: 'questioned',
      reasons: missed.reasons.map((one) => ({ ...one, id: 'load-not-offered' })),
    };
  const equal = failuresEqualVUs(report, index, read);
  if (failedRequests !== null && failedRequests > 0)
    return worstOf([
      judged('questioned', 'requests-failed', index, figures),
      ...(equal === undefined ? [] : [equal]),
    ]);
  const backlog = builtBacklog(report, read);
  if (backlog.length > 0) return judged('questioned', 'backlog-built', index, backlog);
  return row.grade === 'met'
    ? judged('supported', 'no-trouble-seen', index, figures)
    : judged('not-measurable', 'not-measured', index);
};

/** The backlog of each group that did not keep up with the load. */
const builtBacklog = ({ kafka }: RunReport, read: FigureReader): Figure[] =>
  kafka.groups.flatMap(({ drain, lagAtLoadEndMessages }, at) =>
    drain.state === 'drained' || drain.state === 'timed-out'
      ? read.at(`kafka.groups.${at}.lagAtLoadEndMessages`, 'count', lagAtLoadEndMessages)
      : [],
  );

const counted =
  (key: 'duplicates' | 'oversold' | 'lost') =>
  ({ run: { report }, index, read }: StatementContext): Judged => {
    const count = report.integrity?.[key] ?? null;
    const figures = read.at(`integrity.${key}`, 'count', count);
    if (count === null) return judged('not-measurable', 'not-measured', index);
    return count === 0
      ? judged('supported', 'counted-none', index, figures)
      : judged('contradicted', 'counted', index, figures);
  };

const noErrors = ({ run: { report }, index, read }: StatementContext): Judged => {
  const failed = report.load?.failedRequests ?? null;
  const figures = read.at('load.failedRequests', 'count', failed);
  if (failed === null) return judged('not-measurable', 'not-measured', index);
  return failed === 0
    ? judged('supported', 'no-failures', index, figures)
    : judged('contradicted', 'requests-failed', index, figures);
};

type Group = RunReport['kafka']['groups'][number];

/** A judgement on each group, the worst of which counts. */
const onGroups =
  (judge: (group: Group, figure: (key: keyof Group) => Figure[], index: number) => Judged) =>
  ({ run: { report }, index, read }: StatementContext): Judged => {
    const { groups } = report.kafka;
    if (groups.length === 0) return judged('not-measurable', 'not-measured', index);
    return worstOf(
      groups.map((group, at) => {
        const figure = (key: keyof Group): Figure[] => {
          const value = group[key];
          return typeof value === 'number' ? read.at(`kafka.groups.${at}.${key}`, 'count', value) : [];
        };
        return judge(group, figure, index);
      }),
    );
  };

const noBacklog = onGroups(({ drain }, figure, index) => {
  const figures = [...figure('peakLagMessages'), ...figure('lagAtLoadEndMessages')];
  if (drain.state === 'no-backlog') return judged('supported', 'no-backlog-seen', index, figures);
  return drain.state === 'unknown'
    ? judged('not-measurable', 'not-measured', index)
    : judged('contradicted', 'backlog-built', index, figures);
});

const allConsumed = onGroups(({ drain }, figure, index) => {
  const figures = figure('finalLagMessages');
  if (drain.state === 'unknown') return judged('not-measurable', 'not-measured', index);
  return drain.state === 'timed-out'
    ? judged('contradicted', 'backlog-remained', index, figures)
    : judged('supported', 'drained', index, figures);
});

const lagOccurred = onGroups(({ drain }, figure, index) => {
  const figures = figure('peakLagMessages');
  if (drain.state === 'unknown') return judged('not-measurable', 'not-measured', index);
  return drain.state === 'no-backlog'
    ? judged('contradicted', 'no-backlog-seen', index, figures)
    : judged('supported', 'backlog-built', index, figures);
});

/** Of what goals a text speaks, and the metrics that rules on them are about. */
const goalTopics: readonly (readonly [words: RegExp, metrics: RegExp])[] = [
  [/RPS|TPS|QPS|처리량|요청 ?수|throughput|request rate/iu, /^(?:http_reqs|iterations|dropped_iterations)/],
  [/응답|latency|response|p\s?\(?9\d/iu, /^(?:http_req_(?!failed)|iteration_duration)/],
  [/에러|오류|실패|성공|error|fail|success/iu, /^(?:http_req_failed|checks)/],
  [/랙|\blag\b|소비|소진|drain|consum/iu, /^kafka_/],
];

const goalsMet = ({ run: { report }, index, read, text }: StatementContext): Judged => {
  const topics = goalTopics.filter(([words]) => words.test(text));
  const isAbout = (metric: string): boolean =>
    topics.length === 0 || topics.some(([, metrics]) => metrics.test(metric));
  const missed = isAbout('http_reqs') ? missedTarget(report, index, read) : undefined;
  if (missed !== undefined) return missed;
  const rules = report.rules.flatMap((rule, at) =>
    rule.origin !== 'implied' && isAbout(rule.metric) ? [{ rule, at }] : [],
  );
  const failed = rules.filter(({ rule }) => rule.outcome === 'fail');
  if (failed.length > 0)
    return worstOf(
      failed.map(({ rule, at }) =>
        judged(
          'contradicted',
          'rule-failed',
          index,
          rule.unit === 'ratio' ? [] : read.at(`rules.${at}.measured`, unitOfRule(rule.unit), rule.measured),
          ruleFacts(rule),
        ),
      ),
    );
  const isReached = isAbout('http_reqs') && (report.load?.peakTargetPerSecond ?? null) !== null;
  if (rules.some(({ rule }) => rule.outcome !== 'pass'))
    return judged('not-measurable', 'not-measured', index);
  if (rules.length > 0) return judged('supported', 'rules-passed', index, [], { rules: rules.length });
  return isReached
    ? judged('supported', 'target-reached', index, [
        ...read.at('load.peakTargetPerSecond', 'per-second', report.load?.peakTargetPerSecond),
        ...reachedRate(report, read),
      ])
    : judged('not-measurable', 'no-goal-known', index);
};

const unitOfRule = (unit: string): Figure['unit'] =>
  unit === 'ms' || unit === 'bytes' || unit === 'percent' || unit === 'per-second' ? unit : 'count';

export const statements: readonly Statement[] = [
  {
    id: 'errors-normal',
    words:
      /정상 ?(?:범주|범위|수준)|허용 ?(?:범위|치|수준)(?: ?내)?|(?:normal|acceptable|allowed|tolerable) (?:range|limits?|levels?)|\bacceptable\b/giu,
    about: /에러|오류|실패|error|fail/iu,
    judge: errorsNormal,
  },
  {
    id: 'resources-stable',
    words:
      /(?:리소스|자원|resources?|메모리|memory|CPU)[^.,]{0,24}(?:안정|\bstable|\bsteady)|(?:안정적인?|stable|steady) ?(?:리소스|자원|resources?)/giu,
    judge: resourcesStable,
  },
  {
    id: 'system-stable',
    words:
      /안정적(?:인 ?(?:부하|처리|운영|동작|서비스)|으로 ?(?:작동|동작|처리|운영|유지|서비스))|시스템(?:의|이)? ?안정성?(?:과|을|이)? ?[^.,]{0,10}(?:입증|확인|확보)|(?:system|service|api)[^.,]{0,16}\bstable|\bstable under|handled the load (?:well|without)/giu,
    judge: systemStable,
  },
  {
    id: 'no-duplicates',
    words: /중복(?: ?발급)?(?:이|은|도|을)? ?(?:없|방지|차단)|(?:no|without|zero) duplicates?/giu,
    judge: counted('duplicates'),
  },
  {
    id: 'stock-right',
    words:
      /재고(?: ?관리| ?수량)?[^.,]{0,4}(?:정상|정확|일치|초과 ?없)|재고 ?관리[^.,]{0,24}정상|초과 ?발급(?:이|은|도)? ?없|(?:no|without|zero) oversell(?:ing)?|not oversold|stock (?:is |was )?(?:correct|intact)/giu,
    judge: counted('oversold'),
  },
  {
    id: 'no-loss',
    words:
      /(?:유실|미발급|손실|누락)(?:이|은|도|된 ?건이)? ?없|(?:no|without|zero) (?:message |data |coupon )?loss|nothing (?:was )?lost/giu,
    judge: counted('lost'),
  },
  {
    id: 'no-backlog',
    words:
      /(?:백로그|적체|랙|lag|소비 ?지연|밀림)(?:이|은|도)? ?(?:없|발생하지 않)|(?:no|without|zero)(?: a| any)? (?:consumer )?(?:backlog|lag)\b/giu,
    judge: noBacklog,
  },
  {
    id: 'no-errors',
    words:
      /(?:에러|오류|실패)(?:는|가|도|이)? ?(?:전혀 ?)?없|(?:no|without|zero) (?:errors|failures|failed requests)|error-free/giu,
    judge: noErrors,
  },
  {
    id: 'all-consumed',
    words:
      /(?:모든|모두|전량|전부)[^.,]{0,16}(?:소비|소진|해소)(?:가|를|도)? ?(?:완료|됨|했|되었|됐)|all (?:of the )?messages (?:were |have been )?consumed|fully drained/giu,
    judge: allConsumed,
  },
  {
    id: 'goals-met',
    words:
      /(?:목표|기준|SLO|targets?|goals?|criteria)[^.,;]{0,28}(?:충족|달성|만족|통과|\bmet\b|achieved|reached|satisfied)|(?:\bmet\b|meets|achieved|reached|satisfied)[^.,;]{0,20}(?:targets?|goals?|criteria|SLO)/giu,
    judge: goalsMet,
  },
  {
    id: 'lag-occurred',
    words:
      /(?:lag|랙|적체|백로그)(?:이|가)? ?(?:발생(?!하지)|쌓(?!이지)|증가(?!하지))|lag (?:built up|grew|occurred|accumulated)/giu,
    judge: lagOccurred,
  },
];

/** `…하지 않음`, `not …`: the words say the opposite, and what that would take is not judged. */
const isDenied = (text: string, start: number, end: number): boolean =>
  /^\S{0,6}\s?(?:\S{0,4}지(?:는|도)?\s?)?(?:않|못|아니)/u.test(text.slice(end)) ||
  /(?:\bnot|\bnever|n't|\bfailed to|\bcannot)\s+(?:\S+\s+)?$/iu.test(text.slice(0, start));

/** Whose words may have a denial among them; in those of others it belongs there, such as `not oversold`. */
const deniable: readonly StatementId[] = ['resources-stable', 'system-stable', 'goals-met'];

export type FoundStatement = { readonly statement: Statement; readonly text: string };

/** What a text says without a figure. */
export const findStatements = (text: string, labels: readonly string[]): FoundStatement[] => {
  const found: (FoundStatement & { readonly start: number; readonly end: number })[] = [];
  for (const statement of statements) {
    const { about } = statement;
    if (about !== undefined && ![text, ...labels].some((one) => about.test(one))) continue;
    for (const { index: start, 0: words } of text.matchAll(statement.words)) {
      const end = start + words.length;
      // `리소스는 안정적으로 유지`: the machine is called stable, and not the system too.
      const isTaken =
        statement.id === 'system-stable' && found.some((one) => start < one.end && one.start < end);
      const isDeniedWithin = deniable.includes(statement.id) && /\bnot\b|n't|않|못|미달/iu.test(words);
      if (isTaken || isDeniedWithin || isDenied(text, start, end)) continue;
      found.push({ statement, text: words, start, end });
      break;
    }
  }
  return found;
};

const rowWords: readonly (readonly [RegExp, RunReport['evaluation'][number]['id']])[] = [
  [/성공[률율]|success/iu, 'success-rate'],
  [/응답|latency|response/iu, 'response-time'],
  [/에러|오류|실패|error|fail/iu, 'error-rate'],
  [/요청 ?수|RPS|TPS|처리량|throughput/iu, 'throughput'],
  [/안정|stab/iu, 'stability'],
  [/동시성|정합성|concurrency|integrity/iu, 'concurrency'],
  [/완료 ?지연|completion/iu, 'completion-delay'],
  [/발행|produc/iu, 'kafka-produce'],
  [/소비|랙|lag|consum|drain/iu, 'kafka-consume'],
];

const byGrade = {
  met: ['supported', 'row-met'],
  caution: ['questioned', 'row-caution'],
  unmet: ['contradicted', 'row-unmet'],
  unknown: ['not-measurable', 'not-measured'],
} as const satisfies Readonly<
  Record<RunReport['evaluation'][number]['grade'], readonly [Judged['judgement'], ReasonId]>
>;

/** A tick and nothing that could be measured: lagline's own row by the same name. */
export const judgeTick = (run: ClaimedRun, index: number, label: string): Judged => {
  const id = rowWords.find(([words]) => words.test(label))?.[1];
  const row = run.report.evaluation.find((one) => one.id === id);
  if (row === undefined) return judged('not-measurable', 'no-counterpart', null);
  const [judgement, reason] = byGrade[row.grade];
  return judged(judgement, reason, index, [], { row: row.id });
};

export const contextOf = (
  run: ClaimedRun,
  index: number,
  text: string,
  said: readonly SaidByDocument[],
): StatementContext => ({
  run,
  index,
  read: figureReader(index),
  text,
  said: said.filter(({ runs }) => runs.includes(index)),
});
