import { join, resolve } from 'node:path';
import { KnownError } from '../errors.ts';
import type { StopOutcome } from '../process/stop-process.ts';
import { withLock } from '../tools/install-lock.ts';
import type { Progress } from '../tools/tool.ts';
import { stopMember, type MemberName } from './member.ts';
import type { StackOptions } from './stack-options.ts';
import { defaultStackDir, readState, removeState, stackStatus, type StackStatus } from './stack-state.ts';
import { startMembers } from './start-members.ts';

export type StackUp = StackStatus & { alreadyUp: boolean };

/** Outcomes in the order of stopping; empty if there was nothing to stop. */
export type StackDown = readonly { name: MemberName; outcome: StopOutcome }[];

/**
 * Starts what the options name, in the order of `memberNames`, and returns when all are ready. One that is up already is
 * returned as it is; what is left of a broken one is stopped first. If a start fails, everything is stopped again.
 */
export const stackUp = async (options: StackOptions = {}): Promise<StackUp> => {
  const { progress = () => {} } = options;
  const dir = resolve(options.dir ?? defaultStackDir());
  return withStackLock(dir, progress, async () => {
    const before = await stackStatus(dir);
    if (before.state === 'up') {
      requireSameSettings(before, options);
      return { ...before, alreadyUp: true };
    }
    await stopAll(dir, progress);
    try {
      await startMembers(dir, { ...options, progress });
    } catch (error) {
      await stopAll(dir, progress);
      throw error;
    }
    return { ...(await stackStatus(dir)), alreadyUp: false };
  });
};

/**
 * Stops what `stackUp` started in this folder, last one first, also if the program that started it has crashed. Once
 * `immediately` is aborted, nothing is given time to end by itself any more.
 */
export const stackDown = async (
  dir: string = defaultStackDir(),
  progress: Progress = () => {},
  immediately?: AbortSignal,
): Promise<StackDown> =>
  (await readState(dir)) === undefined
    ? []
    : withStackLock(dir, progress, () => stopAll(dir, progress, immediately));

const withStackLock = <T>(dir: string, progress: Progress, work: () => Promise<T>): Promise<T> =>
  withLock({ folder: dir, name: 'stack' }, progress, work);

/** A stack that is up with other settings than those asked for is not what was asked for; stopping it is the user's decision. */
const requireSameSettings = (
  { dir, settings }: StackStatus,
  { serviceEnv = {}, service, full, faults, workers }: StackOptions,
): void => {
  const now: Record<string, unknown> = {
    full: false,
    faults: false,
    workers: 1,
    ...settings,
    ...settings?.serviceEnv,
  };
  const asked = Object.entries({ ...serviceEnv, service, full, faults, workers });
  const differing = asked.find(([name, value]) => value !== undefined && value !== now[name]);
  if (differing === undefined) return;
  const [name, value] = differing;
  throw new KnownError(
    'stack-state',
    `a stack is up in ${dir} with another setting of ${name} than ${value}`,
    {
      remedy: 'stop it with `lagline stack down`, or give this one a folder of its own with --dir',
    },
  );
};

const stopAll = async (dir: string, progress: Progress, immediately?: AbortSignal): Promise<StackDown> => {
  const state = await readState(dir);
  const stopped: { name: MemberName; outcome: StopOutcome }[] = [];
  for (const member of [...(state?.members ?? [])].reverse()) {
    progress({ step: `stop ${member.name}` });
    stopped.push({ name: member.name, outcome: await stopMember(member, immediately) });
  }
  if (stopped.some(({ outcome }) => outcome === 'survived')) {
    throw new KnownError('stack-state', `Not everything in ${dir} could be stopped, not even by SIGKILL.`, {
      remedy: `Look at the processes named in ${join(dir, 'stack.json')} and try again.`,
    });
  }
  await removeState(dir);
  return stopped;
};
