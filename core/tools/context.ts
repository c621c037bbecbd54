import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ToolContext } from './tool.ts';

/** The context of this machine. Tools go to LAGLINE_CACHE, else XDG_CACHE_HOME/lagline, else ~/.cache/lagline. */
export const systemContext = (env: NodeJS.ProcessEnv = process.env): ToolContext => ({
  env,
  platform: `${process.platform}-${process.arch}`,
  cacheDir: cacheDir(env),
});

const cacheDir = (env: NodeJS.ProcessEnv): string => {
  const own = env['LAGLINE_CACHE'];
  if (own) return resolve(own);
  const shared = env['XDG_CACHE_HOME'];
  return shared ? join(shared, 'lagline') : join(homedir(), '.cache', 'lagline');
};
