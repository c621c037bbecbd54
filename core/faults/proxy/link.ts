import type { Socket } from 'node:net';
import { makeStage, type Stage, type Step } from './stage.ts';
import type { Toxic } from './toxic.ts';

/** Bytes that one direction of a connection may hold back; then its sender has to wait, as on a slow network. */
const heldBytesLimit = 4 * 1024 * 1024;
/** Longest time that a timer is set for; it is set again when it rings too early. */
const longestTimerMs = 60_000;

export type LinkOptions = {
  readonly source: Socket;
  readonly destination: Socket;
  readonly toxics: readonly Toxic[];
  readonly monotonicMs: () => number;
  readonly random: () => number;
  /** A toxic closes the connection. */
  readonly onClose: () => void;
  /** A toxic resets the connection. */
  readonly onReset: () => void;
};

/** One direction of a connection: what the source sends goes through the toxics, in their order, to the destination. */
export type Link = {
  /** The toxics from here on; what is still held back goes through these. */
  setToxics(toxics: readonly Toxic[]): void;
  /** Moves nothing more. */
  stop(): void;
};

export const startLink = (options: LinkOptions): Link => {
  const { source, destination, monotonicMs, random, onClose, onReset } = options;
  const waiting: { data: Buffer; readonly arrivedMs: number }[] = [];
  let stages: Stage[] = options.toxics.map((toxic) => makeStage(toxic, monotonicMs(), random));
  let heldBytes = 0;
  let endedMs: number | undefined;
  let isDestinationFull = false;
  let isOver = false;
  /** Kept until it is done or the toxics change, so that its chances are drawn once. */
  let planned: Step | undefined;
  let timer: NodeJS.Timeout | undefined;

  const acting = (): Stage[] => stages.filter((stage) => stage.isActive());

  const plan = (): Step | undefined => {
    const [head] = waiting;
    const item = head === undefined ? 'end' : 'data';
    const sinceMs = head?.arrivedMs ?? endedMs;
    if (sinceMs === undefined) return undefined;
    return acting().reduce<Step>((step, stage) => (step.fate === 'pass' ? stage.narrow(step, item) : step), {
      bytes: head?.data.length ?? 0,
      atMs: sinceMs,
      fate: 'pass',
    });
  };

  const take = (bytes: number): Buffer => {
    const [head] = waiting;
    if (head === undefined) return Buffer.alloc(0);
    const taken = head.data.subarray(0, bytes);
    head.data = head.data.subarray(bytes);
    if (head.data.length === 0) waiting.shift();
    heldBytes -= taken.length;
    if (heldBytes < heldBytesLimit) source.resume();
    return taken;
  };

  const perform = (step: Step, nowMs: number): void => {
    planned = undefined;
    if (step.fate === 'reset') {
      stop();
      onReset();
    } else if (waiting.length === 0) {
      stop();
      destination.end();
    } else {
      const data = take(step.bytes);
      if (step.fate === 'pass' && data.length > 0 && !destination.write(data)) isDestinationFull = true;
      const closing = acting().filter((stage) => stage.passed(step, nowMs));
      if (closing.length > 0) {
        stop();
        onClose();
      }
    }
  };

  /** Does what is due, or sets the timer for it and answers false. */
  const advance = (): boolean => {
    if (isOver) return false;
    const nowMs = monotonicMs();
    const closesAtMs = Math.min(...acting().map((stage) => stage.closesAtMs()));
    if (closesAtMs <= nowMs) {
      stop();
      onClose();
      return false;
    }
    if (!isDestinationFull) planned ??= plan();
    const dueMs = isDestinationFull || planned === undefined ? Number.POSITIVE_INFINITY : planned.atMs;
    if (planned !== undefined && dueMs <= nowMs) {
      perform(planned, nowMs);
      return true;
    }
    const wakeMs = Math.min(dueMs, closesAtMs);
    if (wakeMs < Number.POSITIVE_INFINITY) {
      timer = setTimeout(drive, Math.min(longestTimerMs, Math.ceil(wakeMs - nowMs)));
    }
    return false;
  };
  const drive = (): void => {
    clearTimeout(timer);
    let hasMoved = true;
    while (hasMoved) hasMoved = advance();
  };

  const onData = (data: Buffer): void => {
    waiting.push({ data, arrivedMs: monotonicMs() });
    heldBytes += data.length;
    if (heldBytes >= heldBytesLimit) source.pause();
    drive();
  };
  const onEnd = (): void => {
    endedMs = monotonicMs();
    drive();
  };
  const onDrain = (): void => {
    isDestinationFull = false;
    drive();
  };
  const stop = (): void => {
    isOver = true;
    clearTimeout(timer);
    source.off('data', onData).off('end', onEnd);
    destination.off('drain', onDrain);
  };

  source.on('data', onData).on('end', onEnd);
  destination.on('drain', onDrain);
  drive();

  return {
    setToxics: (toxics) => {
      const gone = acting().filter(({ toxic }) => !toxics.includes(toxic));
      stages = toxics.map(
        (toxic) => stages.find((stage) => stage.toxic === toxic) ?? makeStage(toxic, monotonicMs(), random),
      );
      planned = undefined;
      if (!isOver && gone.some(({ closesWhenRemoved }) => closesWhenRemoved)) {
        stop();
        onClose();
      }
      drive();
    },
    stop,
  };
};
