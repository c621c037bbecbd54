import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KnownError } from '../errors.ts';
import { findAllOnPath, runCommand } from './command.ts';
import { makeTool } from './make-tool.ts';
import { kafkaRelease, mavenPins } from './pins.ts';
import { fillFromRelease } from './release.ts';
import type { Progress, Tool, ToolContext } from './tool.ts';

const mavenTimeoutMs = 15 * 60_000;

/** Kafka's libraries from KAFKA_HOME, our cache, the official archive, or Maven, in this order. Its path has `libs/`. */
export const kafkaTool = (context: ToolContext): Tool => {
  const folder = `kafka-${kafkaRelease.version}`;
  return makeTool(
    {
      id: 'kafka',
      // Earlier ones log by log4j 1 and are set up otherwise.
      minimumVersion: '4.0',
      remedy: `Set KAFKA_HOME to an unpacked Kafka 4 (https://kafka.apache.org/downloads), or install Maven (Debian: apt-get install maven), or give brokers of your own with --brokers.`,
      places: () => {
        const home = context.env['KAFKA_HOME'];
        return Promise.resolve(home ? [{ origin: 'env' as const, path: home }] : []);
      },
      inspect: kafkaVersion,
      installers: [
        { origin: 'download', folder, entry: '', fill: fillFromRelease('kafka', kafkaRelease, context) },
        {
          origin: 'maven',
          folder,
          entry: '',
          fill: (target, progress) => copyWithMaven(target, context, progress),
        },
      ],
    },
    context,
  );
};

/** From the broker's own archive in `libs/`. */
const kafkaVersion = async (home: string): Promise<string | undefined> => {
  try {
    const names = await readdir(join(home, 'libs'));
    return names.map((name) => /^kafka_2\.\d+-(\d+\.\d+\.\d+)\.jar$/.exec(name)?.[1]).find(Boolean);
  } catch {
    return undefined;
  }
};

const copyWithMaven = async (folder: string, context: ToolContext, progress: Progress): Promise<void> => {
  const [maven] = await findAllOnPath('mvn', context.env);
  if (maven === undefined) throw new KnownError('tool-missing', 'mvn is not on PATH');
  const step = `fetch kafka ${kafkaRelease.version} with Maven`;
  const pom = join(folder, 'pom.xml');
  await writeFile(pom, projectFile);
  const goal = `org.apache.maven.plugins:maven-dependency-plugin:${mavenPins.dependencyPlugin}:copy-dependencies`;
  const args = ['-B', '-f', pom, goal, `-DoutputDirectory=${join(folder, 'libs')}`, '-DincludeScope=runtime'];
  let files = 0;
  progress({ step });
  const { code, output } = await runCommand(maven, args, {
    env: context.env,
    cwd: folder,
    timeoutMs: mavenTimeoutMs,
    onLine: (line) => {
      const url = /Downloaded from \S+ (\S+)/.exec(line)?.[1];
      if (url === undefined) return;
      files += 1;
      progress({ step, detail: `file ${files}: ${url.slice(url.lastIndexOf('/') + 1)}` });
    },
  });
  await rm(join(folder, 'target'), { recursive: true, force: true });
  if (code === 0) return;
  const reason = /\[ERROR\] (.*)/.exec(output)?.[1] ?? output.trim().split('\n').at(-1) ?? '';
  throw new KnownError('tool-missing', `mvn ended with ${code ?? 'a timeout'}: ${reason.slice(0, 300)}`);
};

const dependency = (group: string, artifact: string, version: string): string =>
  `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;

/** kafka-tools holds the storage tool's helpers and kafka-consumer-groups; without the binding nothing is logged. */
const projectFile = `<project xmlns="http://maven.apache.org/POM/4.0.0">
<modelVersion>4.0.0</modelVersion>
<groupId>lagline</groupId><artifactId>kafka-libs</artifactId><version>1</version><packaging>pom</packaging>
<dependencies>
${dependency('org.apache.kafka', 'kafka_2.13', kafkaRelease.version)}
${dependency('org.apache.kafka', 'kafka-tools', kafkaRelease.version)}
${dependency('org.apache.logging.log4j', 'log4j-slf4j-impl', mavenPins.log4jBinding)}
</dependencies>
</project>
`;
