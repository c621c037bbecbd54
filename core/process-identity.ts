import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Names one process for ever: a pid alone is given again to another program after its owner died.
 * `startTime` is opaque; it is only compared.
 */
export type ProcessIdentity = Readonly<{ pid: number; startTime: string }>;

type Observed = { startTime: string; zombie: boolean };

/** Identity of the process that has this pid now, also of one that has died and is not reaped; undefined if none. */
export const processIdentity = (pid: number): ProcessIdentity | undefined => {
  const observed = observe(pid);
  return observed === undefined ? undefined : { pid, startTime: observed.startTime };
};

/** True while exactly this process runs; false once it died, also if its pid went to another program. */
export const isRunning = ({ pid, startTime }: ProcessIdentity): boolean => {
  const observed = observe(pid);
  return observed !== undefined && !observed.zombie && observed.startTime === startTime;
};

const observe = (pid: number): Observed | undefined =>
  process.platform === 'linux' ? observeInProc(pid) : observeWithPs(pid);

const observeInProc = (pid: number): Observed | undefined => {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The second field is the program's name in brackets and may itself hold spaces and brackets.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, threads, startTicks] = [fields[0], fields[17], fields[19]];
  if (state === undefined || startTicks === undefined) return undefined;
  // While other threads of a killed program still end, its first is a zombie, but its files and ports are not closed.
  const zombie = state === 'X' || (state === 'Z' && Number(threads) <= 1);
  return { startTime: `${bootId()}:${startTicks}`, zombie };
};

/** Ticks count from boot, so that after a reboot the same pid could have the same ticks. */
const bootId = (): string => {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8);
  } catch {
    return 'boot';
  }
};

const observeWithPs = (pid: number): Observed | undefined => {
  try {
    const options = { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' }, stdio: 'pipe' } as const;
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], options).trim();
    const [state = '', ...started] = line.split(/\s+/);
    return line === '' ? undefined : { startTime: started.join(' '), zombie: state.startsWith('Z') };
  } catch {
    return undefined;
  }
};
