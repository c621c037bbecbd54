import type { Options } from 'k6/options';
import { issueCoupon } from './lib/coupon-api.ts';
import { arrivals } from './lib/load-shapes.ts';

/** The opening minute of a sale: 1,000 requests per second for 30 seconds, however slowly they are answered. */
export const options: Options = {
  scenarios: {
    peak_test: arrivals({ perSecond: 1000, seconds: 30, preAllocatedVUs: 200, maxVUs: 500 }),
  },
  discardResponseBodies: true,
  thresholds: {
    checks: ['rate>0.95'],
    http_reqs: ['rate>100'],
    'http_req_duration{expected_response:true}': ['p(95)<1000'],
  },
};

export default issueCoupon;
