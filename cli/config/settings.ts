/** What can be set by flag and by environment, by its key in the config file; the one list of them. */
export type Setting = {
  /** Key of the config file; where `isByName`, the part before the name. */
  readonly key: string;
  /** As commander knows the flag. */
  readonly option: string;
  readonly flag: string;
  /** Variable that stands for the flag; absent where a flag may be given several times, each with a name of its own. */
  readonly env?: string;
  /** Values are pairs, `name=value`, that are set one by one. */
  readonly isByName?: boolean;
  readonly byDefault?: string | number | readonly string[];
};

/**
 * The report to read, and its data. The page belongs to them: it costs less than the pictures of the Markdown (some 50 ms
 * and 100 KB a run, and 80 KB of glyphs), and it is the one form that opens with a click and can be sent as one file.
 */
export const defaultFormats: readonly string[] = ['md', 'html', 'json'];

export const settings: readonly Setting[] = [
  { key: 'env', option: 'env', flag: '--env', isByName: true },
  { key: 'targetUrl', option: 'target', flag: '--target', env: 'LAGLINE_TARGET' },
  { key: 'timeScale', option: 'timeScale', flag: '--time-scale', env: 'LAGLINE_TIME_SCALE', byDefault: 1 },
  { key: 'profile', option: 'profile', flag: '--profile', env: 'LAGLINE_PROFILE' },
  { key: 'kafka.brokers', option: 'brokers', flag: '--brokers', env: 'LAGLINE_KAFKA' },
  { key: 'kafka.groups', option: 'group', flag: '--group', env: 'LAGLINE_GROUP' },
  { key: 'kafka.topics', option: 'topic', flag: '--topic', env: 'LAGLINE_TOPIC' },
  { key: 'kafka.timeLag', option: 'timeLag', flag: '--time-lag', env: 'LAGLINE_TIME_LAG', byDefault: 'auto' },
  { key: 'prometheus.url', option: 'prometheus', flag: '--prometheus', env: 'LAGLINE_PROMETHEUS' },
  { key: 'prometheus.queries', option: 'query', flag: '--query', isByName: true },
  { key: 'prometheus.scrape', option: 'scrape', flag: '--scrape' },
  { key: 'completion', option: 'completion', flag: '--completion', env: 'LAGLINE_COMPLETION' },
  { key: 'integrity.url', option: 'integrity', flag: '--integrity', env: 'LAGLINE_INTEGRITY' },
  { key: 'interval', option: 'interval', flag: '--interval', env: 'LAGLINE_INTERVAL', byDefault: '1s' },
  {
    key: 'drainTimeout',
    option: 'drainTimeout',
    flag: '--drain-timeout',
    env: 'LAGLINE_DRAIN_TIMEOUT',
    byDefault: '10m',
  },
  { key: 'faults', option: 'fault', flag: '--fault' },
  {
    key: 'faultInjection.toxiproxy',
    option: 'toxiproxy',
    flag: '--toxiproxy',
    env: 'LAGLINE_TOXIPROXY',
  },
  { key: 'faultInjection.services', option: 'faultApi', flag: '--fault-api' },
  { key: 'thresholds', option: 'threshold', flag: '--threshold', isByName: true },
  { key: 'out', option: 'out', flag: '--out', env: 'LAGLINE_OUT', byDefault: 'runs' },
  {
    key: 'format',
    option: 'format',
    flag: '--format',
    env: 'LAGLINE_FORMAT',
    byDefault: defaultFormats,
  },
];

/** Variable of a flag of `run`, by the name commander has for it. */
export const variableOf = (option: string): string | undefined =>
  settings.find((setting) => setting.option === option)?.env;
