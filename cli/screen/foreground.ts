import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Whether this process may set up its terminal: one in the background (`lagline run … &`) that does is stopped by the system.
 * Where it cannot be told, false.
 */
export const isInForeground = (): boolean => {
  try {
    return isForegroundStat(readFileSync('/proc/self/stat', 'utf8'));
  } catch {
    // macOS and the BSDs mark what is in the foreground with a plus.
    const told = spawnSync('ps', ['-o', 'stat=', '-p', String(process.pid)], { encoding: 'utf8' });
    return told.status === 0 && told.stdout.includes('+');
  }
};

/** By Linux's /proc/<pid>/stat: the process's group is the one that its terminal listens to. The name may hold anything. */
export const isForegroundStat = (stat: string): boolean => {
  const [, , , group, , , terminalGroup] = stat.slice(stat.lastIndexOf(')') + 1).split(' ');
  return group !== undefined && group !== '' && group === terminalGroup;
};
