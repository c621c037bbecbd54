import { KnownError } from '../errors.ts';

/** Variables a script finds in `__ENV`. */
export type ScriptVariables = Readonly<Record<string, string>>;

/** `-e` for each variable; k6 reads the first `=` as the end of the name. */
export const variableArguments = (variables: ScriptVariables): string[] =>
  Object.entries(variables).flatMap(([name, value]) => {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      throw new KnownError('usage', `'${name}' is no name for a variable of a script`, {
        remedy: 'use letters, digits and underscores, as in -e BASE_URL=http://127.0.0.1:8080',
      });
    }
    return ['-e', `${name}=${value}`];
  });

export type RunArguments = {
  readonly script: string;
  readonly variables: ScriptVariables;
  readonly summaryPath: string;
  /** As `k6 version` says, with or without a leading v; null: unknown, treated as the newest line. */
  readonly k6Version: string | null;
  /** The only tags that k6 itself puts on samples; its own where it is left out. */
  readonly systemTags?: readonly string[] | undefined;
};

/** Flags of `k6 run`; nothing here changes what the script measures or prints. */
export const runArguments = ({
  script,
  variables,
  summaryPath,
  k6Version,
  systemTags,
}: RunArguments): string[] => [
  'run',
  '--no-usage-report',
  '--no-color',
  '--include-system-env-vars=false',
  // The REST API is on by default in 1.x and would take a fixed port; 2.x has it off.
  ...(majorOf(k6Version) === 1 ? ['--address', ''] : []),
  '--summary-export',
  summaryPath,
  '--out',
  'experimental-prometheus-rw',
  ...(systemTags === undefined ? [] : ['--system-tags', systemTags.join(',')]),
  ...variableArguments(variables),
  script,
];

/** Settings of the remote-write output; k6 reads them only from its environment. */
export const remoteWriteSettings = (receiver: { url: string; token: string }): Record<string, string> => ({
  K6_PROMETHEUS_RW_SERVER_URL: receiver.url,
  K6_PROMETHEUS_RW_BEARER_TOKEN: receiver.token,
  K6_PROMETHEUS_RW_PUSH_INTERVAL: '1s',
  K6_PROMETHEUS_RW_TREND_AS_NATIVE_HISTOGRAM: 'true',
});

const majorOf = (version: string | null): number | undefined => {
  const major = /^v?(\d+)\./.exec(version ?? '')?.[1];
  return major === undefined ? undefined : Number(major);
};
