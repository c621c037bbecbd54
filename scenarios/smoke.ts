import type { Options } from 'k6/options';
import { issueCoupon } from './lib/coupon-api.ts';
import { arrivals } from './lib/load-shapes.ts';

/** A handful of requests, to see that the service and the watching of it work at all. */
export const options: Options = {
  scenarios: { smoke_test: arrivals({ perSecond: 5, seconds: 10, preAllocatedVUs: 2, maxVUs: 10 }) },
  discardResponseBodies: true,
  thresholds: { checks: ['rate>0.99'] },
};

export default issueCoupon;
