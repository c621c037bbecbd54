// Opens, judges and renders the run folder that is given, in a process of its own so that time and memory can be told.
import { buildReport } from '../../core/judge/build-report.ts';
import { keepHeapSmall } from '../../core/process/heap-settings.ts';
import { readRecord } from '../../core/record/journal-reader.ts';
import { reporters } from '../../reporters/index.ts';
import { locales } from '../../reporters/locales/index.ts';

const [folder = ''] = process.argv.slice(2);
const startedMs = performance.now();
keepHeapSmall();
const record = await readRecord(folder);
const document = buildReport([record], '0');
const report = { document, runs: [{ record, k6Console: null, runFolder: '.' }] };
for (const id of ['md', 'json'])
  await reporters.find((reporter) => reporter.id === id)?.render(report, locales.ko);
const [run] = document.runs;
const { maxRSS } = process.resourceUsage();
process.send?.({
  tookMs: performance.now() - startedMs,
  peakMemoryMb: maxRSS / 1000,
  peakLagMessages: run?.kafka.groups[0]?.peakLagMessages ?? null,
  drain: run?.kafka.groups[0]?.drain.state ?? null,
});
