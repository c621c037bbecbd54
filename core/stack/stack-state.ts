import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { KnownError } from '../errors.ts';
import { isRunning } from '../process-identity.ts';
import type { MemberName, StackMember } from './member.ts';

/** What `stack.json` holds: every process that was started, in the order of starting. */
export type StackState = {
  stateVersion: 1;
  /** `host:port` list of the Kafka cluster, our own broker's or the one that was given. */
  brokers: string | null;
  members: readonly StackMember[];
  /** What it was started with, once all of it was ready; absent while it starts, and after a crash in between. */
  settings?: StackSettings;
  /** Versions of what was started, by name. */
  tools?: Readonly<Record<string, string>>;
};

/** What makes two stacks different for those who use them. */
export type StackSettings = {
  readonly serviceEnv: Readonly<Record<string, string>>;
  readonly service: boolean;
  /** Absent in states from before there was a choice. */
  readonly full?: boolean;
  readonly faults?: boolean;
  readonly workers?: number;
};

/** The stack as it is now. `partly`: something that was started has ended by itself, or its start was never completed. */
export type StackStatus = {
  state: 'up' | 'partly' | 'down';
  dir: string;
  brokers: string | null;
  members: readonly (StackMember & { running: boolean })[];
  settings?: StackSettings;
  tools?: Readonly<Record<string, string>>;
};

/** LAGLINE_STACK_DIR, else `.lagline/stack` in the working directory; absolute. */
export const defaultStackDir = (env: NodeJS.ProcessEnv = process.env): string =>
  resolve(env['LAGLINE_STACK_DIR'] || join('.lagline', 'stack'));

/** What is known of the stack in a folder and which of its processes run. */
export const stackStatus = async (dir: string = defaultStackDir()): Promise<StackStatus> => {
  const state = await readState(dir);
  const members = (state?.members ?? []).map((member) => ({
    ...member,
    running: isRunning(member.identity),
  }));
  const runningCount = members.filter(({ running }) => running).length;
  const complete = state?.settings !== undefined && runningCount === members.length;
  return {
    state: complete ? 'up' : runningCount > 0 ? 'partly' : 'down',
    dir,
    brokers: state?.brokers ?? null,
    members,
    ...(state?.settings === undefined ? {} : { settings: state.settings }),
    ...(state?.tools === undefined ? {} : { tools: state.tools }),
  };
};

/** The member of this name, running or not; undefined if the stack has none. */
export const memberOf = (
  { members }: Pick<StackStatus, 'members'>,
  name: MemberName,
): StackMember | undefined => members.find((member) => member.name === name);

/** Undefined if no stack was ever started here or it was taken down. */
export const readState = async (dir: string): Promise<StackState | undefined> => {
  let text: string;
  try {
    text = await readFile(stateFile(dir), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unreadable(dir, error);
  }
  try {
    const state = JSON.parse(text) as Partial<StackState>;
    if (state.stateVersion === 1 && Array.isArray(state.members)) return state as StackState;
  } catch (error) {
    throw unreadable(dir, error);
  }
  throw unreadable(dir, undefined);
};

/** Replaces the state in one rename: a reader, or a crash, sees the old or the new one. */
export const writeState = async (dir: string, state: StackState): Promise<void> => {
  const temporary = `${stateFile(dir)}.${randomUUID()}`;
  try {
    await mkdir(dir, { recursive: true });
    // Only for its owner: addresses may hold passwords.
    await writeFile(temporary, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
    await rename(temporary, stateFile(dir));
  } catch (error) {
    await rm(temporary, { force: true });
    throw new KnownError('output-unwritable', `The stack's state cannot be written to ${stateFile(dir)}.`, {
      remedy: 'Make the folder writable or choose another with LAGLINE_STACK_DIR.',
      cause: error,
    });
  }
};

export const removeState = (dir: string): Promise<void> => rm(stateFile(dir), { force: true });

const stateFile = (dir: string): string => join(dir, 'stack.json');

const unreadable = (dir: string, cause: unknown): KnownError =>
  new KnownError(
    'stack-state',
    `${stateFile(dir)} is not a stack's state, so what it started is not known.`,
    {
      remedy: `End its programs by hand if any run, then delete ${stateFile(dir)}.`,
      ...(cause === undefined ? {} : { cause }),
    },
  );
