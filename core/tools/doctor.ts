import { findAllOnPath, runCommand } from './command.ts';
import { javaTool } from './java.ts';
import { k6Tool } from './k6.ts';
import { kafkaTool } from './kafka.ts';
import { postgresTool } from './postgres.ts';
import { prometheusTool } from './prometheus.ts';
import { redisTool } from './redis.ts';
import type { Origin, Tool, ToolContext, ToolId } from './tool.ts';
import { isAtLeast } from './version.ts';

export type ToolReport = {
  tool: ToolId | 'node' | 'maven' | 'go';
  status: 'ok' | 'missing' | 'too-old';
  /** False if lagline can work without it: Prometheus, the servers of the full stack, and Maven and Go, which only help to get Kafka and k6. */
  required: boolean;
  version?: string;
  origin?: Origin;
  path?: string;
  /** What to do; absent when the status is ok. */
  remedy?: string;
};

const minimumNode = '24.12';
const inspectTimeoutMs = 20_000;

/** What is on this machine of all that lagline uses. Installs nothing. */
export const examineTools = async (context: ToolContext): Promise<ToolReport[]> => {
  const [java, k6, kafka, prometheus, redis, postgres] = await Promise.all([
    examine(javaTool(context), true),
    examine(k6Tool(context), true),
    examine(kafkaTool(context), true),
    examine(prometheusTool(context), false),
    examine(redisTool(context), false),
    examine(postgresTool(context), false),
  ]);
  const [maven, go] = await Promise.all([
    examineBuilder({ tool: 'maven', command: 'mvn', flag: '-v', remedy: mavenRemedy }, context),
    examineBuilder({ tool: 'go', command: 'go', flag: 'version', remedy: goRemedy }, context),
  ]);
  return [examineNode(), java, k6, kafka, prometheus, redis, postgres, maven, go];
};

const mavenRemedy = 'One way to get Kafka. Debian: apt-get install maven; macOS: brew install maven.';
const goRemedy = 'One way to get k6. See https://go.dev/dl, or install k6 itself.';

const examineNode = (): ToolReport => {
  const version = process.versions.node;
  const found = { tool: 'node', required: true, version, origin: 'path', path: process.execPath } as const;
  if (isAtLeast(version, minimumNode)) return { ...found, status: 'ok' };
  return {
    ...found,
    status: 'too-old',
    remedy: `Run npm install: it brings Node ${minimumNode} or later along.`,
  };
};

const examine = async (tool: Tool, required: boolean): Promise<ToolReport> => {
  const { found, refused } = await tool.find();
  if (found !== undefined) return { tool: tool.id, status: 'ok', required, ...found };
  const old = refused.find(({ version }) => version !== undefined);
  if (old === undefined) return { tool: tool.id, status: 'missing', required, remedy: tool.remedy };
  const { path, origin, version = '' } = old;
  return { tool: tool.id, status: 'too-old', required, path, origin, version, remedy: tool.remedy };
};

type Builder = { tool: 'maven' | 'go'; command: string; flag: string; remedy: string };

const examineBuilder = async (builder: Builder, context: ToolContext): Promise<ToolReport> => {
  const required = false;
  const [path] = await findAllOnPath(builder.command, context.env);
  if (path === undefined) return { tool: builder.tool, status: 'missing', required, remedy: builder.remedy };
  const { output } = await runCommand(path, [builder.flag], {
    env: context.env,
    timeoutMs: inspectTimeoutMs,
  });
  const version = /\d+\.\d+(?:\.\d+)*/.exec(output)?.[0] ?? '';
  return { tool: builder.tool, status: 'ok', required, version, origin: 'path', path };
};
