import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { processIdentity, type ProcessIdentity } from '../process-identity.ts';

type Kinship = { pid: number; parent: number };

/** The children of a process, their children and so on, as they are at this moment. */
export const descendantsOf = (pid: number): ProcessIdentity[] => {
  const all = process.platform === 'linux' ? kinshipsInProc() : kinshipsWithPs();
  const found: number[] = [];
  const parents = [pid];
  for (let parent = parents.pop(); parent !== undefined; parent = parents.pop()) {
    const children = all.filter((each) => each.parent === parent).map((each) => each.pid);
    found.push(...children);
    parents.push(...children);
  }
  return found.map(processIdentity).filter((identity) => identity !== undefined);
};

const kinshipsInProc = (): Kinship[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), parent: parentInProc(name) }));

const parentInProc = (pid: string): number => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name before it stands in brackets and may itself hold spaces and brackets.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    // It ended while we looked.
    return Number.NaN;
  }
};

const kinshipsWithPs = (): Kinship[] =>
  execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => {
      const [pid = Number.NaN, parent = Number.NaN] = line.trim().split(/\s+/).map(Number);
      return { pid, parent };
    });
