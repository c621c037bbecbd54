import type { Block, ListItem, Picture } from '../incident/block.ts';
import { cellHtml, htmlText, inlineHtml } from './inline-html.ts';

/** How a picture of a block is shown. */
export type ShowPicture = (picture: Picture) => string;

/** The blocks of a report as HTML; every text of theirs is escaped or made of `inlineHtml`. */
export const renderHtml = (block: Block, show: ShowPicture): string => {
  switch (block.kind) {
    case 'heading':
      return `<h${block.level}>${inlineHtml(block.text)}</h${block.level}>`;
    case 'paragraph':
      return `<p>${inlineHtml(block.text)}</p>`;
    case 'table':
      return tableHtml(block.head, block.rows);
    case 'list':
      return listHtml(block.items, show);
    case 'code':
      return `<pre tabindex="0"><code>${htmlText(block.text)}</code></pre>`;
    case 'quote':
      return `<blockquote>${block.paragraphs.map((text) => `<p>${inlineHtml(text)}</p>`).join('')}</blockquote>`;
    case 'details':
      return `<details><summary>${inlineHtml(block.summary)}</summary>\n${renderHtml(block.body, show)}\n</details>`;
    case 'rule':
      return '<hr>';
    case 'group':
      return block.blocks.map((each) => renderHtml(each, show)).join('\n');
  }
};

const tableHtml = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [
    '<div class="scroll" tabindex="0"><table>',
    `<thead><tr>${head.map((cell) => `<th scope="col">${cellHtml(cell)}</th>`).join('')}</tr></thead>`,
    '<tbody>',
    ...rows.map((cells) => `<tr>${cells.map((cell) => `<td>${cellHtml(cell)}</td>`).join('')}</tr>`),
    '</tbody></table></div>',
  ].join('\n');

const listHtml = (items: readonly ListItem[], show: ShowPicture): string =>
  `<ul>\n${items.map((item) => itemHtml(item, show)).join('\n')}\n</ul>`;

const itemHtml = (item: ListItem, show: ShowPicture): string => {
  if (typeof item === 'string') return `<li>${inlineHtml(item)}</li>`;
  const { text, pictures = [], items = [] } = item;
  return `<li>${inlineHtml(text)}${pictures.map(show).join('')}${items.length === 0 ? '' : listHtml(items, show)}</li>`;
};
