export const reportKinds = ['incident', 'load-test'] as const;
/** 장애 대응 보고서 or 부하 테스트 보고서: the same sections under other headings. */
export type ReportKind = (typeof reportKinds)[number];

export const noteKinds = ['detected', 'responded', 'mitigated', 'recovered', 'note'] as const;
export type NoteKind = (typeof noteKinds)[number];

/** What people know and data cannot: kept in `notes.yaml` beside the report, and read again whenever it is written. */
export type ReportNotes = {
  readonly kind?: ReportKind | undefined;
  readonly author?: string | undefined;
  readonly severity?: string | undefined;
  /** In people's own words; stands below the summary made from data. */
  readonly summary?: string | undefined;
  /** When it began, as ms since the epoch; times until detection and recovery are counted from it. */
  readonly startedAtMs?: number | undefined;
  readonly timeline: readonly { readonly atMs: number; readonly kind: NoteKind; readonly text: string }[];
  readonly actions: readonly ActionNote[];
};

export type ActionNote = {
  /** Id of an improvement that the report names; an action of people's own has none. */
  readonly improvement?: string | undefined;
  /** What is to be done; of an improvement the report says it. */
  readonly what?: string | undefined;
  readonly owner?: string | undefined;
  /** Calendar day, `2026-12-10`. */
  readonly due?: string | undefined;
  readonly status?: string | undefined;
  /** Rule that the next run has to pass; of an improvement the report has its own. */
  readonly verify?: string | undefined;
};

export const noNotes: ReportNotes = { timeline: [], actions: [] };
