/** Words that every part may use; they import only each other. Each is `core/<word>.ts`. */
export const baseWords = [
  'caret',
  'clock',
  'duration',
  'errors',
  'exit-codes',
  'fault-expression',
  'interruption',
  'k6-environment',
  'metric-table',
  'nearest-name',
  'outcome',
  'plan',
  'process-identity',
  'quantity',
  'redact',
  'report-document',
  'rule-text',
  'threshold-expression',
  'time-lag-ways',
] as const;

/**
 * Which part may import which, beside itself. One direction: what stands lower imports from what stands higher. `base`
 * are the words above; `core/*` stands for every part of core. A part without a row may import nothing.
 */
export const importTable: Readonly<Record<string, readonly string[]>> = {
  base: [],
  'reference-service': [],
  'core/record': ['base'],
  'core/process': ['base'],
  'core/kafka': ['base'],
  'core/faults': ['base'],
  'core/tools': ['base', 'core/process'],
  'core/stack': ['base', 'core/tools', 'core/process'],
  'core/derive': ['base', 'core/record'],
  'core/rules': ['base', 'core/record', 'core/derive'],
  'core/evaluate.ts': ['base', 'core/record', 'core/derive', 'core/rules'],
  'core/diagnosis': ['base', 'core/record', 'core/derive', 'core/rules'],
  'core/judge': ['base', 'core/record', 'core/derive', 'core/rules', 'core/evaluate.ts', 'core/diagnosis'],
  'core/capacity': ['base', 'core/record', 'core/derive'],
  'core/compare': ['base'],
  'core/claims': ['base', 'core/record'],
  'core/live-view.ts': ['core/record', 'core/derive'],
  'core/sampling': ['base', 'core/record', 'core/kafka'],
  'core/watch': ['base', 'core/record', 'core/derive', 'core/kafka', 'core/sampling'],
  'core/reconstruct': ['base', 'core/record', 'core/sampling', 'core/kafka'],
  'core/load': ['base', 'core/record', 'core/process'],
  'core/k6-output': ['base', 'core/record', 'core/load'],
  'core/run': [
    'base',
    'core/record',
    'core/faults',
    'core/load',
    'core/sampling',
    'core/live-view.ts',
    'core/derive',
    'core/rules',
  ],
  reporters: [
    'base',
    'core/record',
    'core/derive',
    'core/capacity',
    'core/watch',
    'core/compare',
    'core/claims',
  ],
  cli: ['base', 'core/*', 'reporters'],
  scripts: ['base', 'core/*', 'cli', 'reference-service'],
  fixtures: ['base', 'core/record', 'core/tools', 'core/stack', 'core/process', 'core/kafka', 'core/compare'],
  bench: ['base', 'core/*', 'reporters', 'fixtures', 'reference-service'],
  deploy: ['base', 'core/*', 'reference-service'],
  scenarios: [],
};

/** The only files that import kafkajs; the one in `fixtures` writes what a test then reads, that in `bench` is measured beside us. */
export const kafkajsFiles = [
  'bench/offsets/kafkajs-client.ts',
  'core/kafka/broker-link.ts',
  'fixtures/kafka-writer.ts',
  'reference-service/broker/kafka-client.ts',
] as const;
