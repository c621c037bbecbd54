import { join } from 'node:path';
import type { Progress } from '../tools/tool.ts';
import type { MemberName, StackMember, StartOptions } from './member.ts';
import type { StackOptions } from './stack-options.ts';
import { writeState, type StackSettings } from './stack-state.ts';
import { versionsOf, type StackTools } from './stack-tools.ts';

export type Starting = StackOptions & { progress: Progress };

/** A stack while it starts: what every start in it has in common. */
export type Begun = {
  readonly options: Starting;
  readonly tools: StackTools;
  /** Tells that a member is being started. */
  say: (name: MemberName, detail?: string) => void;
  /** Those of a member, which goes to the state file as soon as its process exists. */
  startOptions: (name: MemberName) => StartOptions;
  /** Writes the state file; with settings once the stack is complete. */
  write: (settings?: StackSettings) => Promise<void>;
};

/** A stack in a folder of which nothing runs yet. */
export const beginStack = (dir: string, options: Starting, tools: StackTools): Begun => {
  const members: StackMember[] = [];
  const write = (settings?: StackSettings): Promise<void> =>
    writeState(dir, {
      stateVersion: 1,
      brokers: options.brokers ?? members.find(({ name }) => name === 'broker')?.address ?? null,
      members,
      ...(settings === undefined ? {} : { settings, tools: versionsOf(tools) }),
    });
  return {
    options,
    tools,
    say: (name, detail) =>
      options.progress({ step: `start ${name}`, ...(detail === undefined ? {} : { detail }) }),
    startOptions: (name) => ({
      dir: join(dir, name),
      port: options.ports?.[name],
      guarded: options.guarded,
      signal: options.signal,
      onSpawned: async (member) => {
        members.push(member);
        await write();
      },
    }),
    write,
  };
};
