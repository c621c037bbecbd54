import type { JournalEntry } from './journal-entry.ts';

/** An entry as the journal has it, with its line end. JSON leaves two of Unicode's line ends as they are, and a reader of lines would cut there. */
export const journalLine = (entry: JournalEntry): string =>
  `${JSON.stringify(entry).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}\n`;
