import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parse, type DefaultTreeAdapterTypes } from 'parse5';
import { hostileReport, hostileTexts } from '../../fixtures/hostile-report.ts';
import { healthyStory, incidentStory, noDataStory, reportStories } from '../../fixtures/report-stories.ts';
import { codeInTable, codeSpan, escapeText, renderMarkdown } from '../incident/markdown.ts';
import { incidentBlocks } from '../incident/incident-report.ts';
import { locales } from '../locales/index.ts';
import { inOneLine } from '../plain-text.ts';
import type { Report } from '../reporter.ts';
import { htmlReport } from './html-report.ts';
import { cellHtml, inlineHtml } from './inline-html.ts';

type Node = DefaultTreeAdapterTypes.Node;
type Element = DefaultTreeAdapterTypes.Element;

const render = async (report: Report, lang: 'ko' | 'en' = 'ko'): Promise<string> => {
  const files = await htmlReport.render(report, locales[lang]);
  assert.deepEqual(
    files.map(({ path }) => path),
    ['report.html'],
  );
  return String(files[0]?.content);
};

const childrenOf = (node: Node): readonly Node[] => ('childNodes' in node ? node.childNodes : []);
const elementsOf = (node: Node): Element[] =>
  childrenOf(node).flatMap((child) => [...('tagName' in child ? [child] : []), ...elementsOf(child)]);
const textOf = (node: Node): string =>
  node.nodeName === '#text' && 'value' in node ? node.value : childrenOf(node).map(textOf).join('');
const attribute = (element: Element | undefined, name: string): string | undefined =>
  element?.attrs.find((each) => each.name === name)?.value;
/** Without strict errors: none are expected in what we write ourselves. */
const pageOf = (html: string) =>
  elementsOf(
    parse(html, {
      onParseError: ({ code, startLine }) => assert.fail(`${code} in line ${startLine}`),
    }),
  );
const named = (elements: readonly Element[], name: string) =>
  elements.filter(({ tagName }) => tagName === name);

const allowedTags = new Set(
  'html head meta title style body main h1 h2 h3 h4 h5 p div table thead tbody tr th td ul li pre code blockquote details summary hr br strong figure figcaption small noscript script'.split(
    ' ',
  ),
);
const allowedAttributes = new Set(
  'lang charset http-equiv content name tabindex scope class data-chart type id'.split(' '),
);

const nasty = fc.oneof(
  fc.constantFrom(...hostileTexts),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc
    .array(fc.constantFrom('`', '\\', '|', '*', '<', '>', '&', '&lt;', '**', '<br>', 'a', ' '), {
      maxLength: 12,
    })
    .map((parts) => parts.join('')),
);

/** Characters that an HTML parser itself changes or refuses. */
const asParsed = (text: string): string => inOneLine(text.toWellFormed());

describe('inline text', () => {
  it('says as HTML what it said before it was escaped for Markdown', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const said = (html: string) => pageTextOf(html);
        assert.equal(said(inlineHtml(escapeText(text))), asParsed(text));
        assert.equal(said(cellHtml(escapeText(text))), asParsed(text));
        assert.equal(said(inlineHtml(codeSpan(text))), asParsed(text));
        assert.equal(said(cellHtml(codeInTable(text))), asParsed(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('knows code, strong words and line breaks, and no other markup', () => {
    assert.equal(inlineHtml('**a** `b<` c<br>d'), '<strong>a</strong> <code>b&lt;</code> c<br>d');
    assert.equal(
      inlineHtml('<b>x</b> [a](javascript:b) ![i](c)'),
      '&lt;b&gt;x&lt;/b&gt; [a](javascript:b) ![i](c)',
    );
    assert.equal(inlineHtml('a ** b'), 'a <strong> b</strong>');
  });
});

const pageTextOf = (inline: string): string =>
  textOf(parse(`<!doctype html><title>t</title><p>${inline}`)).replace(/^t/, '');

describe('report.html', () => {
  it('is one page without an address, whose policy names its own script and style by their hashes', async () => {
    for (const story of Object.values(reportStories)) {
      const elements = pageOf(await render(story()));
      const policy = attribute(
        named(elements, 'meta').find((each) => attribute(each, 'http-equiv') === 'Content-Security-Policy'),
        'content',
      );
      assert.ok(policy !== undefined);
      assert.match(policy, /^default-src 'none'; /);
      assert.doesNotMatch(policy, /unsafe|https?:|\*/);
      const hash = (element: Element | undefined) =>
        `'sha256-${createHash('sha256').update(textOf(element!)).digest('base64')}'`;
      const scripts = named(elements, 'script').filter((each) => attribute(each, 'type') === undefined);
      assert.equal(scripts.length, 1);
      assert.equal(named(elements, 'style').length, 1);
      assert.ok(policy.includes(`script-src ${hash(scripts[0])};`));
      assert.ok(policy.includes(`style-src ${hash(named(elements, 'style')[0])};`));
      for (const { attrs, tagName } of elements)
        for (const { name } of attrs)
          assert.ok(!['src', 'href', 'style', 'srcset', 'action'].includes(name), tagName);
    }
  });

  it('brings a font for Korean text alone, the same one each time, and takes fonts from nowhere else', async () => {
    const styleOf = async (lang: 'ko' | 'en', story: Report) =>
      textOf(named(pageOf(await render(story, lang)), 'style')[0]!);
    const korean = await styleOf('ko', healthyStory());
    assert.equal(korean.match(/src:url\("data:font\/woff;base64,[\w+/=]+"\)/g)?.length, 2);
    assert.equal(korean.match(/url\(/g)?.length, 2);
    assert.equal(await styleOf('ko', healthyStory()), korean);
    const { runs, document } = noDataStory();
    const inEnglish = { document, runs: runs.map((run) => ({ ...run, k6Console: null })) };
    assert.doesNotMatch(JSON.stringify(document), /[가-힣]/);
    assert.doesNotMatch(await styleOf('en', inEnglish), /@font-face/);
    assert.match(await render(healthyStory()), /; font-src data:; /);
  });

  it('has the words and the numbers of the report in Markdown, in its order, in both languages', async () => {
    for (const lang of ['ko', 'en'] as const)
      for (const story of Object.values(reportStories)) {
        const markdown = renderMarkdown(incidentBlocks(story(), locales[lang], []));
        const elements = pageOf(await render(story(), lang));
        assert.equal(attribute(named(elements, 'html')[0], 'lang'), lang);
        const wordsOf = (text: string) => text.match(/[\p{L}\p{N}]+/gu) ?? [];
        const main = named(elements, 'main')[0];
        assert.ok(main !== undefined);
        for (const figure of named(elementsOf(main), 'figure')) figure.childNodes = [];
        const written = markdown
          .replaceAll(/<\/?(?:details|summary|br)>/g, ' ')
          .replaceAll(/^```shell$/gm, ' ')
          .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
          .replaceAll('&lt;', '<')
          .replaceAll('&gt;', '>')
          .replaceAll('&amp;', '&');
        assert.deepEqual(wordsOf(spaced(main)), wordsOf(written));
      }
  });

  it('gives the same bytes for the same report', async () => {
    assert.equal(await render(incidentStory()), await render(incidentStory()));
  });

  it('holds any text as text', async () => {
    const plain = pageOf(await render(hostileReport('x'))).map(({ tagName }) => tagName);
    await fc.assert(
      fc.asyncProperty(nasty, async (text) => {
        const elements = pageOf(await render(hostileReport(text)));
        for (const { tagName, attrs } of elements) {
          assert.ok(allowedTags.has(tagName), tagName);
          for (const { name } of attrs) assert.ok(allowedAttributes.has(name), name);
        }
        assert.equal(named(elements, 'script').length, plain.filter((name) => name === 'script').length);
        const data = named(elements, 'script').find((each) => attribute(each, 'id') === 'chart-data');
        assert.ok(JSON.parse(textOf(data!)));
      }),
      { numRuns: 60 },
    );
  });
});

/** Text with a space where an element begins and ends; in Markdown, marks stand there. */
const spaced = (node: Node): string =>
  node.nodeName === '#text' && 'value' in node ? node.value : ` ${childrenOf(node).map(spaced).join('')} `;
