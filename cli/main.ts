#!/usr/bin/env node
import { CommanderError } from 'commander';
import { KnownError } from '../core/errors.ts';
import { Interruption } from '../core/interruption.ts';
import { forgetEmptySettings, laglineVersion } from './environment.ts';
import { buildProgram } from './program.ts';
import { exitCodeOfSignal } from './signals.ts';

// The only place that prints errors or sets the exit code.

const helpExits = ['commander.help', 'commander.helpDisplayed', 'commander.version'];

const explain = (error: unknown): number => {
  if (error instanceof CommanderError) {
    if (helpExits.includes(error.code)) return error.exitCode === 0 ? 0 : 2;
    process.stderr.write(`lagline: ${error.message.replace(/^error: /, '')}\n  → lagline --help\n`);
    return 2;
  }
  if (error instanceof KnownError) {
    process.stderr.write(
      `lagline: ${error.message}\n${error.remedy === undefined ? '' : `  → ${error.remedy}\n`}`,
    );
    return 2;
  }
  if (error instanceof Interruption) {
    process.stderr.write(`lagline: ${error.message}\n`);
    return exitCodeOfSignal(error.signal);
  }
  process.stderr.write(
    `lagline: internal error\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return 1;
};

// A reader that goes away (`| head`, a terminal that is closed) is no error, and no reason to leave a run or a stack half done.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
  });

forgetEmptySettings(process.env);
const program = buildProgram(laglineVersion(), process.env, (exitCode) => {
  process.exitCode = exitCode;
});

try {
  await program.parseAsync(process.argv);
} catch (error) {
  process.exitCode = explain(error);
  // Connections that were left to themselves would keep the program until their time-outs.
  if (error instanceof Interruption) process.exit();
}
