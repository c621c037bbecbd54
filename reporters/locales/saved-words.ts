import type { RunReport } from '../../core/report-document.ts';

type Saved = NonNullable<RunReport['savedOutput']>;

/** Wording of reports that were made of nothing but what k6 had left. */
export type SavedOutputWords = {
  readonly label: string;
  readonly note: string;
  /** Heading of the row that says where the figures were read. */
  readonly row: string;
  readonly formats: Readonly<Record<Saved['format'], string>>;
  /** `file` made harmless; `format` from the table above. */
  readonly place: (file: string, format: string, part: number, parts: number) => string;
  /** In place of k6's own text, where the format has none. */
  readonly metricColumns: readonly string[];
  readonly types: Readonly<Record<Saved['metrics'][string]['type'], string>>;
  readonly rates: { readonly passes: string; readonly fails: string };
  /** Instead of how well the run was watched. */
  readonly notWatched: string;
  readonly ambiguousColumns: readonly string[];
  readonly ambiguous: Readonly<Record<Saved['ambiguous'][number]['id'], string>>;
  readonly noneAmbiguous: string;
};
