import type { InitWords } from '../help/init-file.ts';

export type NewConfig = {
  readonly target?: string | undefined;
  readonly brokers?: readonly string[] | undefined;
  readonly groups: readonly string[];
  readonly topics: readonly string[];
  readonly prometheus?: string | undefined;
};

/** Text of a config file with what is known, and with the rest as comments to be filled in. */
export const newConfigText = (given: NewConfig, words: InitWords): string => {
  const { target, brokers = ['localhost:9092'], groups, topics, prometheus } = given;
  const topicsPart = topics.length === 0 ? '' : `, topics: ${flow(topics)}`;
  const groupLines = (groups.length === 0 ? ['my-group'] : groups).map(
    (group) => `    - { group: ${flow(group)}${topicsPart} }`,
  );
  const isWatched = groups.length > 0;
  const parts: readonly (readonly string[])[] = [
    words.head.map(comment),
    [
      comment(words.target),
      ...off(target === undefined, [`targetUrl: ${flow(target ?? 'http://localhost:8080')}`]),
    ],
    [
      comment(words.kafka),
      ...off(!isWatched, ['kafka:', `  brokers: ${flow(brokers)}`, '  groups:', ...groupLines]),
    ],
    [
      comment(words.prometheus),
      ...off(prometheus === undefined, [
        'prometheus:',
        `  url: ${flow(prometheus ?? 'http://localhost:9090')}`,
        '  queries:',
        '    memory: process_resident_memory_bytes',
      ]),
    ],
    [
      comment(words.rules),
      'thresholds:',
      "  http_req_failed: ['rate<0.01']",
      "  http_req_duration: ['p(95)<500']",
      ...off(!isWatched, [
        `  # ${words.drain}`,
        "  kafka_drain: ['value<60s']",
        "  kafka_lag: [{ threshold: 'max<10000', for: 10s, level: warn }]",
      ]),
    ],
    [
      comment(words.validity),
      ...off(true, ['validity:', '  maxGeneratorCpu: { limit: 90, level: invalid }', '  maxSampleAge: 30s']),
    ],
  ];
  return `${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`;
};

/** JSON is YAML, whatever stands in the text. */
const flow = (value: string | readonly string[]): string => JSON.stringify(value);

const comment = (text: string): string => `# ${text}`;

const off = (isOff: boolean, lines: readonly string[]): string[] =>
  lines.map((line) => (isOff ? `# ${line}` : line));
