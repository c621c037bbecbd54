import { KnownError } from '../errors.ts';
import { runCommand } from '../tools/command.ts';

/** A user to run a program as, in node's words. */
export type User = { name: string; uid: number; gid: number };

const candidates = ['postgres', 'nobody'];
const timeoutMs = 10_000;

/** Whom a program that refuses root is to run as; undefined if we are not root and nothing has to be done. */
export const unprivilegedUser = async (program: string): Promise<User | undefined> => {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of candidates) {
    const [uid, gid] = [await idOf(name, '-u'), await idOf(name, '-g')];
    if (uid !== undefined && gid !== undefined) return { name, uid, gid };
  }
  throw new KnownError(
    'stack-start',
    `${program} does not run as root, and there is neither a user 'postgres' nor 'nobody' to run it as.`,
    { remedy: 'Run lagline as an ordinary user, or make one: useradd --system postgres.' },
  );
};

const idOf = async (name: string, flag: '-u' | '-g'): Promise<number | undefined> => {
  const { code, output } = await runCommand('id', [flag, name], { env: process.env, timeoutMs });
  return code === 0 ? Number(output.trim()) : undefined;
};

/**
 * What to call a folder of the user's own in a program that gets it opened as its first handle after the usual three.
 * Folders on the way to it may be closed to him, as root's home and temporary folders are; Linux lets him in by that
 * handle.
 */
export const nameOfOwnFolder = async (program: string, user: User, folder: string): Promise<string> => {
  if (await mayEnter(user, folder)) return folder;
  if (process.platform === 'linux') return '/proc/self/fd/3';
  throw new KnownError(
    'stack-start',
    `${program} does not run as root, and ${user.name}, as whom it would run, may not enter ${folder}.`,
    {
      remedy:
        'Keep the data where everybody may pass, with --dir or LAGLINE_STACK_DIR, or run lagline as an ordinary user.',
      facts: { folder, user: user.name },
    },
  );
};

const mayEnter = async ({ uid, gid }: User, folder: string): Promise<boolean> => {
  const entering = await runCommand('sh', ['-c', 'cd -- "$0"', folder], {
    env: process.env,
    timeoutMs,
    cwd: '/',
    user: { uid, gid },
  });
  return entering.code === 0;
};
