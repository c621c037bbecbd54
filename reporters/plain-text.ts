/** Sequences that steer a terminal: CSI, OSC and two-character escapes. */
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const terminalSequences = /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)?|[@-Z\\-_])/g;
/** Controls other than line feed and tab. */
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const controls = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g;
/** Marks that turn the direction of text or hide in it. */
const invisible = /[\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/g;

/** Code points that are no characters, which XML and HTML refuse. */
const noCharacters = /\p{Noncharacter_Code_Point}/gu;

/** Text of others without what would steer a terminal or reorder what is read; line feeds and tabs stay. */
export const withoutControls = (text: string): string =>
  text.replace(terminalSequences, '').replace(controls, '').replace(invisible, '').replace(noCharacters, '');

/** The same in one line. */
export const inOneLine = (text: string): string => withoutControls(text).replace(/\s+/g, ' ').trim();
