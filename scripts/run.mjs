// Bootstrap of every npm script: plain JavaScript for Node 18 and later, no dependencies.
// Installs what package-lock.json names if it is not there yet, then runs the given file on the pinned Node.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const modules = join(root, 'node_modules');
const stamp = join(modules, '.lagline-installed');
const lock = join(root, '.lagline', 'install.lock');
const say = (text) => process.stderr.write(`lagline: ${text}\n`);

const minimum = [24, 12];
const isNewEnough = (version) => {
  const [major, minor] = version.replace(/^v/, '').split('.').map(Number);
  return major > minimum[0] || (major === minimum[0] && minor >= minimum[1]);
};

const lockfileDigest = () =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
const isInstalled = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === lockfileDigest();

const sleep = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

/** Two scripts started at once install once; a lock whose owner is gone, or that is 15 minutes old, is taken over. */
const withInstallLock = (install) => {
  mkdirSync(dirname(lock), { recursive: true });
  for (let waited = 0; ; waited += 1) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (waited === 0) say('another process is installing the dependencies; waiting for it');
      if (isStale()) rmSync(lock, { recursive: true, force: true });
      sleep(500);
    }
  }
  try {
    writeFileSync(join(lock, 'pid'), String(process.pid));
    if (!isInstalled()) install();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
};

const isStale = () => {
  try {
    if (Date.now() - statSync(lock).mtimeMs > 15 * 60_000) return true;
    process.kill(Number(readFileSync(join(lock, 'pid'), 'utf8')), 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
};

const install = () => {
  say(`installing dependencies with npm ci (Node ${process.version}; needed once, about 20 s)`);
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const result = npm?.endsWith('.js')
    ? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: ['ignore', 2, 2] })
    : spawnSync('npm', args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (result.status !== 0) {
    say(
      `npm ci failed (exit code ${result.status ?? result.signal ?? result.error}); see the lines above, then try again`,
    );
    process.exit(2);
  }
  writeFileSync(stamp, lockfileDigest());
};

/** The pinned Node of the `node` package, else the running one if it is new enough. */
const chooseNode = () => {
  const pinned = join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(pinned)) {
    const answer = spawnSync(pinned, ['--version'], { encoding: 'utf8' });
    if (answer.status === 0 && isNewEnough(answer.stdout.trim())) return pinned;
  }
  if (isNewEnough(process.version)) return process.execPath;
  say(
    `needs Node ${minimum.join('.')} or later, but the running one is ${process.version} and the pinned one ` +
      `(npm package "node") did not install; allow its install script (npm ci --allow-scripts=node) or put Node 24 on PATH`,
  );
  process.exit(2);
};

const [major] = process.version.slice(1).split('.').map(Number);
if (major < 18) {
  say(
    `the bootstrap needs Node 18 or later to install the pinned Node; the running one is ${process.version}`,
  );
  process.exit(2);
}
if (!isInstalled()) withInstallLock(install);

const node = chooseNode();
const [file, ...args] = process.argv.slice(2);
const path = `${dirname(node)}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH ?? ''}`;
// npm starts its scripts in the package's folder; paths given to lagline are meant from where the user stands.
const isFromNpm = process.env.npm_package_json === join(root, 'package.json') && process.cwd() === root;
const cwd = file === 'cli/main.ts' && isFromNpm ? (process.env.INIT_CWD ?? root) : process.cwd();
// Without it each start strips the types of every file anew, with a compiler that then stays in memory: 20 MB.
const compileCache = process.env.NODE_COMPILE_CACHE ?? join(root, '.lagline', 'compile-cache');
// glibc's own threshold, which it would raise: what is larger, as answers of brokers are, goes back to the system when it is freed.
const mmapThreshold = ['MALLOC_MMAP_THRESHOLD_', '131072'];
const child = spawn(node, [join(root, file), ...args], {
  cwd,
  stdio: 'inherit',
  env: {
    ...Object.fromEntries([mmapThreshold]),
    ...process.env,
    PATH: path,
    NODE_COMPILE_CACHE: compileCache,
  },
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  say(`cannot start ${node}: ${error.message}`);
  process.exit(2);
});
child.on('exit', (code, signal) => {
  if (signal === null) process.exit(code ?? 1);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
});
