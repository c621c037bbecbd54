import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** CPU since some moment of the past, in hundredths of a second, as Linux counts it. */
export type WorkReading = {
  /** Of all processors, also what the machine's host took away. */
  readonly all: number;
  /** Of this process and its descendants, also of those that have ended and were waited for. */
  readonly own: number;
  readonly atMs: number;
};

/** undefined where the kernel does not tell, or tells of more processors than are ours. */
export const readWork = (): WorkReading | undefined => {
  try {
    const total = readFileSync('/proc/stat', 'utf8');
    if (total.match(/^cpu\d+ /gm)?.length !== availableParallelism()) return undefined;
    return { all: workIn(total), own: workOfFamily(process.pid, statsOfAll()), atMs: performance.now() };
  } catch {
    return undefined;
  }
};

/** The share of the processors, 0 to 1, that went to work of others between two readings. */
export const othersShare = (from: WorkReading, to: WorkReading, processors: number): number => {
  const there = ((to.atMs - from.atMs) / 10) * processors;
  return there <= 0 ? 0 : Math.max(0, to.all - from.all - (to.own - from.own)) / there;
};

/** User, nice, system and stolen time: interrupts are nobody's, and idle is no work. */
export const workIn = (procStat: string): number => {
  const [user = 0, nice = 0, system = 0, , , , , steal = 0] = (/^cpu +(.+)$/m.exec(procStat)?.[1] ?? '')
    .split(' ')
    .map(Number);
  return user + nice + system + steal;
};

/** What `/proc/<pid>/stat` says of each process; one that has just ended is passed over. */
const statsOfAll = (): string[] =>
  readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      return [readFileSync(`/proc/${name}/stat`, 'utf8')];
    } catch {
      return [];
    }
  });

/** Of a process and its living descendants, each with the children that it has waited for. */
export const workOfFamily = (root: number, stats: readonly string[]): number => {
  const children = new Map<number, { pid: number; work: number }[]>();
  let work = 0;
  for (const stat of stats) {
    const pid = Number(stat.slice(0, stat.indexOf(' ')));
    // The name of the program, in brackets, may have blanks and brackets of its own.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const own = [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at] ?? 0), 0);
    const parent = Number(fields[1]);
    if (pid === root) work = own;
    else children.set(parent, [...(children.get(parent) ?? []), { pid, work: own }]);
  }
  const below = (pid: number): number =>
    (children.get(pid) ?? []).reduce((sum, child) => sum + child.work + below(child.pid), 0);
  return work + below(root);
};
