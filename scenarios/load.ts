import type { Options } from 'k6/options';
import { issueCoupon } from './lib/coupon-api.ts';
import { arrivals } from './lib/load-shapes.ts';

/** An ordinary busy hour in short: 200 requests per second for 5 minutes. */
export const options: Options = {
  scenarios: { load_test: arrivals({ perSecond: 200, seconds: 300, preAllocatedVUs: 50, maxVUs: 200 }) },
  discardResponseBodies: true,
  thresholds: {
    checks: ['rate>0.95'],
    http_reqs: ['rate>100'],
    'http_req_duration{expected_response:true}': ['p(95)<500'],
  },
};

export default issueCoupon;
