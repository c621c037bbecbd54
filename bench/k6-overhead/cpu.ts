import { readFileSync } from 'node:fs';

/** The kernel counts in hundredths of a second on every Linux that Node runs on. */
const microsecondsPerTick = 10_000;

const fieldsOf = (pid: number | 'self'): string[] => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
};

const ticks = (fields: readonly string[], ...at: readonly number[]): number =>
  at.reduce((sum, index) => sum + Number(fields[index] ?? 0), 0) * microsecondsPerTick;

/** CPU of all our children that have ended, in µs; Linux only. */
export const endedChildrenMicroseconds = (): number => ticks(fieldsOf('self'), 13, 14);

/** CPU of a running process so far, in µs; undefined once it has ended. */
export const cpuMicrosecondsOf = (pid: number): number | undefined => {
  try {
    return ticks(fieldsOf(pid), 11, 12);
  } catch {
    return undefined;
  }
};

/** Most memory a running process has had, in MB; undefined once it has ended. */
export const peakMemoryMbOf = (pid: number): number | undefined => {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch {
    return undefined;
  }
};
