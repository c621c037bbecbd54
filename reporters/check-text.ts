import type {
  CheckDocument,
  CheckedClaim,
  CheckedPart,
  CheckReason,
  Figure,
  Judgement,
} from '../core/claims/check-document.ts';
import { escapeText } from './incident/markdown.ts';
import type { Catalog } from './locales/catalog.ts';
import { inOneLine } from './plain-text.ts';

const marks: Readonly<Record<Judgement, string>> = {
  supported: '✅',
  contradicted: '❌',
  questioned: '⚠️',
  'not-measurable': '❔',
};

/** What `lagline report --check` prints for people: the claims in their order, what the data say below each. */
export const checkText = (document: CheckDocument, catalog: Catalog): string => {
  const { check: words } = catalog;
  const lines = document.claims.flatMap((claim) => [
    `${marks[claim.judgement]} ${words.judgement[claim.judgement]} · ${words.line(claim.line)} · ${inOneLine(claim.text)}`,
    ...partTexts(claim, document, catalog).map((text) => `     ${inOneLine(text)}`),
  ]);
  return [
    inOneLine(words.checked(document.file, runNames(document))),
    words.outcome[document.outcome],
    words.counts(document.counts),
    '',
    ...lines,
    ...(lines.length === 0 ? [] : ['']),
    words.method,
  ].join('\n');
};

/** The same as a Markdown table. */
export const checkMarkdown = (document: CheckDocument, catalog: Catalog): string => {
  const { check: words } = catalog;
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const { head } = words;
  return `${[
    `# ${words.title}`,
    escapeText(words.checked(document.file, runNames(document))),
    `**${words.outcome[document.outcome]}** ${words.counts(document.counts)}`,
    [
      row([head.line, head.claim, head.judgement, head.data]),
      row(['---', '---', '---', '---']),
      ...document.claims.map((claim) =>
        row([
          String(claim.line),
          escapeText(claim.text),
          `${marks[claim.judgement]} ${words.judgement[claim.judgement]}`,
          partTexts(claim, document, catalog).map(escapeText).join('<br>'),
        ]),
      ),
    ].join('\n'),
    words.method,
  ].join('\n\n')}\n`;
};

const runNames = ({ data }: CheckDocument): string[] => data.map(({ scenario }) => scenario);

/** One line for each part; parts with the same answer share one. */
const partTexts = (claim: CheckedClaim, document: CheckDocument, catalog: Catalog): string[] => {
  const byAnswer = new Map<string, string[]>();
  for (const part of claim.parts) {
    const answer = answerOf(part, claim, document, catalog);
    byAnswer.set(answer, [...(byAnswer.get(answer) ?? []), part.text]);
  }
  return [...byAnswer].map(([answer, texts]) => `${texts.map((text) => `“${text}”`).join(', ')} → ${answer}`);
};

const answerOf = (
  { judgement, reasons }: CheckedPart,
  { runs, parts }: CheckedClaim,
  document: CheckDocument,
  catalog: Catalog,
): string => {
  const { check: words } = catalog;
  const texts = reasons.map((reason) => {
    const run = reason.run === null ? undefined : document.data[reason.run]?.scenario;
    const text = reasonText(reason, catalog);
    return runs.length > 1 && run !== undefined ? `${run}: ${text}` : text;
  });
  const answer = [...new Set(texts)].join('; ');
  return parts.length > 1 ? `${words.judgement[judgement]} (${answer})` : answer;
};

const reasonText = ({ id, figures, facts }: CheckReason, catalog: Catalog): string =>
  catalog.check.reason[id]({
    figures: figures.map((figure) => figureText(figure, catalog)).join(', '),
    facts,
  });

const figureText = (figure: Figure, catalog: Catalog): string => {
  const { check: words } = catalog;
  const path = figure.path.replaceAll(/(^| \/ )runs\.\d+\./g, '$1');
  const name = words.figure.find(([pattern]) => pattern.test(path))?.[1] ?? path;
  const stat = /\.(avg|min|med|max|p\d+)$/.exec(/DurationMs\.|DelayMs\./.test(path) ? path : '')?.[1];
  const of = figure.of === undefined ? '' : `${figure.of} `;
  return `${of}${stat === undefined ? name : `${name} ${stat}`} ${valueText(figure, catalog)}`;
};

const valueText = ({ value, low, high, unit }: Figure, catalog: Catalog): string => {
  const { check: words, formats } = catalog;
  const show = (number: number): string => {
    if (unit === 'vus') return words.vus(formats.count(number));
    // With all the digits that somebody may have copied.
    if (unit === 'per-second') return `${closely(number)}/s`;
    if (unit === 'ms' && number < 10_000) return `${closely(number)}ms`;
    return formats.quantity(number, unit);
  };
  const bound = (number: number | null): string | undefined => (number === null ? undefined : show(number));
  if (value === null) return words.between(bound(low), bound(high));
  const isExact = low === value && high === value;
  return isExact ? show(value) : `${show(value)} (${words.between(bound(low), bound(high))})`;
};

const closely = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 2 });
