import type { Options } from 'k6/options';
import { issueCoupon } from './lib/coupon-api.ts';
import { ramp } from './lib/load-shapes.ts';

/** Ramps up to 300 users who ask again as soon as they are answered: 8 stages in 4 minutes. */
export const options: Options = {
  stages: ramp(30, [50, 100, 150, 200, 250, 300, 300, 0]),
  discardResponseBodies: true,
  thresholds: { checks: ['rate>0.95'], http_reqs: ['rate>100'] },
};

export default issueCoupon;
