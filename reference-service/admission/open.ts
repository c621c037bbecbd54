import type { AdmissionLocation } from '../config.ts';
import type { Coupon } from '../coupon.ts';
import type { AdmissionPort } from '../ports.ts';
import { embeddedAdmission } from './embedded.ts';

/** The admission a URL names, holding what earlier processes have already issued. */
export function openAdmission(
  location: AdmissionLocation,
  event: { readonly id: string; readonly stock: number },
  recovered: readonly Coupon[],
): AdmissionPort {
  switch (location.kind) {
    case 'embedded':
      return embeddedAdmission(event, recovered);
  }
}
