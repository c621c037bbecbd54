import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { KnownError, messageOf } from '../core/errors.ts';
import { noNotes, noteKinds, reportKinds, type ReportNotes } from '../reporters/report-notes.ts';

export const notesFile = 'notes.yaml';
const sizeLimitBytes = 256 * 1024;

const text = z.string().trim().min(1).max(10_000);
const time = z.iso.datetime({
  offset: true,
  error: "write a time with its zone, as in '2026-11-26T10:00:00+09:00'",
});

const schema = z.strictObject({
  kind: z.enum(reportKinds).optional(),
  author: text.optional(),
  severity: text.optional(),
  summary: text.optional(),
  startedAt: time.optional(),
  timeline: z.array(z.strictObject({ at: time, kind: z.enum(noteKinds).default('note'), text })).default([]),
  actions: z
    .array(
      z
        .strictObject({
          improvement: text.optional(),
          what: text.optional(),
          owner: text.optional(),
          due: z.iso.date({ error: "write a day as in '2026-12-10'" }).optional(),
          status: text.optional(),
          verify: text.optional(),
        })
        .refine(({ improvement, what }) => (improvement === undefined) !== (what === undefined), {
          error: 'an action names either an improvement of the report or, with `what`, one of your own',
        }),
    )
    .default([]),
});

/**
 * The notes beside a report; none where there is no such file. `earliest` is when what is reported began: an action cannot
 * be due before it. undefined: nobody knows.
 */
export const readNotes = (folder: string, earliest: Date | undefined): ReportNotes => {
  const path = join(folder, notesFile);
  if (!existsSync(path)) return noNotes;
  const parsed = schema.safeParse(readYaml(path));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const keys =
      issue?.code === 'unrecognized_keys' ? `unknown key ${issue.keys.join(', ')}` : issue?.message;
    throw invalid(path, `${issue?.path.join('.') || 'the file'}: ${keys ?? 'not valid'}`);
  }
  const { startedAt, timeline, actions, ...rest } = parsed.data;
  const begun = startedAt === undefined ? earliest : new Date(startedAt);
  const firstDay = begun?.toISOString().slice(0, 10);
  const tooEarly = actions.find(({ due }) => due !== undefined && firstDay !== undefined && due < firstDay);
  if (tooEarly !== undefined)
    throw invalid(path, `an action is due on ${tooEarly.due ?? ''}, before it began on ${firstDay ?? ''}`);
  return {
    ...rest,
    ...(startedAt === undefined ? {} : { startedAtMs: Date.parse(startedAt) }),
    timeline: timeline.map(({ at, ...entry }) => ({ atMs: Date.parse(at), ...entry })),
    actions,
  };
};

const readYaml = (path: string): unknown => {
  try {
    if (statSync(path).size > sizeLimitBytes) throw new Error(`larger than ${sizeLimitBytes} bytes`);
    // Dates stay texts: whether they are days or times is for the schema to say.
    const document = parseDocument(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''), { schema: 'core' });
    const [problem] = document.errors;
    if (problem !== undefined) throw problem;
    return document.toJS({ maxAliasCount: 20 }) ?? {};
  } catch (error) {
    throw invalid(path, messageOf(error));
  }
};

const invalid = (path: string, why: string): KnownError =>
  new KnownError('config-invalid', `the notes in ${path} are not valid: ${why}`, {
    remedy: 'correct them; the report is left as it was',
  });
