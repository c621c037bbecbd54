import { execFile } from 'node:child_process';
import { KnownError, messageOf } from '../errors.ts';
import type { PlannedScenario } from '../record/load-outcome.ts';
import { complaintOf } from './k6-complaint.ts';
import { k6Environment, variableArguments, type ScriptVariables } from './k6-arguments.ts';
import { inspectedOptions } from './planned-scenario.ts';

export type InspectOptions = {
  readonly k6Path: string;
  readonly script: string;
  readonly variables: ScriptVariables;
  /** How long the script's init code may take. */
  readonly timeoutMs?: number;
  /** Ends k6 and rejects with the abort's reason. */
  readonly signal?: AbortSignal;
};

/**
 * Compiles the script without running it and answers the scenarios as k6 resolved them.
 * Throws `script-invalid` with k6's own reason when k6 refuses the script.
 */
export const inspectScript = async ({
  k6Path,
  script,
  variables,
  timeoutMs = 60_000,
  signal,
}: InspectOptions): Promise<PlannedScenario[]> => {
  const output = await new Promise<{ stdout: string; stderr: string; error: Error | null }>((resolve) => {
    execFile(
      k6Path,
      [
        'inspect',
        '--execution-requirements',
        '--include-system-env-vars=false',
        ...variableArguments(variables),
        script,
      ],
      {
        env: k6Environment(process.env),
        timeout: timeoutMs,
        killSignal: 'SIGKILL',
        ...(signal === undefined ? {} : { signal }),
        maxBuffer: 16 * 1024 * 1024,
      },
      (error, stdout, stderr) => resolve({ stdout, stderr, error }),
    );
  });
  const { stdout, stderr, error } = output;
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
