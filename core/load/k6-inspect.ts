import { execFile } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { KnownError, messageOf } from '../errors.ts';
import { complaintOf } from './k6-complaint.ts';
import { k6Environment } from '../k6-environment.ts';
import type { K6MetricType } from '../metric-table.ts';
import { variableArguments, type ScriptVariables } from './k6-arguments.ts';
import { maskSecrets } from './mask-secrets.ts';
import { inspectedOptions, type InspectedScript } from './planned-scenario.ts';

export type InspectOptions = {
  readonly k6Path: string;
  readonly script: string;
  readonly variables: ScriptVariables;
  /** Left out of what k6 says. */
  readonly secrets?: readonly string[];
  /** How long the script's init code may take. */
  readonly timeoutMs?: number;
  /** Ends k6 and rejects with the abort's reason. */
  readonly signal?: AbortSignal;
};

/**
 * Compiles the script without running it and answers its options as k6 resolved them.
 * Throws `script-invalid` with k6's own reason when k6 refuses the script.
 */
export const inspectScript = async (options: InspectOptions): Promise<InspectedScript> => {
  const { script, signal, timeoutMs = defaultTimeoutMs } = options;
  const asWritten = await inspect(options, {});
  // `k6 run` takes one VU where a script with `iterations` names none; `k6 inspect` refuses it.
  const wantsVUs = asWritten.error !== null && asWritten.stderr.includes(withoutVUs);
  const retried = wantsVUs ? await inspect(options, { K6_VUS: '1' }) : asWritten;
  const { stdout, stderr, error } = retried.error === null ? retried : asWritten;
  signal?.throwIfAborted();
  if (error !== null) throw refusal(script, error, stderr, timeoutMs);
  try {
    return inspectedOptions.parse(JSON.parse(stdout));
  } catch (cause) {
    throw new KnownError('script-invalid', `k6's description of ${script} could not be read`, {
      remedy: 'check with `lagline doctor` that the k6 found is a supported version',
      cause,
    });
  }
};

/**
 * Types of the metrics that a script itself makes. Only k6 knows them, and tells one where it refuses a threshold that does
 * not go with it: no type has both a mean and a count. A metric that the script does not make, or of which this k6 says
 * something else, is left out.
 */
export const inspectMetricTypes = async (
  options: InspectOptions,
  names: readonly string[],
): Promise<ReadonlyMap<string, K6MetricType>> => {
  const types = new Map<string, K6MetricType>();
  for (const name of new Set(names)) {
    const { stderr } = await inspect({ ...options, script: '-' }, {}, refusedFor(options.script, name));
    options.signal?.throwIfAborted();
    const type = /on metric of type (counter|gauge|rate|trend)\b/.exec(complaintOf(stderr) ?? '')?.[1];
    if (type !== undefined) types.set(name, type as K6MetricType);
  }
  return types;
};

const refusedFor = (script: string, name: string): string => {
  const options = { thresholds: { [name]: ['avg<1', 'count<1'] } };
  return `import ${JSON.stringify(pathToFileURL(script).href)};
export const options = ${JSON.stringify(options)};
export default function () {}
`;
};

const defaultTimeoutMs = 60_000;
const withoutVUs = 'the number of VUs must be more than 0';

type Inspected = { readonly stdout: string; readonly stderr: string; readonly error: Error | null };

const inspect = (
  { k6Path, script, variables, secrets = [], signal, timeoutMs = defaultTimeoutMs }: InspectOptions,
  settings: Readonly<Record<string, string>>,
  input?: string,
): Promise<Inspected> =>
  new Promise((resolve) => {
    const k6 = execFile(
      k6Path,
      [
        'inspect',
        '--execution-requirements',
        '--include-system-env-vars=false',
        ...variableArguments(variables),
        script,
      ],
      {
        env: k6Environment(process.env, settings),
        timeout: timeoutMs,
        killSignal: 'SIGKILL',
        ...(signal === undefined ? {} : { signal }),
        maxBuffer: 16 * 1024 * 1024,
      },
      (error, stdout, stderr) => {
        if (error !== null) error.message = maskSecrets(error.message, secrets);
        resolve({ stdout, stderr: maskSecrets(stderr, secrets), error });
      },
    );
    if (input === undefined) return;
    // A k6 that does not read on has said why.
    k6.stdin?.on('error', () => {});
    k6.stdin?.end(input);
  });

const refusal = (
  script: string,
  error: Error & { code?: unknown; killed?: boolean },
  stderr: string,
  timeoutMs: number,
): KnownError => {
  if (error.code === 'ENOENT' || error.code === 'EACCES') {
    return new KnownError('tool-missing', `k6 could not be started: ${messageOf(error)}`, {
      remedy: 'run `lagline doctor` to see where k6 is looked for',
      cause: error,
    });
  }
  const reason =
    error.killed === true
      ? `its init code was not done after ${timeoutMs / 1000} s`
      : (complaintOf(stderr) ?? (stderr.trim().split('\n').at(-1) || messageOf(error)));
  return new KnownError('script-invalid', `k6 refuses the script ${script}: ${reason}`, {
    remedy: 'correct the script; a variable it needs is passed with -e NAME=VALUE',
    cause: error,
  });
};
