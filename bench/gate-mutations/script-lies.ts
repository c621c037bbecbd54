/** A k6 script that proves nothing of the system it is run against, and what is asked of it. */
export type ScriptLie = {
  readonly name: string;
  readonly script: string;
  /** Rules given to lagline on its command line, as `--threshold` takes them. */
  readonly rules?: readonly string[];
  /** Nothing listens where the script sends its requests. */
  readonly isTargetDown?: boolean;
};

const script = (
  options: object,
  body = 'http.get(__ENV.URL); sleep(0.1);',
  head = '',
): string => `import http from 'k6/http';
import { check, sleep } from 'k6';
import exec from 'k6/execution';
import { Counter, Rate, Trend } from 'k6/metrics';
${head}
export const options = ${JSON.stringify({ vus: 1, duration: '1s', ...options })};
export default function () { ${body} }
`;

const thresholds = (given: Readonly<Record<string, readonly string[]>>): object => ({ thresholds: given });
const requestsSlowly = thresholds({ http_req_duration: ['p(95)<500'] });

export const scriptLies: readonly ScriptLie[] = [
  { name: 'no request is ever sent', script: script(requestsSlowly, 'sleep(0.1);') },
  { name: 'every iteration throws at once', script: script({}, "throw new Error('broken');") },
  {
    name: 'every iteration throws behind its request',
    script: script(requestsSlowly, "http.get(__ENV.URL); sleep(0.1); throw new Error('broken');"),
  },
  { name: 'the target is down, and nobody asked for less', script: script({}), isTargetDown: true },
  {
    name: 'a trend that nothing was added to',
    script: script(thresholds({ coupon_wait: ['p(95)<5'] }), undefined, "new Trend('coupon_wait', true);"),
  },
  {
    name: 'a rate that nothing was added to',
    script: script(thresholds({ coupon_lost: ['rate<0.01'] }), undefined, "new Rate('coupon_lost');"),
  },
  {
    name: 'a submetric whose tag nobody sets',
    script: script(thresholds({ 'http_req_duration{scenario:paek}': ['p(95)<500'] })),
  },
  { name: 'checks that are never made', script: script(thresholds({ checks: ['rate>0.9'] })) },
  {
    name: 'p(99) of three samples',
    script: script(
      { vus: 1, iterations: 3, duration: undefined, ...thresholds({ http_req_duration: ['p(99)<500'] }) },
      'http.get(__ENV.URL);',
    ),
  },
  {
    name: 'a rule that cannot fail',
    script: script({}),
    rules: ['http_req_failed=rate>=0'],
  },
  {
    name: 'a share written as a percentage',
    script: script({}),
    rules: ['http_req_failed=rate<5'],
  },
  {
    name: 'a rate that the VUs could never hold',
    script: script(
      {
        vus: undefined,
        duration: undefined,
        scenarios: {
          peak: {
            executor: 'constant-arrival-rate',
            rate: 200,
            duration: '1s',
            preAllocatedVUs: 2,
            maxVUs: 2,
          },
        },
      },
      'http.get(__ENV.URL); sleep(0.2);',
    ),
  },
  {
    name: 'the script gives up half-way',
    script: script(
      { duration: '4s' },
      "http.get(__ENV.URL); sleep(0.1); if (exec.vu.iterationInInstance > 3) exec.test.abort('enough');",
    ),
  },
  {
    name: 'an exception in teardown hides a breached threshold',
    script:
      script(thresholds({ http_req_duration: ['p(95)<0.0001'] })) +
      "export function teardown() { throw new Error('broken'); }\n",
  },
  {
    name: 'a consumer group is to be watched, and there is no broker',
    script: script({}),
    rules: ['kafka_lag=max<10'],
  },
];
