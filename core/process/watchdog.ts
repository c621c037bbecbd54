import { spawn, type ChildProcess } from 'node:child_process';

/**
 * The guard reads commands from a pipe whose other end only we hold. When we die, even by kill -9,
 * the pipe ends and the guard kills every group still in its list. POSIX sh, so that it costs next to nothing.
 */
const script = `
trap '' HUP INT TERM
groups=' '
while read -r verb group; do
  case "$verb" in
    guard) groups="$groups$group " ;;
    release)
      kept=' '
      for each in $groups; do [ "$each" = "$group" ] || kept="$kept$each "; done
      groups="$kept" ;;
    off) exit 0 ;;
  esac
done
for each in $groups; do kill -s KILL -- "-$each"; done
`;

type Watchdog = { process: ChildProcess; groups: Set<number> };

let running: Watchdog | undefined;

/**
 * Has a process group killed when our own process ends in any way, until the returned function is called.
 * One guard process serves all groups; it goes when the last group is released.
 */
export const guardGroup = (groupId: number): (() => void) => {
  running ??= startWatchdog();
  const watchdog = running;
  watchdog.groups.add(groupId);
  tell(watchdog, `guard ${groupId}`);
  return () => {
    if (!watchdog.groups.delete(groupId)) return;
    if (watchdog.groups.size > 0) {
      tell(watchdog, `release ${groupId}`);
      return;
    }
    tell(watchdog, 'off');
    if (running === watchdog) running = undefined;
  };
};

const startWatchdog = (): Watchdog => {
  const guard = spawn('sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  // Neither the guard nor the pipe to it may keep our event loop alive.
  guard.unref();
  const pipe = guard.stdin as typeof guard.stdin & { unref?: () => void };
  pipe.unref?.();
  pipe.on('error', () => {});
  guard.on('error', () => {});
  return { process: guard, groups: new Set() };
};

const tell = (watchdog: Watchdog, line: string): void => {
  watchdog.process.stdin?.write(`${line}\n`);
};
