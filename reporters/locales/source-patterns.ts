/**
 * The sources that the core names for its numbers; the first that matches is the one, and its first bracket catches a name.
 */
const sourcePatterns = {
  'k6-summary': /^k6 summary$/,
  'k6-summary-metric': /^k6 summary (.+)$/,
  'timeline-quantile': /^k6 timeline ([^,]+), histograms merged \(up to 4\.4 ?% off\)$/,
  'timeline-merged': /^k6 timeline ([^,]+), histograms merged$/,
  timeline: /^k6 timeline ([^,]+)$/,
  'k6-inspect': /^k6 inspect: the scenarios as k6 resolved them$/,
  'k6-process': /^k6 process$/,
  'prometheus-query': /^prometheus query (.+)$/,
  metrics: /^metrics (.+)$/,
  host: /^host sampler (.+)$/,
  'offsets-forecast':
    /^kafka offsets (.+): remaining messages at the measured service rate(?: of each partition, by batch means)?$/,
  'broker-logs': /^kafka logs ([^:]+)(?::.*)?$/,
  offsets: /^kafka offsets ([^:]+)$/,
  'store-request': /^(GET .+)$/,
  store: /^integrity probe$/,
  'integrity-probe': /^integrity probe (.+)$/,
  'samples-start': /^k6 samples: the first one, less what it says to have taken$/,
  'samples-span': /^k6 samples: from the first to the last$/,
  'samples-metrics': /^k6 samples: every metric that is counted$/,
  'samples-quantile': /^k6 samples (.+), in buckets \(up to 0\.14 % off\)$/,
  'samples-seconds': /^k6 samples (.+), over times in whole seconds$/,
  samples: /^k6 samples (.+)$/,
  'console-scenarios': /^k6 console: the scenarios of its header$/,
  'output-duration': /^k6 output: how long it counted$/,
  'output-metrics': /^k6 output: every metric in it$/,
  'output-start': /^k6 output: when it was made, less its duration$/,
  console: /^k6 console$/,
  'k6-against-rows': /^k6 coupon_\* against the rows of the store$/,
} as const satisfies Readonly<Record<string, RegExp>>;

export type SourceId = keyof typeof sourcePatterns;

/** Wording of each; `code` gets the name that the pattern caught, made harmless. */
export type SourceWords = Readonly<Record<SourceId, (code: string) => string>>;

/** Which source it is, and the name in it; undefined for one that is not known. */
export const readSource = (source: string): { readonly id: SourceId; readonly name: string } | undefined => {
  for (const id of Object.keys(sourcePatterns) as SourceId[]) {
    const found = sourcePatterns[id].exec(source);
    if (found !== null) return { id, name: found[1] ?? '' };
  }
  return undefined;
};
