import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { KnownError, messageOf } from '../core/errors.ts';
import type { Catalog } from '../reporters/locales/catalog.ts';
import { locales } from '../reporters/locales/index.ts';
import { refuseUnmeasured } from './comparable-runs.ts';
import { requireWritable } from './run-folder.ts';
import { shownPath, type ResultFlags } from './show-result.ts';

/** What a comparison and a history have in common. */
export type ComparingFlags = ResultFlags & {
  readonly allowDifferent: readonly string[];
  readonly metric: readonly string[];
  readonly minEffect: string;
  readonly alpha: string;
  readonly format: 'text' | 'md' | 'pr-comment';
  readonly out?: string;
};

/** What every document has of that. */
type Compared = { readonly metrics: readonly unknown[]; readonly exitCode: number };

/** How a document of one kind is told. */
export type Telling<Document> = {
  /** Of its files: `<name>.<lang>.md` and `<name>.<lang>.png`. */
  readonly name: string;
  readonly text: (document: Document, catalog: Catalog) => string;
  readonly markdown: (
    document: Document,
    catalog: Catalog,
    kind: 'md' | 'pr-comment',
    picture?: string,
  ) => string;
  /** Whether there is anything to draw. */
  readonly hasPicture: (document: Document) => boolean;
  readonly picture: (document: Document, catalog: Catalog) => Promise<Uint8Array>;
};

/**
 * Prints a document as the flags ask, and writes its files where they name a folder, which is looked at before the document is
 * built. Answers the exit code.
 */
export const showComparison = async <Document extends Compared>(
  build: () => Document,
  { name, text, markdown, hasPicture, picture }: Telling<Document>,
  { json, lang, format, out, metric }: ComparingFlags,
): Promise<number> => {
  if (out !== undefined) requireWritable(out);
  const document = build();
  refuseUnmeasured(document.metrics.length, metric);
  const catalog = locales[lang];
  if (out !== undefined) {
    const image = hasPicture(document) ? `${name}.${lang}.png` : undefined;
    writeFiles(out, [
      [`${name}.${lang}.md`, markdown(document, catalog, 'md', image)],
      ...(image === undefined ? [] : [[image, await picture(document, catalog)] as const]),
    ]);
  }
  process.stdout.write(
    json
      ? `${JSON.stringify(document, null, 2)}\n`
      : format === 'text'
        ? `${text(document, catalog)}\n`
        : markdown(document, catalog, format),
  );
  return document.exitCode;
};

/** Writes files into a folder that was found writable, and names the first. */
const writeFiles = (
  folder: string,
  files: readonly (readonly [name: string, content: string | Uint8Array])[],
): void => {
  for (const [index, [name, content]] of files.entries()) {
    const path = join(folder, name);
    try {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    } catch (error) {
      throw new KnownError('output-unwritable', `cannot write ${path}: ${messageOf(error)}`, {
        remedy: 'give another folder with --out',
        cause: error,
      });
    }
    if (index === 0) process.stderr.write(`report: ${shownPath(path)}\n`);
  }
};
