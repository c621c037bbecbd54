import type { SavedOutputWords } from '../saved-words.ts';

export const enSavedOutput: SavedOutputWords = {
  label: "Made of k6's results alone",
  note: "It holds only what was read from saved output of k6. Kafka lag, drain time, the machine and the store's integrity were not measured, and k6's exit code is not known.",
  row: 'k6 output',
  formats: {
    console: 'console summary',
    'machine-summary': 'JSON of the machine-readable summary',
    'summary-export': 'JSON of --summary-export',
    'handle-summary': 'data of handleSummary',
    ndjson: 'samples of --out json',
    csv: 'samples of --out csv',
  },
  place: (file, format, part, parts) => `${file}${parts === 1 ? '' : `, ${part} of ${parts}`} (${format})`,
  metricColumns: ['Metric', 'Type', 'Figures'],
  types: { counter: 'counter', gauge: 'gauge', rate: 'rate', trend: 'trend' },
  rates: { passes: 'true', fails: 'false' },
  notWatched: 'Nothing was watched, so there is nothing to say on how well it was.',
  ambiguousColumns: ['Scenario', 'Metric', 'As written', 'Problem'],
  ambiguous: {
    unreadable: 'cut, or with digits left out: not read',
    'check-counts': 'the text does not say how often it passed',
    'threshold-metric': "no threshold of this metric: the line with its own metric's name seems to be lost",
    'type-unknown':
      'the output does not name its type (counter, trend …): not added up; as written is how many samples there are',
  },
  noneAmbiguous: 'No figure that could not be read or told for certain.',
};
