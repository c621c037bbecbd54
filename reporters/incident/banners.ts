import { reasonText } from '../wording.ts';
import { faultTexts } from './fault-texts.ts';
import { escapeText, inLine } from './markdown.ts';
import type { Section } from './section.ts';

/** What a reader must know before anything else: that this is a test, with faults where there were any, that numbers contradict, that a run broke off. */
export const banners: Section = (pages, catalog) => {
  const { incident: words } = catalog;
  const failedChecks = pages.flatMap(({ run }) => run.consistency).filter(({ ok }) => !ok).length;
  const notes = pages.flatMap(({ run, source, title }) => {
    const end = source?.record.end;
    if (run.status === 'interrupted')
      return [words.interruptedBanner(title, end?.signal === undefined ? undefined : escapeText(end.signal))];
    if (run.status === 'failed') return [words.failedBanner(title, reasonText(end?.reason, catalog, inLine))];
    return [];
  });
  const paragraphs = [
    ...(pages.some(({ run }) => run.reconstruction === null && run.savedOutput === null)
      ? [`**${words.simulationLabel}** — ${words.simulationNote}`]
      : []),
    ...(pages.some(({ run }) => run.reconstruction !== null)
      ? [`**${words.reconstructionLabel}** — ${words.reconstructionNote}`]
      : []),
    ...(pages.some(({ run }) => run.savedOutput !== null)
      ? [`**${words.savedOutput.label}** — ${words.savedOutput.note}`]
      : []),
    ...pages
      .filter(({ run }) => run.faults.length > 0)
      .map(
        ({ run, title }) => `🧪 **${words.faultBanner(title, faultTexts(run, catalog, inLine).join(', '))}**`,
      ),
    ...(failedChecks === 0 ? [] : [`⛔ **${words.invalidBanner(failedChecks)}**`]),
    ...notes.map((note) => `⚠️ **${note}**`),
  ];
  return { kind: 'quote', paragraphs };
};
