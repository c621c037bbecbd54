import { readFile } from 'node:fs/promises';
import { cpus, freemem, totalmem } from 'node:os';
import type { Observation } from '../record/observation.ts';
import { hostSeries } from '../record/series-names.ts';
import type { Labels } from '../record/run-record.ts';
import type { Unit } from '../quantity.ts';
import type { Sampler, WatchedProcess } from './sampler.ts';

/** The kernel counts CPU time in steps of 10 ms; over less than this, all cores together, a share would be chance. */
const leastCpuTimeMs = 200;

/**
 * CPU, memory, disk and network of the machine lagline runs on, and the CPU of watched processes.
 * Disk, network and processes are read from /proc and absent where there is none.
 */
export const hostResources: Sampler = {
  id: 'host',
  open: async ({ clock, watchedProcesses }) => {
    let lastCpu = cpuTimes();
    const lastProcess = new Map<number, { atMs: number; cpuMs: number }>();
    const processUse = async ({ name, pid }: WatchedProcess): Promise<Observation[]> => {
      const cpuMs = await processCpuMs(pid);
      if (cpuMs === undefined) return [];
      const atMs = clock.elapsedMs();
      const before = lastProcess.get(pid);
      lastProcess.set(pid, { atMs, cpuMs });
      if (before === undefined || atMs <= before.atMs) return [];
      const percent = (100 * (cpuMs - before.cpuMs)) / (atMs - before.atMs);
      return [gauge(hostSeries.processCpuPercent, 'percent', atMs, percent, { process: name })];
    };
    return {
      sample: async () => {
        const atMs = clock.elapsedMs();
        const cpu = cpuTimes();
        const total = cpu.total - lastCpu.total;
        const busyPercent = total < leastCpuTimeMs ? undefined : (100 * (cpu.busy - lastCpu.busy)) / total;
        if (busyPercent !== undefined) lastCpu = cpu;
        const [memoryPercent, diskBytes, networkBytes, processes] = await Promise.all([
          memoryUsedPercent(),
          diskWriteBytes(),
          networkReceiveBytes(),
          Promise.all(watchedProcesses().map(processUse)),
        ]);
        return [
          ...(busyPercent === undefined ? [] : [gauge(hostSeries.cpuPercent, 'percent', atMs, busyPercent)]),
          gauge(hostSeries.memoryUsedPercent, 'percent', atMs, memoryPercent),
          ...counter(hostSeries.diskWriteBytes, atMs, diskBytes),
          ...counter(hostSeries.networkReceiveBytes, atMs, networkBytes),
          ...processes.flat(),
        ];
      },
      close: async () => {},
    };
  },
};

const gauge = (name: string, unit: Unit, atMs: number, value: number, labels: Labels = {}): Observation => ({
  kind: 'gauge',
  series: { name, labels, unit },
  atMs,
  value: Math.round(value * 100) / 100,
});

const counter = (name: string, atMs: number, bytes: number | undefined): Observation[] =>
  bytes === undefined
    ? []
    : [{ kind: 'counter', series: { name, labels: {}, unit: 'bytes' }, atMs, value: bytes }];

const cpuTimes = (): { busy: number; total: number } =>
  cpus().reduce(
    (sum, { times }) => {
      const total = times.user + times.nice + times.sys + times.idle + times.irq;
      return { busy: sum.busy + total - times.idle, total: sum.total + total };
    },
    { busy: 0, total: 0 },
  );

const readProc = async (path: string): Promise<string | undefined> =>
  readFile(path, 'utf8').catch(() => undefined);

/** Memory that is neither free nor reclaimable, as a share of all; where /proc is absent, all that is not free. */
const memoryUsedPercent = async (): Promise<number> => {
  const available = /^MemAvailable:\s+(\d+) kB$/m.exec((await readProc('/proc/meminfo')) ?? '')?.[1];
  const unusedBytes = available === undefined ? freemem() : Number(available) * 1024;
  return 100 * (1 - unusedBytes / totalmem());
};

const diskWriteBytes = async (): Promise<number | undefined> => {
  const text = await readProc('/proc/diskstats');
  if (text === undefined) return undefined;
  // Whole disks only: partitions and mapped devices would count the same bytes again. Field 10: sectors of 512 bytes.
  const disks = text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , name]) => /^([sv]d[a-z]+|nvme\d+n\d+|xvd[a-z]+)$/.test(name ?? ''));
  return disks.reduce((sum, fields) => sum + Number(fields[9]) * 512, 0);
};

const networkReceiveBytes = async (): Promise<number | undefined> => {
  const text = await readProc('/proc/net/dev');
  if (text === undefined) return undefined;
  return text
    .split('\n')
    .slice(2)
    .reduce((sum, line) => sum + Number(/:\s*(\d+)/.exec(line)?.[1] ?? 0), 0);
};

/** User and system time of a process in ms; the kernel counts in ticks of 10 ms. Undefined once it is gone. */
const processCpuMs = async (pid: number): Promise<number | undefined> => {
  const stat = await readProc(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
};
