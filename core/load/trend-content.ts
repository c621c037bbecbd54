export type TrendContent = 'time' | 'data' | 'default';

const builtInTimes = /^(http_req_|ws_|grpc_|browser_)|^(iteration|group)_duration$/;

/** What a trend's values are: ms for `time`, bytes for `data`. A custom trend is `default` unless `known` says more. */
export const containsOf = (metric: string, known?: ReadonlyMap<string, TrendContent>): TrendContent => {
  const name = metric.replace(/\{.*$/s, '');
  return known?.get(name) ?? (builtInTimes.test(name) ? 'time' : 'default');
};
