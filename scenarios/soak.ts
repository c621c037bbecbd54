import type { Options } from 'k6/options';
import { issueCoupon } from './lib/coupon-api.ts';
import { arrivals } from './lib/load-shapes.ts';

/** A moderate rate for an hour: shows what grows slowly, such as memory or a lag that never quite falls. */
export const options: Options = {
  scenarios: { soak_test: arrivals({ perSecond: 100, seconds: 3600, preAllocatedVUs: 50, maxVUs: 200 }) },
  discardResponseBodies: true,
  thresholds: {
    checks: ['rate>0.99'],
    'http_req_duration{expected_response:true}': ['p(95)<500'],
  },
};

export default issueCoupon;
