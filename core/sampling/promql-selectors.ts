/** What stands between operators and is no metric. */
const words =
  /^(?:and|or|unless|atan2|bool|offset|inf|nan|start|end|sum|avg|min|max|count|count_values|stddev|stdvar|topk|bottomk|quantile|group|limitk|limit_ratio)$/i;
/** Followed by labels in parentheses, or by nothing. */
const labelWords = /^(?:by|without|on|ignoring|group_left|group_right)$/i;

const name = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const number = /(?:\d|\.\d)[\w.]*/y;
const text = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/y;
const matchers = /\s*\{(?:[^"'`{}]|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)*\}/y;
const range = /\[(?:[^\]]*)\]/y;
const comment = /#[^\n]*/y;
const opening = /\s*\(/y;
const labels = /\s*\((?:[^()"'`]|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)*\)/y;

/**
 * The vector selectors in a PromQL expression, each once, without ranges and offsets: `rate(a{b="c"}[5m]) / d` has `a{b="c"}` and
 * `d`. Of an expression that Prometheus takes; of any other, something or nothing.
 */
export const selectorsOf = (expression: string): string[] => {
  const found = new Set<string>();
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const [caught] = pattern.exec(expression) ?? [];
    if (caught !== undefined) at += caught.length;
    return caught;
  };
  const isNext = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    return pattern.test(expression);
  };
  while (at < expression.length) {
    if (take(comment) ?? take(text) ?? take(range) ?? take(number)) continue;
    const word = take(name);
    if (word === undefined) {
      const bare = take(matchers);
      if (bare === undefined) at += 1;
      else found.add(bare.trim());
    } else if (labelWords.test(word)) take(labels);
    else if (!words.test(word) && !isNext(opening)) found.add(word + (take(matchers)?.trim() ?? ''));
  }
  return [...found];
};
