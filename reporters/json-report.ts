import type { Reporter } from './reporter.ts';

/** The document as it is, keys in the order they were put in, two spaces of indent, a line feed at the end. */
export const jsonReport: Reporter = {
  id: 'json',
  render: async ({ document }) => [
    { path: 'report.json', content: `${JSON.stringify(document, null, 2)}\n` },
  ],
};
