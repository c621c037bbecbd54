import { withoutControls } from './plain-text.ts';

/** Text for XML 1.0, in an element or in an attribute: escaped, without what no XML document may hold. */
export const xmlText = (text: string): string =>
  withoutControls(text)
    .toWellFormed()
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;')
    .replaceAll('\t', '&#9;')
    .replaceAll('\n', '&#10;');
