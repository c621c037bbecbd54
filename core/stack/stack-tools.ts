import { KnownError } from '../errors.ts';
import { systemContext } from '../tools/context.ts';
import { javaTool } from '../tools/java.ts';
import { kafkaTool } from '../tools/kafka.ts';
import { postgresTool } from '../tools/postgres.ts';
import { prometheusTool } from '../tools/prometheus.ts';
import { redisTool } from '../tools/redis.ts';
import type { FoundTool, Progress, Tool } from '../tools/tool.ts';
import type { StackOptions } from './stack-options.ts';

/** What a stack is started with; absent is what it does not need or, of Prometheus, what cannot be had. */
export type StackTools = {
  redis?: FoundTool;
  postgres?: FoundTool;
  java?: FoundTool;
  kafka?: FoundTool;
  prometheus?: FoundTool;
};

/** Before anything is started, so that a missing tool leaves nothing to take down. */
export const findStackTools = async (options: StackOptions & { progress: Progress }): Promise<StackTools> => {
  const { progress, brokers, full, tools: context = systemContext() } = options;
  const found: StackTools = {};
  // First those that are never installed by us, all of them: nobody wants to be told one after the other.
  const onlyFound = [
    ...(full ? [redisTool(context), postgresTool(context)] : []),
    ...(brokers === undefined ? [javaTool(context)] : []),
  ];
  for (const { id, tool } of await ensureAll(onlyFound)) Object.assign(found, { [id]: tool });
  if (brokers === undefined) found.kafka = await kafkaTool(context).ensure(progress);
  if (options.service === false || options.prometheus === 'off') return found;
  try {
    found.prometheus = await prometheusTool(context).ensure(progress);
  } catch (error) {
    if (full || !(error instanceof KnownError)) throw error;
    progress({ step: 'no prometheus', detail: `${error.message} Going on without it.` });
  }
  return found;
};

/** Their versions by name. */
export const versionsOf = (tools: StackTools): Record<string, string> =>
  Object.fromEntries(Object.entries(tools).map(([name, { version }]) => [name, version]));

const ensureAll = async (tools: readonly Tool[]): Promise<{ id: string; tool: FoundTool }[]> => {
  const found: { id: string; tool: FoundTool }[] = [];
  const missing: KnownError[] = [];
  for (const tool of tools) {
    try {
      found.push({ id: tool.id, tool: await tool.ensure() });
    } catch (error) {
      if (!(error instanceof KnownError)) throw error;
      missing.push(error);
    }
  }
  const [first] = missing;
  if (first === undefined) return found;
  if (missing.length === 1) throw first;
  throw new KnownError('tool-missing', missing.map(({ message }) => message).join(' '), {
    remedy: missing.map(({ remedy, facts }) => `${String(facts['tool'])}: ${remedy ?? ''}`).join(' '),
  });
};
