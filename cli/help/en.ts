import { exitCodes } from '../../core/exit-codes.ts';
import type { HelpWords } from './words.ts';

export const en: HelpWords = {
  usage: 'Usage:',
  options: 'Options:',
  commands: 'Commands:',
  arguments: 'Arguments:',
  program:
    'Load-test what stands behind Kafka: k6 load, consumer lag until it has drained, a verdict, and a Korean report.',
  help: 'show help',
  helpCommand: 'show help for a command',
  version: 'print the version',
  exitCodesTitle: 'Exit codes:',
  exitCodes: Object.fromEntries(exitCodes.map(({ code, meaning }) => [code, meaning])),
  demo: {
    summary:
      'everything on this machine: start the stack, run stress and peak against a slow consumer, write one report, stop all',
    out: 'folder for the report and the run folders',
  },
  run: {
    summary:
      'offer the load, sample until the backlog has drained, judge, write the report; the exit code is the verdict',
    scenario: 'a shipped scenario (smoke, load, stress, peak, soak) or the path of any k6 script (.js, .ts)',
    env: 'variable for the script, as with k6; KEY alone takes the value from the environment',
    brokers: 'Kafka brokers, host:port,host:port',
    kafkaConfig:
      'TLS and SASL of the brokers, as Java client properties (what kafka-consumer-groups takes by --command-config)',
    group: "consumer group to watch; also a glob ('order-*') or an expression ('/^order-/') (repeatable)",
    topic: 'topic of the groups (repeatable); default: all topics a group has committed on or holds',
    timeLag:
      'how the age of waiting messages is had: auto (default), interpolation, record-timestamp, list-offsets',
    prometheus: 'Prometheus server',
    query: 'PromQL to sample once a tick (repeatable)',
    scrape: 'a /metrics address to scrape directly (repeatable)',
    completion:
      "histogram of the application's own times from accepting to persisting: <metrics address>#<name>",
    integrity:
      "address that answers with the store's own counts as JSON (probes by SQL or HTTP: in the config file)",
    threshold:
      "rule in k6's grammar over k6, kafka_*, host_*, integrity_* or prometheus{query:id} (repeatable)",
    fault:
      "fault to set while the load runs, '<target>.<fault>[=<value>]@<from>[-<to>]', times from the load's beginning (repeatable)",
    toxiproxy: 'Toxiproxy API for faults of proxies: latency, timeout, down, reset_peer, bandwidth …',
    faultApi: 'address of a service with fault switches (repeatable); faults are set on this machine only',
    interval: 'sampling interval (default 1s)',
    drainTimeout: 'longest wait for the backlog to drain (default 10m)',
    target: 'address of the service; the shipped scenarios find it as BASE_URL',
    timeScale: 'shortens the durations of a shipped scenario, e.g. 0.1',
    profile: "label of the system's configuration, for the report",
    config: 'config file (default: lagline.config.{yaml,yml,json,ts,mjs} in the working directory)',
    out: 'folder for run folders (default runs)',
    examples: 'Examples:',
  },
  reconstruct: {
    summary:
      "rebuild a past period in which nothing was sampled from the broker's own logs, as a run folder; reads only, and the exit code is the verdict",
    group: 'consumer group to rebuild (repeatable)',
    topic: 'topic of the groups (repeatable); default: all that the group had offsets committed on then',
    from: 'beginning: ISO 8601 with its time zone, or a time before now such as -2h',
    to: 'end, likewise (default now)',
    step: 'time between two readings (default 1s)',
    query: 'PromQL to ask for the period (repeatable)',
    threshold: "rule in k6's grammar over kafka_* or prometheus{query:id} (repeatable)",
  },
  report: {
    summary: 'write the report from run folders, or from nothing but what k6 had left, offline',
    runs: 'run folders; several make one report',
    k6Summary:
      'files that k6 had left: its console text (also inside Markdown), JSON of --summary-export, handleSummary or the machine-readable summary, samples of --out json or csv (also gzipped); several make several scenarios, - is stdin',
    check:
      'hold the figures and ticks of a hand-written Markdown report against the data (run folders, --k6-summary, else the k6 output inside the document); ends with 99 where they contradict it, 3 where nothing could be checked; - is stdin',
    threshold: 'rule on the figures of --k6-summary (repeatable)',
    kind: 'incident report (incident, the default) or load test report (load-test)',
    out: "folder for the report (default: the run folder itself, reports/<start> for several, reports/<now> for k6's output; --check writes files only where one is given)",
  },
  gate: {
    summary: 'judge a stored run again; the exit code is the verdict',
    run: 'run folder',
    threshold: 'rule to judge by, in place of those of the run (repeatable)',
  },
  watch: {
    summary: 'lag of consumer groups, live, without any load; Ctrl+C ends it',
    group: 'groups by name, glob or /regular expression/ (repeatable; default: all)',
    topic: 'topics likewise (repeatable; default: those the group has committed on or holds)',
    interval: 'time between two readings (default 1s)',
    window: 'how far back rates and statuses look (default 60s)',
    count: 'end after so many readings',
    json: 'JSON lines on stdout: one for each partition and each group in each reading',
  },
  plan: {
    summary:
      'say how many consumers and partitions the load of a stored run needs, what the lag would be, and which limit binds',
    run: 'run folder',
    consumers: 'members that the group had while the run was measured (default: as recorded)',
    concurrency:
      'partitions that one consumer works on at the same time (default: what the run shows, else 1)',
    group: 'consumer group, where the run watched several',
    topic: 'topic, where its group reads several',
    drainWithin: "goal: drained within this time of the load's end, e.g. 60s",
    loadFactor: 'for so many times the load measured, e.g. 2',
    peakRate: 'for a load with this peak, in messages per second',
    perMessageMs:
      'for a consumer that takes so many ms per message on one partition, in place of the time measured',
    picture: 'write the measured and the computed lag as PNG to this file',
  },
  compare: {
    summary:
      'compare two sets of runs made alike: regression, improvement, no difference shown, or too little data; exits 99 only for a regression',
    runs: 'run folders or folders of them: the base, then -- and the candidate',
    base: 'base, in place of the arguments',
    candidate: 'candidate, in place of the arguments',
    history:
      'look for lasting changes over these runs, in the order in which they were made, without base and candidate',
    newest: 'with --history: a regression that began within so many runs from the end is exit code 99',
    allowDifferent:
      'conditions that may differ: scenario, script, scale, load, profile, env, versions, interval (repeatable)',
    metric: 'compare only this metric (repeatable)',
    minEffect: 'least change that counts',
    alpha: 'chance of any false verdict over all metrics',
    format: 'what is printed: text, md or pr-comment',
    out: 'folder to write compare.<lang>.md or history.<lang>.md and its picture to',
  },
  stack: {
    summary: 'the reference stack: broker, coupon service, Prometheus where there is one',
    up: 'start it',
    down: 'stop what `up` started',
    status: 'say what runs',
    dir: 'folder for state, data and logs (default .lagline/stack)',
    full: 'with Redis and Postgres from this machine, the consumer in a process of its own, and Prometheus',
    faults: 'put a fault proxy before the servers and switch the faults of the service on',
    brokers: 'use these brokers instead of starting one',
    profile: 'consumer profile of the service: healthy or incident (default healthy)',
    topic: 'topic of the service (default coupon-issue)',
    group: 'consumer group of the service (default coupon-issuer)',
    partitions: 'partitions of the topic (default 3)',
    workers: 'consumer processes, with --full (default 1)',
    stock: 'coupons in stock (default 1000000)',
    rate: "speed of the incident profile's consumer, messages per second",
    brokerPort: 'port of the broker (default: a free one)',
    servicePort: 'port of the service (default: a free one)',
    prometheusPort: 'port of Prometheus (default: a free one)',
    redisPort: 'port of Redis, with --full (default: a free one)',
    postgresPort: 'port of Postgres, with --full (default: a free one)',
    workerPort: 'port of the consumer process, with --full (default: a free one)',
    proxyPort: 'port of the API of the fault proxy, with --faults (default: a free one)',
  },
  config: {
    summary: 'look at the settings',
    print:
      'print what `run` would be set to, and by what: flag, variable, line of the file, default; secrets are left out',
  },
  init: {
    summary: 'write a config file with comments; never over one that is there',
    config: 'file to write (default lagline.config.yaml)',
    lang: 'language of the comments: ko or en (default ko)',
  },
  completion: {
    summary: 'print a script for completion in a shell',
    shell: 'one of bash, zsh, fish',
  },
  doctor: { summary: 'say which tools were found, from where, and how to get what is missing' },
  json: 'print the data as JSON on stdout',
  lang: 'language of report and summary: ko or en (default ko)',
  format:
    'report formats, with commas between: md, html, json, junit, github, gitlab, csv, openmetrics (default md,html,json)',
  view: 'what a terminal shows meanwhile: screen (all of it, the default on a terminal) or lines',
  quiet: 'no progress on stderr',
};
