import { enSavedOutput } from './saved-output.ts';
import { joinParts, shown } from '../fact-reader.ts';
import { joinTagged } from '../tagged.ts';
import type { IncidentWords } from '../incident-words.ts';
import { enCharts } from './charts.ts';
import { enFormats as format } from './formats.ts';
import { enCompletion } from './completion.ts';
import { enIntegrity } from './integrity.ts';
import { enKafka } from './kafka.ts';

/** What a mean or a growth is of. */
const periodOf = (hasLoad: boolean): string => (hasLoad ? 'under load' : 'over the period');

export const enIncident: IncidentWords = {
  titles: { incident: 'Incident report', 'load-test': 'Load test report' },
  notes: {
    columns: ['Item', 'Content'],
    author: 'Author',
    severity: 'Severity',
    startedAt: 'Began',
    inTheirWords: "In the author's words",
    byHand: 'by the author',
    kinds: {
      detected: 'Detected',
      responded: 'First action',
      mitigated: 'Mitigated',
      recovered: 'Recovered',
      note: 'Note',
    },
    until: {
      detected: 'Until detected (MTTD)',
      responded: 'Until first action (MTTFA)',
      mitigated: 'Until mitigated',
      recovered: 'Until recovered (MTTR)',
    },
  },
  simulationLabel: 'Simulation in a test environment',
  simulationNote: 'Reproduced by a load test; this is no record of an incident in production.',
  reconstructionLabel: 'A past period, rebuilt',
  reconstructionNote:
    'Nothing was sampled at that time: this is drawn from what the broker still holds (timestamps of the records and the commits in __consumer_offsets). It is no load test, so there are no figures of k6 and no rules on the load.',
  savedOutput: enSavedOutput,
  writtenBy: (version, startedAt, isPast) =>
    `${startedAt === undefined ? '' : `${isPast ? 'period from' : 'measured from'} ${startedAt} · `}lagline ${version} · [measured] read from an instrument, [computed] arithmetic on it, [estimated] by a model (numbers in a row of one origin carry it once, behind the last); the appendix names every source`,
  invalidBanner: (failedChecks) =>
    `This report is not valid. ${failedChecks} checks of its numbers against each other failed; see "Reliability" before using any figure.`,
  interruptedBanner: (scenario, signal) =>
    `${scenario}: interrupted${signal === undefined ? '' : ` (${signal})`}. Only what was recorded until then is here.`,
  faultBanner: (scenario, faults) => `${scenario}: faults were injected on purpose — ${faults}`,
  failedBanner: (scenario, reason) =>
    `${scenario}: did not run to its end${reason === undefined ? '' : ` (${reason})`}. Only what was recorded is here.`,
  headings: {
    summary: 'Summary',
    decisions: 'To decide',
    confidence: 'Confidence',
    environment: 'Test environment',
    pastEnvironment: 'Environment',
    timeline: 'Timeline',
    results: 'Results',
    pastResults: 'Results',
    k6: 'k6 results',
    evaluation: 'Evaluation',
    monitoring: 'Monitoring',
    rules: 'Rules',
    causes: 'Causes',
    impact: 'Impact',
    conclusions: 'Conclusions and improvements',
    conclusion: 'Conclusions',
    improvements: 'Improvements',
    reproduction: 'How to reproduce',
    reliability: 'Reliability',
    consistency: 'Consistency',
    integrity: 'Integrity',
    appendix: 'Appendix',
    versions: 'Versions',
    provenance: 'Where the numbers come from',
  },
  summary: {
    columns: ['Scenario', 'Verdict', 'Key figures'],
    overall: (runs, others, topCause) =>
      joinParts(
        [
          others.length === 0
            ? `All rules passed${runs === 1 ? '' : ` in each of ${runs} scenarios`}.`
            : `Of ${runs} ${runs === 1 ? 'scenario' : 'scenarios'}: ${others.map(({ outcome, count }) => `${count} ${outcome}`).join(', ')}.`,
          topCause === undefined ? undefined : `Most likely cause: ${topCause}.`,
        ],
        ' ',
      ),
    nothingToDecide: 'Nothing: all rules passed within the load that was offered.',
    confidence: { high: 'High', medium: 'Medium', low: 'Low' },
    doubts: (doubts) =>
      [
        [doubts.failedChecks, 'failed consistency checks'],
        [doubts.unfinishedRuns, 'scenarios that did not run to their end'],
        [doubts.invalidRuns, 'invalid scenarios'],
        [doubts.runsWithoutData, 'scenarios without enough data'],
        [doubts.gaps, 'gaps'],
        [
          doubts.saturatedRuns,
          'runs with the CPU saturated all through the load (generator and system share it)',
        ],
        [doubts.lateTicks, `late samples of ${doubts.ticks}`],
        [doubts.clampedSamples, 'samples of lag set to 0'],
        [doubts.savedRuns, "scenarios made of k6's results alone (lag, machine and integrity not measured)"],
        [doubts.ambiguousFigures, 'figures that could not be read or told for certain'],
        [doubts.cautions, 'limits of validity passed, or not known to hold'],
        [doubts.unreadableLines, 'unreadable lines'],
        [doubts.missingRequests, 'requests missing in the timeline (not in the totals)'],
        [doubts.untoldSeconds, 'seconds told only together with later ones'],
      ].flatMap(([count, text]) => (typeof count === 'number' && count > 0 ? [`${count} ${text}`] : [])),
    noDoubts: 'no gaps, no contradictions',
    decideUnmeasured: (rows) => `Decide whether to measure what could not be judged: ${rows}`,
    decideInvalid: (scenario) => `Decide whether to measure ${scenario} again: it is invalid`,
  },
  environment: {
    item: 'Item',
    rows: {
      startedAt: 'Started',
      period: 'Rebuilt period',
      duration: 'Measured for',
      script: 'k6 script',
      target: 'Target',
      profile: 'Profile',
      timeScale: 'Time scale',
      shape: 'Load',
      brokers: 'Kafka brokers',
      groups: 'Consumer groups',
      interval: 'Sampling interval',
      faults: 'Injected faults',
      machine: 'Machine',
      os: 'Operating system',
    },
    period: (from, to) => `${from} to ${to}`,
    unscaled: '1 (full length)',
    scaled: (factor) => `${factor} (stages shortened)`,
    group: (group, topic, partitions) => `group ${group}, topic ${topic}, ${partitions} partitions`,
    machine: (model, cores, memory) => `${model}, ${cores} cores, ${memory} memory`,
    scenarioShape: (executor, rate, maxVUs, durationMs) =>
      joinParts([
        executor,
        rate === null ? undefined : `up to ${format.perSecond(rate)}`,
        maxVUs === null ? undefined : `up to ${format.count(maxVUs)} VUs`,
        durationMs === null ? undefined : format.duration(durationMs),
      ]),
    none: 'not given',
    fault: (label, span, trouble, reason) =>
      joinParts(
        [
          label,
          span === undefined ? undefined : `(elapsed ${span})`,
          trouble === undefined
            ? undefined
            : `⚠️ ${joinParts([trouble === 'not-applied' ? 'not injected' : 'not removed', reason], ': ')}`,
        ],
        ' ',
      ),
  },
  timeline: { columns: ['Time (KST)', 'Elapsed', 'Scenario', 'Event'], empty: 'No events.' },
  results: {
    noConsole: 'k6 left no output.',
    linesLeftOut: (count) => `… ${count} lines of log left out`,
    evaluationColumns: ['Item', 'Result'],
    pictures: 'Load and resources',
    pictureNames: enCharts.titles,
    noResources: 'The resources of the host were not measured',
    resource: ({
      name,
      hasLoad,
      loadAvg,
      max,
      maxAt,
      overallMax,
      overallMaxAt,
      idleAvg,
      firstAt,
      tags,
      judgement,
    }) => {
      const at = (value: string, elapsed: string | undefined): string =>
        elapsed === undefined ? value : `${value} (at ${elapsed})`;
      const figures = joinTagged([
        [
          loadAvg === undefined ? `no samples ${periodOf(hasLoad)}` : `mean ${periodOf(hasLoad)} ${loadAvg}`,
          loadAvg && tags.mean,
        ],
        [max === undefined ? undefined : at(`highest ${max}`, maxAt), tags.max],
        [
          overallMax === undefined ? undefined : at(`highest of the run ${overallMax}`, overallMaxAt),
          tags.max,
        ],
        [idleAvg === undefined ? undefined : `mean after the load ${idleAvg}`, tags.mean],
      ]);
      const first = firstAt === undefined ? '' : ` (first sample at ${firstAt})`;
      const words = { high: 'near its limit all through the load', rose: 'rose with the load' };
      return `${name}: ${figures}${first}${judgement === undefined ? '' : ` — ${words[judgement]}`}`;
    },
    resourceMissing: (name) => `${name}: not measured`,
    ofProcess: (resource, process) => `${resource} (${process}, one core = 100%)`,
    prometheus: 'Prometheus',
    promql: (id, query) => `${id} (PromQL ${query})`,
    counter: (name, load, idle, tag, hasLoad) =>
      `${name}: ${joinTagged([
        load === undefined
          ? [`growth ${periodOf(hasLoad)} not measured`]
          : [`grew by ${load.by} ${periodOf(hasLoad)} (${load.span}), ${load.rate} on average`, tag],
        [
          idle === undefined ? undefined : `by ${idle.by} after it (${idle.span}), ${idle.rate} on average`,
          tag,
        ],
      ])}`,
    scraped: (series) => `${series} (scraped)`,
    stale: (query, readings) =>
      `${readings} answers of ${query} rest on old samples and say nothing of this run`,
    unshownSeries: (count) =>
      `${format.count(count)} series scraped from /metrics are not drawn (the record holds them)`,
    unshownQueries: (ids) => `queries not drawn: ${ids} (the record holds them)`,
    kafka: 'Kafka',
    kafkaGroup: (group, topic) => `group ${group}, topic ${topic}`,
    states: {
      'no-commit': 'nothing committed',
      'below-log-start': 'deleted by retention before it was read',
      'beyond-log-end': 'committed beyond the end of the log',
      'offsets-reset': 'being set back',
      'markers-only': 'only transaction markers left',
      'open-transaction': 'a transaction is open',
      compacted: 'compacted, so that lag is an upper bound',
      rebalancing: 'rebalancing',
      'group-empty': 'no members in the group',
      unreadable: 'could not be read',
    },
    partitionStates: (states) =>
      `at the last reading: ${states.map(([state, count]) => `${state} on ${count} ${count === 1 ? 'partition' : 'partitions'}`).join(', ')}`,
    lostToRetention: (lost) => `messages deleted by retention before they were read: ${format.count(lost)}`,
    noKafka: 'Kafka was not watched',
    ...enKafka,
    ruleColumns: ['Metric', 'Expression', 'Measured', 'Outcome', 'Samples', 'Origin'],
    noRules: 'No rules to judge.',
    k6Said: (passed) => `k6 says ${passed ? '✓' : '✗'}`,
    longestBreach: (duration) => `longest breach ${duration}`,
  },
  causes: {
    ranked: (rank, name, scorePercent) => `${rank}. ${name} (evidence found: ${scorePercent})`,
    supports: 'For',
    unobserved: 'Not observed, so not checked',
    contradicts: 'Against',
    noEvidence: 'none',
    none: 'Nothing stood out; no hypothesis is made.',
    noneFound: 'What was measured points to no cause.',
    caution: 'Hypotheses, ranked by how well they fit what was measured; none of them is proven.',
  },
  impact: {
    columns: ['Item'],
    rows: {
      accepted: 'Accepted (202)',
      persisted: 'Stored',
      lost: 'Lost after being accepted',
      pending: 'Accepted, not yet stored',
      duplicates: 'Duplicates',
      oversold: 'Oversold',
      phantom: 'Phantoms',
      unknown: 'Outcome unknown',
      waitP50: 'Completion delay p50',
      waitP95: 'Completion delay p95',
      waitMax: 'Completion delay max',
      waiting: 'Waiting when watching ended',
    },
    atLeast: (duration) => `at least ${duration}`,
    note: 'Completion delay: from a message being produced until it is committed; how long customers waited for what they were promised, without the time from accepting to producing.',
  },
  completion: enCompletion,
  integrity: enIntegrity,
  conclusions: {
    run: (outcome, met, total) => `${outcome}, ${met} of ${total} items met`,
    rows: (label, rows) => `${label}: ${rows}`,
    offered: ({ target, reached, share, planned, dropped }, isReached) => {
      const figures = joinParts([
        target === undefined
          ? undefined
          : `target ${target} iterations${reached === undefined ? '' : `, ${reached} reached`}`,
        planned === undefined
          ? undefined
          : `${planned} iterations planned${share === undefined ? '' : `, ${share} started`}`,
        dropped === undefined ? undefined : `${dropped} dropped`,
      ]);
      const found = figures === '' ? '' : ` (${figures})`;
      if (!isReached) return `whether the planned load can be handled is not known${found}`;
      return `${dropped === undefined ? 'the planned load was offered in full' : 'dropped iterations are within the tolerance'}${found}`;
    },
    cause: (name, scorePercent) => `most likely cause: ${name} (evidence found: ${scorePercent})`,
    limits: 'This holds for the load and the environment recorded here; nothing is said about greater load.',
    improvementColumns: ['ID', 'Improvement', 'Why', 'Rule of the next run', 'Owner', 'Due', 'Status'],
    noImprovements: 'The data call for none.',
    measureAgain: 'Remove what made the run invalid, and measure again',
    unjudged: (row) => `Measure what it takes to judge: ${row}`,
    noRule: 'no rule yet',
    fillIn:
      'Owner, due day and status are given by ID in `notes.yaml` in the folder of this report, and stay when it is written again.',
  },
  reproduction: {
    rebuildAgain: 'Rebuild the same period again',
    again: 'Run the same test again',
    where: 'Inside the folder of the lagline project; relative paths start where the command is given.',
    rewriteWhere:
      'In the folder of this report. If that lies outside of the lagline project, put `--prefix <project folder>` behind `npm`.',
    rewrite: 'Write this report again from what was stored',
    envNames: (names) => `Variables passed to the script (values are not stored): ${names}`,
  },
  reliability: {
    item: 'Item',
    rows: {
      interval: 'Sampling interval',
      ticks: 'Samples taken',
      late: 'Late samples',
      clamped: 'Samples of lag set to 0',
      offsets: 'Offset samples',
      unreadable: 'Unreadable lines',
      gaps: 'Gaps',
      drainInterval: 'Drain time between',
    },
    clock: {
      k6: 'Clock of k6, ahead by',
      kafka: 'Clock of the brokers, ahead by',
      prometheus: 'Clock of Prometheus, ahead by',
    },
    sampleAge: 'Oldest Prometheus sample',
    oldest: (age, query, stale, readings) =>
      `${query} ${age} old${stale === 0 ? '' : `, ${format.count(stale)} of ${format.count(readings)} readings too old`}`,
    late: (count, p99LateMs, maxLateMs) => {
      const by = joinParts([
        shown(p99LateMs, (ms) => `p99 ${format.latency(ms)}`),
        shown(maxLateMs, (ms) => `at most ${format.latency(ms)}`),
      ]);
      return `${format.count(count)}${by === '' ? '' : ` (${by})`}`;
    },
    interval: (low, high) => `${low} – ${high}`,
    gapColumns: ['Scenario', 'Source', 'Between (elapsed)', 'Reason'],
    noGaps: 'No gaps.',
    checkColumns: ['Scenario', 'Check', 'Result', 'Figures'],
    checkOk: 'agrees',
    checkFailed: 'contradicts',
    noChecks: 'No checks were recorded.',
  },
  appendix: {
    versionColumns: ['Component', 'Version'],
    provenanceColumns: ['Number', 'Kind', 'Source', 'Samples', 'Between (elapsed)', 'Note'],
    provenanceNote: 'Numbers go by their path in `report.json`.',
    noProvenance: 'No sources were recorded.',
    tools: { kafka: 'Apache Kafka', prometheus: 'Prometheus', java: 'Java' },
  },
};
