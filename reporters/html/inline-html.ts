const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Any text as the text of an element or of a quoted attribute. */
export const htmlText = (text: string): string =>
  text.toWellFormed().replace(/[&<>"']/g, (character) => escapes[character] ?? '');

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  '#46': '.',
  '#58': ':',
  '#64': '@',
};

/** The pieces that the inline texts of blocks are made of; what is none of them is text. */
const piece =
  /(?<code>(?<marks>`+)(?!`)(?<body>.*?)(?<!`)\k<marks>(?!`))|\\(?<escaped>[!-/:-@[-`{-~])|&(?<entity>amp|lt|gt|#46|#58|#64);|(?<strong>\*\*)|(?<break><br>)/g;

/**
 * Inline text of a block as HTML. Only `<code>`, `<strong>` and `<br>` can come of it; everything else is escaped,
 * whatever it says.
 */
export const inlineHtml = (text: string): string => {
  let isStrong = false;
  let html = '';
  let at = 0;
  for (const match of text.matchAll(piece)) {
    const { code, body, escaped, entity, strong } = match.groups ?? {};
    html += htmlText(text.slice(at, match.index));
    at = match.index + match[0].length;
    if (code !== undefined) html += `<code>${htmlText(withoutRoom(body ?? ''))}</code>`;
    else if (escaped !== undefined) html += htmlText(escaped);
    else if (entity !== undefined) html += htmlText(entities[entity] ?? '');
    else if (strong === undefined) html += '<br>';
    else {
      isStrong = !isStrong;
      html += isStrong ? '<strong>' : '</strong>';
    }
  }
  return `${html}${htmlText(text.slice(at))}${isStrong ? '</strong>' : ''}`;
};

/** A cell escapes its pipes once more, also within code. */
export const cellHtml = (text: string): string => inlineHtml(text.replaceAll(String.raw`\|`, '|'));

const withoutRoom = (code: string): string =>
  code.startsWith(' ') && code.endsWith(' ') && code.trim() !== '' ? code.slice(1, -1) : code;
